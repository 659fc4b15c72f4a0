"""What is examined: any arrangement of files, recognised by content; a broken one does not hide the others."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.refus import Refus
from shared.formats.examen import Gravite, RapportExamen, examiner

from .jeu_examen import FICHIERS, codes, examiner_dossier, poser, problemes, zip_de

FORMATS = Path(__file__).parents[2] / "formats"
STS, ELEVES, LIENS = "sts_emp_0980123B_2025.xml", "ElevesAvecAdresses.xml", "liens.xml"
ZIP_LIENS = "0980123BELEGROUPE2025251010174502"


def octets(nom: str) -> bytes:
    """A file of the school, as bytes."""
    return FICHIERS[nom].encode("iso-8859-15")


def comptes(rapport: RapportExamen) -> dict[str, dict[str, int]]:
    """Counts by family."""
    return {d.famille: dict(d.comptes) for d in rapport.documents}


def test_each_document_is_told_by_content(tmp_path: Path) -> None:
    """Under any name, a document has its family, version, generation, school, year and counts."""
    (tmp_path / "notes.txt").write_bytes(octets(ELEVES))
    [document] = examiner_dossier(tmp_path).documents
    assert (document.famille, document.version, document.generation) == ("siecle_eleves", "3.0", "2018")
    assert (document.variante, document.uai, document.annee) == ("avec_adresses", "0980123B", 2025)
    assert dict(document.comptes) == {"élèves": 2, "options": 1, "adresses": 1}


def test_counts_of_the_school(tmp_path: Path) -> None:
    """Divisions, groups, services, teachers, links: how many of what in each file."""
    lus = comptes(examiner_dossier(poser(tmp_path)))
    assert lus["sts_emp"] == {"enseignants": 1, "divisions": 1, "groupes": 0, "services": 1, "matières": 1, "MEF": 1}
    assert lus["emp_sts"] == {"divisions": 1, "groupes": 1, "services": 1, "alternances": 1, "cours": 1}
    assert lus["liens_eleve_groupe"] == {"élèves": 2, "liens élève-groupe": 2}
    assert lus["siecle_responsables"] == {"responsables": 2, "liens élève-responsable": 2, "adresses": 1}
    assert lus["siecle_structures"] == {"divisions": 1, "groupes": 1}


def test_archives_in_an_archive(tmp_path: Path) -> None:
    """A zip of the exports' zips gives every document, and nothing is left in the temporary folder."""
    dedans = {f"ExportXML_{n.removesuffix('.xml')}.zip": zip_de(**{n: octets(n)}) for n in (ELEVES, "Communs.xml")}
    dedans[f"{ZIP_LIENS}.zip"] = zip_de(**{f"{ZIP_LIENS}.xml": octets(LIENS)})
    (tmp_path / "envoi.zip").write_bytes(zip_de(**dedans, **{STS: octets(STS)}))
    avant = set(Path(tempfile.gettempdir()).glob("rentree-examen-*"))
    rapport = examiner_dossier(tmp_path)
    assert set(comptes(rapport)) == {"siecle_eleves", "siecle_communs", "liens_eleve_groupe", "sts_emp"}
    # Of this set the structure and the responsables are not given: what needs them is not told.
    assert codes(rapport) == set()
    assert {d.nom for d in rapport.documents} >= {f"envoi.zip, {STS}", f"envoi.zip, {ZIP_LIENS}.zip"}
    assert set(Path(tempfile.gettempdir()).glob("rentree-examen-*")) == avant


def test_an_archive_too_deep_is_told(tmp_path: Path) -> None:
    """A zip in a zip in a zip is refused, and the file beside it is examined."""
    profond = zip_de(a=zip_de(b=zip_de(**{STS: octets(STS)})))
    (tmp_path / "a.zip").write_bytes(profond)
    poser(tmp_path, STS)
    rapport = examiner_dossier(tmp_path)
    assert codes(rapport) == {"ZIP_IMBRIQUE"}
    assert "sts_emp" in comptes(rapport)


HOSTILES: dict[str, tuple[str, bytes]] = {
    "entites.xml": ("XML_ENTITES", b'<!DOCTYPE STS_EDT [<!ENTITY a "b">]><STS_EDT>&a;</STS_EDT>'),
    "tronque.xml": ("XML_MAL_FORME", octets(ELEVES)[:-40]),
    "vide.xml": ("XML_VIDE", b"  \n"),
    "inconnu.xml": ("FAMILLE_INCONNUE", b"<html><body/></html>"),
    "bombe.zip": ("ZIP_TAUX", zip_de(**{"a.xml": b"<a>" + b" " * 30_000_000 + b"</a>"})),
    "abime.zip": ("ZIP_ILLISIBLE", zip_de(**{STS: octets(STS)})[:-30]),
    "tranche.tgz": ("TAR_ILLISIBLE", gzip.compress(b"x" * 100)),
    "faux.zip": ("ZIP_ILLISIBLE", b"bonjour"),
    "encodage.xml": ("XML_ENCODAGE", octets(ELEVES).replace(b"ISO-8859-15", b"UTF-8")),
}


@pytest.mark.parametrize("nom", HOSTILES)
def test_a_broken_file_does_not_hide_the_others(nom: str, tmp_path: Path) -> None:
    """A hostile or broken file is an error of that file; the school beside it is examined and has no problem."""
    code, contenu = HOSTILES[nom]
    (tmp_path / nom).write_bytes(contenu)
    rapport = examiner_dossier(poser(tmp_path))
    assert [(p.code, p.gravite, p.fichier) for p in problemes(rapport)] == [(code, Gravite.ERREUR, nom)]
    assert len(rapport.documents) == len(FICHIERS) + 1


def test_a_wrong_declared_encoding(tmp_path: Path) -> None:
    """A file that declares ISO-8859-15 and is written in UTF-8 is told; pure ASCII is not."""
    (tmp_path / ELEVES).write_bytes(FICHIERS[ELEVES].encode("utf-8"))
    assert "ENCODAGE_DECLARE" in codes(examiner_dossier(tmp_path))
    (tmp_path / ELEVES).write_bytes(FICHIERS[ELEVES].replace("é", "e").replace("Î", "I").encode("utf-8"))
    assert codes(examiner_dossier(tmp_path)) == set()


@pytest.mark.parametrize(
    ("nom", "contenu", "code"),
    [
        ("sts_emp_0980124C_2025.xml", STS, "NOM_CONTENU"),
        ("sts_emp_0980123B_2024.xml", STS, "NOM_CONTENU"),
        ("emp_sts_0980123B_2025.xml", STS, "NOM_CONTENU"),
        ("Structures.xml", ELEVES, "NOM_CONTENU"),
        ("ElevesSansAdresses.xml", ELEVES, "NOM_CONTENU"),
        ("0980124CELEGROUPE2025251010174502.xml", LIENS, "NOM_CONTENU"),
        ("0980123BELEGROUPE2024251010174502.xml", LIENS, "NOM_CONTENU"),
        ("0980123BELEGROUPE20252510101745.xml", LIENS, "NOM_FICHIER_HORODATAGE_COURT"),
        (f"{ZIP_LIENS}.xml", LIENS, None),
        ("mes liens.xml", LIENS, None),
        ("sts_emp_0980123B.xml", STS, None),
        ("ElevesAvecAdresses.xml", ELEVES, None),
    ],
)
def test_a_name_is_held_to_the_content(nom: str, contenu: str, code: str | None, tmp_path: Path) -> None:
    """A name that announces something else than the content is a remark; any other name says nothing."""
    (tmp_path / nom).write_bytes(octets(contenu))
    trouves = problemes(examiner_dossier(tmp_path))
    assert [(p.code, p.gravite) for p in trouves] == ([(code, Gravite.REMARQUE)] if code else [])


def test_the_zip_of_links_and_its_xml_have_one_name(tmp_path: Path) -> None:
    """BEE refuses a zip whose XML has another stem."""
    (tmp_path / f"{ZIP_LIENS}.zip").write_bytes(zip_de(**{"liens.xml": octets(LIENS)}))
    assert codes(examiner_dossier(tmp_path)) == {"NOM_ZIP_XML_DIFFERENTS"}


def test_files_that_are_not_of_the_chain_are_set_aside(tmp_path: Path) -> None:
    """A note in the folder is neither examined nor a problem; given by its name, it is refused."""
    poser(tmp_path)
    (tmp_path / "lisez-moi.txt").write_text("Bonjour")
    rapport = examiner_dossier(tmp_path)
    assert rapport.ecartes == ("lisez-moi.txt",)
    assert rapport.sans_probleme
    assert "XML_MAL_FORME" in codes(examiner([tmp_path / "lisez-moi.txt"]))


def test_what_does_not_exist_is_refused(tmp_path: Path) -> None:
    """A missing path, an empty folder, nothing at all: a refusal with its code."""
    for chemins, code in (
        ([tmp_path / "absent"], "FICHIER_INTROUVABLE"),
        ([tmp_path], "AUCUN_FICHIER"),
        ([], "CHEMINS_ABSENTS"),
    ):
        with pytest.raises(Refus) as refus:
            examiner(chemins)
        assert refus.value.code == code
        assert refus.value.remede


def test_the_golden_files_of_each_family() -> None:
    """Every golden file of STS, SIECLE, the imports and the timetable is recognised and read without an error."""
    fichiers = sorted(c for f in ("sts", "siecle", "elegroupe", "edt") for c in (FORMATS / f / "data").rglob("*.xml"))
    familles = set()
    for fichier in fichiers:
        [document] = examiner([fichier]).documents
        familles.add(document.famille)
        erreurs = {p.code for p in document.problemes if p.gravite is Gravite.ERREUR}
        assert erreurs <= {"PERSONNE_INCONNUE"}, (fichier.name, erreurs)
        assert document.comptes, fichier.name
    assert len(familles) >= 12


def aaf(dossier: Path) -> Path:
    """A copy of the golden complete feed."""
    return Path(shutil.copytree(FORMATS / "aaf/data/complet-6.4", dossier / "complet"))


def test_a_feed_is_one_document(tmp_path: Path) -> None:
    """A complete feed, as a folder, file by file or in a `.tar.gz`, is one document with its counts and no problem."""
    dossier = aaf(tmp_path / "a")
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w:gz") as archive:
        for fichier in sorted(dossier.iterdir()):
            archive.add(fichier, fichier.name)
    (tmp_path / "feed.tar.gz").write_bytes(tar.getvalue())
    for chemins in ([dossier], [dossier.parent], sorted(dossier.glob("*.xml")), [tmp_path / "feed.tar.gz"]):
        rapport = examiner(chemins)
        assert rapport.tous() == (), chemins
        [document] = rapport.documents
        assert (document.famille, document.generation, document.variante) == ("aaf", "6.4", "Complet")
        assert dict(document.comptes)["élèves"] == 2
        assert document.uai == "0960042Z"


def test_a_feed_that_dangles(tmp_path: Path) -> None:
    """A reference to nothing and an invalid request are errors of the feed, with file and line."""
    dossier = aaf(tmp_path)
    [fichier] = dossier.glob("*_PersEducNat_*.xml")
    texte = fichier.read_text()
    fichier.write_text(texte.replace("</addRequest>", "</addRequest><rien/>", 1))
    (dossier / "manifeste.json").unlink()
    [absent] = dossier.glob("*_MefEducNat_*.xml")
    contenu = absent.read_text()
    debut, fin = contenu.index("<addRequest"), contenu.rindex("</addRequest>") + len("</addRequest>")
    absent.write_text(contenu[:debut] + contenu[fin:])
    trouves = problemes(examiner([dossier]))
    assert {p.code for p in trouves} == {"AAF_DTD", "AAF_REFERENCE"}
    assert all(p.fichier and p.remede for p in trouves)
    assert any(p.ligne for p in trouves if p.code == "AAF_DTD")


def test_the_timetable_is_held_to_the_structure(tmp_path: Path) -> None:
    """Classes, groups, pupils and teachers of the timetable that STS-Web and BEE do not have are remarks."""
    clair = (FORMATS / "edt/data/Edt_To_ENTInvente_0980017L_clair.xml").read_bytes()
    poser(tmp_path)
    (tmp_path / "edt.xml").write_bytes(clair.replace(b'UAI="0980017L"', b'UAI="0980123B"'))
    rapport = examiner_dossier(tmp_path)
    assert codes(rapport) == {
        "EDT_CLASSE_INCONNUE",
        "EDT_GROUPE_INCONNU",
        "EDT_ELEVE_INCONNU",
        "EDT_ENSEIGNANT_INCONNU",
    }
    assert {p.gravite for p in problemes(rapport)} == {Gravite.REMARQUE}


def test_what_the_demo_announces_is_an_information(tmp_path: Path) -> None:
    """A mistake that `bilan.json` names is no problem; a `bilan.json` of somebody else changes nothing."""
    change = {LIENS: ("<CODE_GROUPE>5LATIN", "<CODE_GROUPE>5/GREC")}
    dossier = poser(tmp_path, change=change)
    assert codes(examiner_dossier(dossier)) == {"STRUCTURE_CARACTERES", "LIEN_GROUPE_INCONNU"}
    bilan: Any = {"exclusions": [{"objet": "groupe", "id": "5/GREC", "code": "GROUPE_REJETE_STS", "raison": "…"}]}
    (dossier / "bilan.json").write_text(json.dumps(bilan))
    rapport = examiner_dossier(dossier)
    assert rapport.sans_probleme
    assert {p.code for p in rapport.tous()} == {"STRUCTURE_CARACTERES", "LIEN_GROUPE_INCONNU"}
    for autre in (b"[]", b"{", b'{"exclusions": [1]}', b"[" * 100_000):
        (dossier / "bilan.json").write_bytes(autre)
        assert codes(examiner_dossier(dossier)) == {"STRUCTURE_CARACTERES", "LIEN_GROUPE_INCONNU"}


def test_many_problems_are_counted(tmp_path: Path) -> None:
    """Beyond twenty of one code in one document, the others are counted, not listed."""
    eleve = FICHIERS[LIENS][FICHIERS[LIENS].index("      <ELEVE>") : FICHIERS[LIENS].index("    </ELEVES>")]
    beaucoup = "".join(eleve.replace("7001", str(8000 + 2 * n)).replace("7002", str(8001 + 2 * n)) for n in range(30))
    poser(tmp_path)
    (tmp_path / LIENS).write_bytes(FICHIERS[LIENS].replace(eleve, beaucoup).encode("iso-8859-15"))
    trouves = [p for p in problemes(examiner_dossier(tmp_path)) if p.code == "LIEN_ELEVE_INCONNU"]
    assert len(trouves) == 21
    assert trouves[-1].phrase == "40 autre(s) de même nature."


def test_a_terminal_is_safe(tmp_path: Path) -> None:
    """Control characters of a file never reach a sentence."""
    poser(tmp_path, change={"emp_sts_0980123B_2025.xml": ('GROUPE CODE="5LATIN"', 'GROUPE CODE="5&#x9b;31mLATIN"')})
    rapport = examiner_dossier(tmp_path)
    assert "STRUCTURE_CARACTERES" in codes(rapport)
    assert all(p.phrase.isprintable() for p in rapport.tous())


def test_two_files_of_one_name(tmp_path: Path) -> None:
    """Two schools' files of one name keep their own problems; a file given twice is examined once."""
    for ecole in ("a", "b"):
        (tmp_path / ecole).mkdir()
    bon, mauvais = (poser(tmp_path / e, LIENS) / LIENS for e in ("a", "b"))
    mauvais.write_text(FICHIERS[LIENS].replace("5LATIN", "5/LATIN").replace("0980123B", "0980124C"), "iso-8859-15")
    rapport = examiner([bon, mauvais, mauvais])
    assert [bool([p for p in d.problemes if p.code == "STRUCTURE_CARACTERES"]) for d in rapport.documents] == [
        False,
        True,
    ]
    assert len({d.nom for d in rapport.documents}) == 2


def test_only_counting_tells_no_problem(tmp_path: Path) -> None:
    """Without depth, counts are the same and nothing is checked between files."""
    dossier = poser(tmp_path, change={LIENS: ("<CODE_GROUPE>5LATIN", "<CODE_GROUPE>AUTRE")})
    assert comptes(examiner([dossier], approfondi=False)) == comptes(examiner([dossier]))
    assert examiner([dossier], approfondi=False).tous() == ()
