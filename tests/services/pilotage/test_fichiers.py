"""Files dropped on the control room: read, told, given back with other people, and nothing kept."""

from __future__ import annotations

import io
import tempfile
import zipfile
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from services.pilotage.use_cases.fichiers import nom_sur

GOLDEN = Path(__file__).parents[2] / "formats"
STS = GOLDEN / "sts" / "data" / "sts_emp_0980017L_2025.xml"
SIECLE = GOLDEN / "siecle" / "data"
ELEVES = SIECLE / "ElevesAvecAdresses.xml"
RESPONSABLES = SIECLE / "ResponsablesAvecAdresses.xml"


def deposer(*chemins: Path) -> list[tuple[str, tuple[str, bytes, str]]]:
    return [("fichiers", (c.name, c.read_bytes(), "application/xml")) for c in chemins]


def test_the_report_says_what_each_file_is(bac: Any) -> None:
    """The API tells family, school and counts; a file of nothing known is set aside or told."""
    rapport = bac["pilotage"].post("/api/fichiers/examen", files=deposer(STS, ELEVES)).raise_for_status().json()
    par_famille = {d["famille"]: d for d in rapport["documents"]}
    assert par_famille["sts_emp"]["uai"] == "0980017L"
    assert par_famille["siecle_eleves"]["comptes"]["élèves"] > 0


def test_a_broken_file_is_a_problem_of_the_report(bac: Any) -> None:
    """The page tells a truncated file among the others, with its rule, and answers 200."""
    coupe = ("fichiers", ("coupe.xml", ELEVES.read_bytes()[:900], "application/xml"))
    reponse = bac["pilotage"].post("/fichiers/examen", files=[coupe, *deposer(STS)], headers={"Accept": "text/html"})
    texte = unescape(reponse.text)
    assert reponse.status_code == 200
    assert "XML_MAL_FORME" in texte
    assert "coupe.xml" in texte
    assert "sts_emp" in texte


@pytest.mark.parametrize("chemin", ["/fichiers/examen", "/fichiers/pseudonymisation"])
def test_nothing_chosen_is_said(bac: Any, chemin: str) -> None:
    """A form sent without a file comes back with a sentence."""
    reponse = bac["pilotage"].post(chemin, files=[("fichiers", ("", b""))], headers={"Accept": "text/html"})
    assert reponse.status_code >= 400
    assert "fichier" in unescape(reponse.text).lower()


def test_the_same_files_with_other_people(bac: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The zip holds the same files and a report, no name of the original, and nothing is left on the disk."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    envoi = {"files": deposer(ELEVES, RESPONSABLES), "data": {"secret": "de la craie et un tableau"}}
    premier = bac["pilotage"].post("/api/fichiers/pseudonymisation", **envoi).raise_for_status().content
    with zipfile.ZipFile(io.BytesIO(premier)) as archive:
        assert {ELEVES.name, RESPONSABLES.name, "pseudonymisation.json"} <= set(archive.namelist())
        rendu = archive.read(ELEVES.name).decode("iso-8859-15")
    original = ELEVES.read_bytes().decode("iso-8859-15")
    ine = original.split("<INE_RNIE>")[1].split("<")[0]
    assert ine in original
    assert ine not in rendu
    assert bac["pilotage"].post("/api/fichiers/pseudonymisation", **envoi).content == premier
    assert not [c for c in tmp_path.iterdir() if c.name.startswith("rentree-")]


@pytest.mark.parametrize(
    ("donne", "attendu"),
    [("../../etc/passwd", "passwd"), ("C:\\a\\b.xml", "b.xml"), ("..", "fichier"), ("é" * 200 + ".zip", ".zip")],
)
def test_a_name_never_leaves_its_folder(donne: str, attendu: str) -> None:
    """Whatever the sender calls a file, it is written under a plain short name."""
    sur = nom_sur(donne)
    assert sur.endswith(attendu)
    assert "/" not in sur
    assert "\\" not in sur
    assert len(sur.encode()) <= 120


def test_the_pages_of_files(bac: Any) -> None:
    """Both pages open, and say that nothing is kept."""
    assert "rien n'en est gardé" in unescape(bac["pilotage"].get("/fichiers", headers={"Accept": "text/html"}).text)
    assert bac["pilotage"].get("/protection-des-donnees", headers={"Accept": "text/html"}).status_code == 200


def test_two_exports_are_compared(bac: Any) -> None:
    """The page and the API tell which pupil changed and in which field, never the value."""
    change = ELEVES.read_bytes().replace(b"<CODE_REGIME>2<", b"<CODE_REGIME>0<", 1)
    assert change != ELEVES.read_bytes()
    envoi = [
        ("avant", (ELEVES.name, ELEVES.read_bytes(), "text/xml")),
        ("apres", (ELEVES.name, change, "text/xml")),
    ]
    lu = bac["pilotage"].post("/api/fichiers/comparaison", files=envoi).raise_for_status().json()
    assert not lu["identique"]
    modifiees = [m for p in lu["paires"] for x in p["categories"] for m in x["modifiees"]]
    assert [[c["champ"] for c in m["champs"]] for m in modifiees] == [["CODE_REGIME"]]
    texte = unescape(bac["pilotage"].post("/fichiers/comparaison", files=envoi, headers={"Accept": "text/html"}).text)
    assert "Les fichiers diffèrent." in texte
    assert "CODE_REGIME (1)" in texte


def test_a_file_is_converted(bac: Any) -> None:
    """Liens 1.4 come back in 1.3 with what was lost; an unknown version is refused with a sentence."""
    liens = GOLDEN / "elegroupe" / "data" / "liens_1.4.xml"
    rendu = bac["pilotage"].post("/api/fichiers/conversion", files=deposer(liens), data={"vers": "1.3"})
    with zipfile.ZipFile(io.BytesIO(rendu.raise_for_status().content)) as archive:
        assert b'VERSION="1.3"' in archive.read(liens.name)
        assert b'"vers": "1.3"' in archive.read("conversion.json")
    refus = bac["pilotage"].post("/api/fichiers/conversion", files=deposer(liens), data={"vers": "9.9"})
    assert (refus.status_code, refus.json()["code"]) == (422, "CONVERTIR_VERSION")


def test_schools_are_loaded_from_the_page(bac: Any) -> None:
    """A trial loads nothing; then the school is in BEE and STS-Web under other names; again, it is there already."""
    jeu = Path(__file__).parents[2] / "demo" / "dossier_reel"
    envoi = deposer(*sorted(jeu.glob("*.xml")))
    chemin = "/api/fichiers/chargement"
    essai = bac["pilotage"].post(chemin, files=envoi, data={"verifier": "true"}).raise_for_status().json()
    assert [(e["uai"], e["etat"]) for e in essai["etablissements"]] == [("0970034K", "lisible")]
    assert bac["siecle_bee"].get("/api/etablissements/0970034K/bases/2021/eleves").status_code == 404
    fait = bac["pilotage"].post("/fichiers/chargement", files=envoi, headers={"Accept": "text/html"})
    assert "0970034K" in unescape(fait.text)
    eleves = bac["siecle_bee"].get("/api/etablissements/0970034K/bases/2021/eleves").raise_for_status().json()
    originaux = (jeu / "ElevesAvecAdresses.xml").read_text("iso-8859-15")
    assert eleves
    assert not [e for e in eleves if f"<NOM_DE_FAMILLE>{e['nom']}<" in originaux]
    encore = bac["pilotage"].post(chemin, files=envoi).raise_for_status().json()
    assert encore["etablissements"][0]["etat"] == "deja"
