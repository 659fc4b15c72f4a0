"""The checker: silent on a good feed, precise on a bad one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from shared.formats.aaf import EcrivainAlimentation, Enregistrement, verifier_alimentation
from shared.formats.aaf.valeurs import DansStructure
from shared.formats.aaf.verification import MAX_PAR_CODE

from .exemples_format_aaf import COLLEGE, DATA, ELEVES, FICHES_EXEMPLES, JOUR, PERSONNELS, PROJET, RESPONSABLES

NOM_ELEVES = "ENT2DVA-ENT96_Complet_20240916_Eleve_0000.xml"


@pytest.fixture
def copie(tmp_path: Path) -> Path:
    """A copy of the golden feed, to be damaged."""
    return Path(shutil.copytree(DATA / "complet-6.4", tmp_path / "copie"))


def codes(source: Path) -> list[str]:
    return [remarque.code for remarque in verifier_alimentation(source)]


def ecrire(dossier: Path, fiches) -> Path:
    with EcrivainAlimentation(dossier, PROJET, "96", JOUR, "Complet") as ecrivain:
        ecrivain.ecrire(f if isinstance(f, Enregistrement) else f.vers_enregistrement() for f in fiches)
    return dossier


def avec(ancienne, nouvelle) -> list:
    return [nouvelle if fiche is ancienne else fiche for fiche in FICHES_EXEMPLES]


def test_bonne_alimentation() -> None:
    """The golden feed raises no remark."""
    assert verifier_alimentation(DATA / "complet-6.4") == []


def test_dtd_absente(copie: Path) -> None:
    """A reader stops when the DTD is not beside the files: it is said."""
    (copie / "ficAlimMENESR.dtd").unlink()
    assert codes(copie) == ["AAF_DTD_ABSENTE"]


@pytest.mark.parametrize(
    ("avant", "apres"),
    [
        (b"<value>VERTUMNE</value>", b""),
        (b"<attributes>", b"<attributs>"),
        (b"<identifier>", b"<identifier><id/>"),
        (b"<addRequest>", b"<autre/><addRequest>"),
        (b"</ficAlimMENESR>", b"<autre/>\n</ficAlimMENESR>"),
        (b"<value/>", b"<value><b/></value>"),
    ],
)
def test_invalide_selon_la_dtd(copie: Path, avant: bytes, apres: bytes) -> None:
    """What the DTD refuses is told with its line; what surrounds it is still examined."""
    fichier = copie / NOM_ELEVES
    octets = fichier.read_bytes().replace(avant, apres)
    if avant == b"<attributes>":
        octets = octets.replace(b"</attributes>", b"</attributs>")
    fichier.write_bytes(octets)
    remarques = [r for r in verifier_alimentation(copie) if r.code == "AAF_DTD"]
    assert remarques
    assert all(r.lieu.fichier == NOM_ELEVES and r.lieu.ligne for r in remarques)


def test_fichier_sans_requete(copie: Path) -> None:
    """A file without any request is valid; one that holds something else only is not."""
    (copie / "manifeste.json").unlink()
    fichier = copie / NOM_ELEVES.replace("Eleve", "PersEducNat")
    fichier.write_bytes(b"<ficAlimMENESR/>")
    assert codes(copie) == []
    fichier.write_bytes(b"<ficAlimMENESR><autre><addRequest/></autre></ficAlimMENESR>")
    assert codes(copie) == ["AAF_DTD"]
    fichier.write_bytes(b"<autre/>")
    assert codes(copie) == ["AAF_RACINE"]


def test_contenu_modifie(copie: Path) -> None:
    """A changed byte is seen even when size and counts are right."""
    fichier = copie / NOM_ELEVES
    fichier.write_bytes(fichier.read_bytes().replace(b"Basile", b"Basule"))
    assert codes(copie) == ["AAF_DECOMPTE"]


def test_octets_non_ascii(copie: Path) -> None:
    """Bytes beyond ASCII are told: a reader decodes UTF-8 whatever is declared."""
    (copie / "manifeste.json").unlink()
    fichier = copie / NOM_ELEVES
    fichier.write_bytes(fichier.read_bytes().replace(b"Zo&#233;", "Zoé".encode()))
    assert codes(copie) == ["AAF_NON_ASCII"]


def test_fichier_illisible(copie: Path) -> None:
    """A file that is not XML is one remark, not an exception, and the others are examined."""
    (copie / "manifeste.json").unlink()
    (copie / NOM_ELEVES).write_bytes(b"<ficAlimMENESR>")
    assert codes(copie)[0] == "XML_MAL_FORME"


@pytest.mark.parametrize(
    ("fiches", "attendus"),
    [
        (avec(ELEVES[1], replace(ELEVES[1], classes=(DansStructure(420, "4Z"),))), ["AAF_NON_DECLARE"]),
        (avec(ELEVES[1], replace(ELEVES[1], classes=(DansStructure(9, "4B"),))), ["AAF_REFERENCE"]),
        (avec(ELEVES[1], replace(ELEVES[1], classes=())), ["AAF_CLASSE"]),
        (avec(ELEVES[1], replace(ELEVES[1], mef="99999999999")), ["AAF_REFERENCE"]),
        (avec(ELEVES[1], replace(ELEVES[1], enseignements=(("999999", "X"),))), ["AAF_REFERENCE"]),
        (avec(ELEVES[1], replace(ELEVES[1], nom_usage="")), ["AAF_VIDE"]),
        (avec(ELEVES[1], replace(ELEVES[1], jointure=3_000_000_000)), ["AAF_IDENTIFIANT"]),
        (avec(ELEVES[1], ELEVES[0]), ["AAF_DOUBLON"]),
        (avec(RESPONSABLES[1], replace(RESPONSABLES[1], eleves=())), ["AAF_LIEN"]),
        (avec(COLLEGE, replace(COLLEGE, rattachement=77)), ["AAF_REFERENCE"]),
        (avec(PERSONNELS[1], replace(PERSONNELS[1], structure=77)), ["AAF_REFERENCE"]),
        (
            avec(
                COLLEGE, replace(COLLEGE, groupes=(COLLEGE.groupes[0]._replace(divisions=("9Z",)), COLLEGE.groupes[1]))
            ),
            ["AAF_NON_DECLARE"],
        ),
    ],
)
def test_incoherences(tmp_path: Path, fiches: list, attendus: list[str]) -> None:
    """Each thing that a known reader fails on, or drops in silence, has its own code."""
    trouves = codes(ecrire(tmp_path / "f", fiches))
    if attendus != ["AAF_DOUBLON"]:
        assert trouves == attendus
    else:
        assert "AAF_DOUBLON" in trouves


def test_ordre_et_attributs(tmp_path: Path) -> None:
    """Identifiers going down, an attribute that no grammar knows and another jointure are told."""
    un, deux = (e.vers_enregistrement() for e in ELEVES)
    inconnu = replace(un, noms=(*un.noms, "ENTNouveau"), valeurs=(*un.valeurs, ("x",)))
    autre = replace(deux, id="910000")
    fiches = [e for e in FICHES_EXEMPLES if e not in ELEVES]
    fiches[4:4] = [inconnu, autre]
    assert codes(ecrire(tmp_path / "f", fiches)) == ["AAF_ATTRIBUT_INCONNU", "AAF_ORDRE", "AAF_JOINTURE"]


def test_remarques_bornees_et_sans_nom(tmp_path: Path) -> None:
    """Many faults of one kind are counted, not listed; no remark holds a name or an INE."""
    eleves = [
        replace(ELEVES[1], jointure=910002 + i, classes=(DansStructure(420, "4Z"),)) for i in range(MAX_PAR_CODE + 5)
    ]
    fiches = [f for f in FICHES_EXEMPLES if f is not ELEVES[1]]
    fiches[5:5] = eleves
    remarques = verifier_alimentation(ecrire(tmp_path / "f", fiches))
    assert len(remarques) == MAX_PAR_CODE + 1
    assert remarques[-1].phrase.startswith("5 autre(s)")
    assert not any("VERTUMNE" in str(r) or "99000001" in str(r) for r in remarques)
