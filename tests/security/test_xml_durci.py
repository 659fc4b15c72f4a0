"""Reading XML from outside: what is accepted, in what order, and in how much memory."""

from __future__ import annotations

import io

import psutil
import pytest

from shared.security.xml import Limites, XmlRefuse, document, iterparse, ligne_de, root_of

MIO = 1024**2


def lit(octets: bytes, *tags: str, **options: object) -> list[tuple[str, str | None]]:
    flux = io.BytesIO(octets)
    return [(e.tag, e.text) for e in iterparse(flux, tags, nom="essai.xml", **options)]


class Interminable(io.RawIOBase):
    """A file as long as wanted that is never in memory."""

    def __init__(self, debut: bytes, corps: bytes, fois: int, fin: bytes) -> None:
        self._morceaux = iter([debut, *[corps] * fois, fin])
        self._reste = b""

    def readable(self) -> bool:
        return True

    def read(self, taille: int = -1) -> bytes:
        while len(self._reste) < taille:
            suite = next(self._morceaux, b"")
            if not suite:
                break
            self._reste += suite
        lu, self._reste = self._reste[:taille], self._reste[taille:]
        return lu


@pytest.mark.parametrize(
    ("encodage", "declare", "bom"),
    [
        ("iso8859-15", "ISO-8859-15", b""),
        ("iso8859-15", "iso-8859-15", b""),
        ("cp1252", "windows-1252", b""),
        ("utf-8", "UTF-8", b""),
        ("utf-8", "UTF-8", b"\xef\xbb\xbf"),
        ("utf-8", "ISO-8859-15", b"\xef\xbb\xbf"),
        ("utf-8", "", b""),
        ("utf-8", "", b"\xef\xbb\xbf"),
        ("utf-16-le", "UTF-16", b"\xff\xfe"),
        ("utf-16-be", "UTF-16", b"\xfe\xff"),
        ("utf-16-le", "UTF-16", b""),
    ],
)
def test_encodages_declares_honores(encodage: str, declare: str, bom: bytes) -> None:
    """The declared encoding is the one used; a byte order mark wins over it; without either it is UTF-8."""
    attribut = f' encoding="{declare}"' if declare else ""
    texte = f'<?xml version="1.0"{attribut}?>\n<R>\n<A>œuf à 2 €, Ÿ l\'été</A>\n</R>\n'
    assert lit(bom + texte.encode(encodage), "A") == [("A", "œuf à 2 €, Ÿ l'été")]


def test_latin_1_n_est_pas_latin_9() -> None:
    """Byte 0xA4 is the currency sign in ISO-8859-1 and the euro in ISO-8859-15."""
    for declare, attendu in (("ISO-8859-1", "¤"), ("ISO-8859-15", "€")):
        octets = f'<?xml version="1.0" encoding="{declare}"?><R><A>'.encode() + b"\xa4</A></R>"
        assert lit(octets, "A") == [("A", attendu)]


def test_caracteres_sur_plusieurs_octets_a_cheval() -> None:
    """A character cut in two by the reading is read whole, wherever the cut falls."""
    for decalage in range(4):
        octets = ("<R>" + " " * decalage + "<A>" + "é€😀" * 30_000 + "</A></R>").encode()
        assert lit(octets, "A") == [("A", "é€😀" * 30_000)]


def test_elements_rendus_dans_l_ordre_avec_leurs_ancetres() -> None:
    """Elements come closed, in the order of the file, their ancestors still there, inner ones first."""
    octets = b"<R><X><A>1</A><B>2</B></X><Y><A>3</A></Y><A><A>4</A></A></R>"
    rendus = [
        (e.tag, "".join(e.itertext()), e.getparent().tag)
        for e in iterparse(io.BytesIO(octets), ("A", "B"), nom="essai.xml")
    ]
    assert rendus == [("A", "1", "X"), ("B", "2", "X"), ("A", "3", "Y"), ("A", "4", "A"), ("A", "4", "R")]


def test_espaces_de_noms() -> None:
    """A name with its namespace picks that one only, « {*} » picks any."""
    octets = b'<p:R xmlns:p="urn:a" xmlns:q="urn:b"><p:A>1</p:A><q:A>2</q:A><A>3</A><R/></p:R>'
    assert lit(octets, "{urn:a}A") == [("{urn:a}A", "1")]
    assert [t for _, t in lit(octets, "{*}A")] == ["1", "2", "3"]
    assert lit(octets, "A") == [("A", "3")]


def test_commentaires_et_instructions_ignores() -> None:
    """Comments and processing instructions never reach the consumer, wherever they are."""
    octets = b"<!-- a --><?b c?>\n<R><!-- d --><A>1<!-- e -->2<?f?></A></R><!-- g -->\n"
    assert lit(octets, "A") == [("A", "12")]


def test_doctype_admis_exactement() -> None:
    """The DOCTYPE asked for is accepted with an external identifier, which is never fetched."""
    octets = b'<?xml version="1.0"?>\n<!DOCTYPE R SYSTEM "file:///nulle/part.dtd">\n<R>\n<A>1</A></R>'
    assert lit(octets, "A", doctype="R") == [("A", "1")]
    assert lit(b"<!DOCTYPE R><R><A>1</A></R>", "A", doctype="R") == [("A", "1")]
    with pytest.raises(XmlRefuse) as refus:
        lit(octets, "A", doctype="Z")
    assert (refus.value.code, refus.value.lieu.ligne) == ("XML_DOCTYPE", 2)
    with pytest.raises(XmlRefuse) as refus:
        lit(octets.replace(b">1<", b">&b;<"), "A", doctype="R")
    assert (refus.value.code, refus.value.lieu.ligne) == ("XML_ENTITES", 4)


def test_lignes_du_fichier() -> None:
    """Lines are those of the file, prologue included, in elements and in refusals."""
    octets = b'<?xml version="1.0"?>\n<!-- un\ndeux -->\n\n<R>\n<A/>\n<A></B>\n</R>'
    rendus = iterparse(io.BytesIO(octets.replace(b"</B>", b"</A>")), ("A",), nom="essai.xml")
    assert [ligne_de(e) for e in rendus] == [6, 7]
    with pytest.raises(XmlRefuse) as refus:
        lit(octets, "A")
    assert (refus.value.code, refus.value.lieu.ligne) == ("XML_MAL_FORME", 7)
    assert "« essai.xml », ligne 7" in refus.value.phrase


@pytest.mark.parametrize(
    ("limites", "code"),
    [
        (Limites(max_depth=3), "XML_PROFONDEUR"),
        (Limites(max_text=4), "XML_TEXTE_GEANT"),
        (Limites(max_attributes=1), "XML_TROP_GROS"),
        (Limites(max_bytes=40), "XML_TROP_GROS"),
        (Limites(max_element=40), "XML_TROP_GROS"),
    ],
)
def test_limites_reglables(limites: Limites, code: str) -> None:
    """Each limit can be set, and refuses just beyond it."""
    octets = b'<R><A b="1" c="2"><B><C>12345</C></B></A></R>'
    large = Limites(max_depth=4, max_text=5, max_attributes=2, max_bytes=len(octets), max_element=len(octets))
    assert [t for t, _ in lit(octets, "A", "C", limites=large)] == ["C", "A"]
    with pytest.raises(XmlRefuse) as refus:
        lit(octets, "A", "C", limites=limites)
    assert refus.value.code == code


@pytest.mark.parametrize("tag", ["ELEVE", "NOM", "ABSENT"])
def test_memoire_constante(tag: str) -> None:
    """Thirty megabytes go through without the process growing, whether elements are asked for or not."""
    corps = (b'<ELEVE ELEVE_ID="1">' + b"<NOM>abcdefghijklmnopqrst</NOM>" * 40 + b"</ELEVE>\n") * 100
    flux = Interminable(b"<R>\n<ELEVES>\n", corps, 30 * MIO // len(corps), b"</ELEVES></R>")
    avant = psutil.Process().memory_info().rss
    nombre = sum(1 for _ in iterparse(flux, (tag,), nom="essai.xml"))
    assert psutil.Process().memory_info().rss - avant < 12 * MIO
    fois = 30 * MIO // len(corps) * 100
    assert nombre == {"ELEVE": fois, "NOM": fois * 40, "ABSENT": 0}[tag]


def test_fichier_trop_gros_arrete_tot() -> None:
    """A file beyond the limit is refused without being read to its end."""
    flux = Interminable(b"<R>", b"<A>x</A>" * 1000, 10_000, b"</R>")
    with pytest.raises(XmlRefuse) as refus:
        list(iterparse(flux, ("Z",), nom="essai.xml", limites=Limites(max_bytes=MIO)))
    assert refus.value.code == "XML_TROP_GROS"


def test_document_entier() -> None:
    """A small document comes whole, even when an inner element has the name of the root."""
    racine = document(io.BytesIO(b"<R><A>1</A><R><A>2</A></R></R>"), nom="essai.xml")
    assert [e.text for e in racine.iter("A")] == ["1", "2"]
    assert racine.getparent() is None


def test_racine_reconnue_sans_tout_lire() -> None:
    """Only the beginning is read, the stream is put back, and what is wrong further does not matter."""
    flux = io.BytesIO(
        b'<!DOCTYPE R SYSTEM "r.dtd"><R V="2">\n<P><U C="x"> 0960001A </U><Y/></P>' + b"<A>1</A>" * 20_000 + b"<<<"
    )
    racine = root_of(flux, "essai.xml")
    assert flux.tell() == 0
    assert (racine.tag, racine.attributes, racine.doctype) == ("R", {"V": "2"}, "R")
    assert racine.textes["P/U"] == "0960001A"
    assert racine.textes["P/U@C"] == "x"
    assert racine.chemins == ("P", "P/U", "P/Y", "A")


def test_prefixe_non_declare() -> None:
    """A prefix without namespace is a name like another, not a crash."""
    assert root_of(io.BytesIO(b"<R><x:y/></R>"), "essai.xml").chemins == ("x:y",)


def test_ce_qui_n_est_pas_demande_est_annonce_une_fois() -> None:
    """Each element that is freed without having been asked for is told, once, wherever it stands in the file."""
    corps = "".join(f"<L><X{n}>t</X{n}><A><DEDANS/></A><Y{n}/></L>" for n in range(3000))
    annonces: list[str] = []

    def note(element: object) -> None:
        annonces.append(str(element.tag))  # type: ignore[attr-defined]
        for enfant in element:  # type: ignore[attr-defined]
            note(enfant)

    lus = [e.tag for e in iterparse(io.BytesIO(f"<R>{corps}<FIN/></R>".encode()), ("A",), nom="e.xml", ecarte=note)]
    assert len(lus) == 3000
    propres = [a for a in annonces if a not in ("A", "L")]
    assert sorted(propres) == sorted([*(f"{k}{n}" for n in range(3000) for k in "XY"), "FIN"])
