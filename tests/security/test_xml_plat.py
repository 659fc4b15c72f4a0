"""Lists of records read without one event for each element: the same children as the other reader gives."""

from __future__ import annotations

import io

import pytest
from lxml import etree

from shared.security.parseur import Limites
from shared.security.plat import iterparse_plat
from shared.security.xml import XmlRefuse, iterparse


def enfants(document: str, limites: Limites | None = None) -> list[str]:
    """What is yielded, as text; nothing is left beside it."""
    flux = io.BytesIO(document.encode())
    return [
        etree.tostring(e, encoding="unicode", with_tail=False)
        for e in iterparse_plat(flux, ("a", "b"), nom="x.xml", limites=limites)
    ]


def lignes(nombre: int) -> str:
    return "".join(f"<a>{rang}</a>\n<c><a>dedans</a></c><b t='{rang}'><a/></b>" for rang in range(nombre))


@pytest.mark.parametrize("nombre", [0, 1, 2, 5000])
def test_memes_enfants(nombre: int) -> None:
    """Children of the tags asked for, in order, whatever the pieces read; not those found deeper, nor the others."""
    document = f"<?xml version='1.0'?>\n<!-- ici -->\n<r>{lignes(nombre)}</r>"
    attendus = [
        etree.tostring(e, encoding="unicode", with_tail=False)
        for e in iterparse(io.BytesIO(document.encode()), ("a", "b"), nom="x.xml")
        if e.getparent().tag == "r"
    ]
    lus = enfants(document)
    assert len(lus) == 2 * nombre
    assert lus[::2] == attendus[::2]
    assert lus[1::2] == [f'<b t="{rang}"><a/></b>' for rang in range(nombre)]


def test_instructions_et_commentaires_otes() -> None:
    """Instructions and comments are left out, wherever they stand, and their place leaves no trace."""
    document = "<?p?><r><?p?><a>u<?p x?>n<!-- c --></a><?p?><!-- c --><b><?p?><a>d</a></b><?p?></r><?p?>"
    assert enfants(document) == ["<a>un</a>", "<b><a>d</a></b>"]


def test_instruction_d_un_morceau_precedent() -> None:
    """An instruction read in an earlier piece than the end of its element is left out as well."""
    (lu,) = enfants(f"<r><a>u<?p?>{'n' * 200_000}</a></r>")
    assert lu == f"<a>u{'n' * 200_000}</a>"


def test_lignes_du_fichier() -> None:
    """The lines are those of the file, what stands before the root included."""
    document = "<?xml version='1.0'?>\n\n<r>\n<a/>\n\n<a/></r>"
    lues = [e.sourceline for e in iterparse_plat(io.BytesIO(document.encode()), ("a",), nom="x.xml")]
    assert lues == [4, 6]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("<r><a></r>", "XML_MAL_FORME"),
        ("<r><a/>", "XML_MAL_FORME"),
        ("<r", "XML_MAL_FORME"),
        ("<r>" + "<a>" * 50 + "</a>" * 50 + "</r>", "XML_PROFONDEUR"),
        ("<r><c " + " ".join(f"a{i}='1'" for i in range(201)) + "/></r>", "XML_TROP_GROS"),
        (f"<r><c>{'x' * 1_000_001}</c></r>", "XML_TEXTE_GEANT"),
        ("<r>&inconnue;</r>", "XML_ENTITES"),
    ],
)
def test_memes_refus(document: str, code: str) -> None:
    """What the other reader refuses is refused with the same code."""
    with pytest.raises(XmlRefuse) as refus:
        enfants(document)
    assert refus.value.code == code


def test_un_seul_enfant_borne() -> None:
    """One child that never ends is refused rather than kept, whether it was asked for or not."""
    for balise in "ac":
        with pytest.raises(XmlRefuse) as refus:
            enfants(f"<r><{balise}>{'<z>1</z>' * 40_000}</{balise}></r>", Limites(max_element=100_000))
        assert refus.value.code == "XML_TROP_GROS"


def test_memoire_rendue() -> None:
    """A child is freed once the next ones are read: the tree does not grow."""
    restants = []
    for enfant in iterparse_plat(io.BytesIO(f"<r>{lignes(20_000)}</r>".encode()), ("a",), nom="x.xml"):
        parent = enfant.getparent()
        assert parent is not None
        restants.append(len(parent))
    assert len(restants) == 20_000
    assert max(restants) < 10_000
