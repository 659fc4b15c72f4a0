"""« Imports » > « Emploi du temps »: what is kept, rejected, replaced."""

from __future__ import annotations

from typing import Any

import pytest

from services.sts_web.rules.importation import Existant, FichierLu, GroupeLu, planifier_import
from services.sts_web.rules.structure import ReglesNoms


def services(ecole: Any) -> list[tuple[str, str, list[int]]]:
    """(structure, matière, teachers) of every service."""
    return [(s["structure"], s["matiere"], [e["id"] for e in s["enseignants"]]) for s in ecole.lire("/services")]


@pytest.mark.procedure("STS-45")
@pytest.mark.procedure("STS-46")
@pytest.mark.procedure("STS-47")
def test_the_import_cancels_and_replaces(ecole: Any) -> None:
    """Services, groups and professeurs principaux of the file replace those typed in STS-Web."""
    ecole.demander("POST", "/groupes", json={"code": "MAIN", "divisions": ["6A"]})
    rapport = ecole.importer(ecole.emp_sts(groupes=(("6ALL1", ("6A",)), ("6ALL 2", ("6B",)))))
    assert rapport["groupes_crees"] == ["6ALL 2"]
    assert rapport["groupes_supprimes"] == ["MAIN"]
    assert rapport["groupes_rejetes"] == []
    assert (rapport["services"], rapport["cours"], rapport["messages"]) == (3, 3, [])
    assert "Structure" in rapport["conseil"]
    assert services(ecole) == [
        ("6ALL 2", "030101", [40102]),
        ("6ALL1", "030101", [40102]),
        ("6B", "020700", [40104]),
    ]
    groupes = {g["code"]: [d["code"] for d in g["divisions"]] for g in ecole.lire("/groupes")}
    assert groupes == {"6ALL 2": ["6B"], "6ALL1": ["6A"]}
    assert next(g for g in ecole.lire("/groupes") if g["code"] == "6ALL1")["libelle"] == "6EME ALLEMAND"


@pytest.mark.procedure("STS-45")
def test_the_same_file_twice_changes_nothing(ecole: Any) -> None:
    """Importing again the file that was just imported leaves the year as it is."""
    contenu = ecole.emp_sts(groupes=(("6ALL1", ("6A", "6B")), ("6ALL2", ("6B",))))
    ecole.importer(contenu)
    avant = [ecole.lire(page) for page in ("/divisions", "/groupes", "/services")]
    rapport = ecole.importer(contenu)
    assert (rapport["groupes_crees"], rapport["groupes_supprimes"]) == ([], [])
    assert [ecole.lire(page) for page in ("/divisions", "/groupes", "/services")] == avant


@pytest.mark.procedure("STS-48")
def test_keeping_services_takes_courses_only(ecole: Any) -> None:
    """Answering « Oui », services stay; a new group is created and has none."""
    avant = services(ecole)
    rapport = ecole.importer(ecole.emp_sts(groupes=(("6ALL2", ("6B",)),)), conserver="oui")
    assert rapport["groupes_crees"] == ["6ALL2"]
    assert rapport["cours"] == 2
    assert services(ecole) == avant
    assert [g["code"] for g in ecole.lire("/groupes")] == ["6ALL1", "6ALL2"]


@pytest.mark.procedure("STS-49")
@pytest.mark.procedure("STS-50")
def test_a_group_with_forbidden_characters_is_rejected(ecole: Any) -> None:
    """The report names the group and the characters, and its service does not pass either."""
    rapport = ecole.importer(ecole.emp_sts(groupes=(("6ALL&1", ("6A",)), ("6ALLEMAND1", ("6A",)), ("6B", ()))))
    motifs = {r["code"]: r["motif"] for r in rapport["groupes_rejetes"]}
    assert motifs == {"6ALL&1": "CARACTERES_NON_AUTORISES", "6ALLEMAND1": "NOM_TROP_LONG", "6B": "DOUBLON"}
    assert "« & »" in next(r["raison"] for r in rapport["groupes_rejetes"] if r["code"] == "6ALL&1")
    assert {m["code"] for m in rapport["messages"]} >= {"GROUPE_REJETE"}
    assert ecole.lire("/groupes") == []
    assert ecole.lire("/imports/emploi-du-temps") == rapport


def test_unknown_things_are_lines_of_the_report(ecole: Any) -> None:
    """An unknown division, matière or person is told, and the rest passes."""
    rapport = ecole.importer(ecole.emp_sts(groupes=(("6ALL1", ("6A", "9Z")), ("VIDE", ())), agent="99999", pp="9Z"))
    assert sorted({m["code"] for m in rapport["messages"]}) == [
        "DIVISION_INCONNUE",
        "GROUPE_SANS_MEF",
        "PERSONNE_INCONNUE",
    ]
    assert ("6ALL1", "030101", []) in services(ecole)
    rapport = ecole.importer(ecole.emp_sts(matiere="999999"))
    assert [m["code"] for m in rapport["messages"]] == ["MATIERE_INCONNUE"]
    assert [s[0] for s in services(ecole)] == ["6B"]


@pytest.mark.parametrize(
    ("options", "code"),
    [({"uai": "0960002F"}, "AUTRE_ETABLISSEMENT"), ({"annee": 2020}, "AUTRE_ANNEE")],
)
def test_a_file_of_another_school_or_year_is_refused_whole(ecole: Any, options: dict[str, Any], code: str) -> None:
    """The file is refused with a sentence and a remedy, and nothing changes."""
    avant = [ecole.lire(page) for page in ("/groupes", "/services")]
    refus = ecole.importer(ecole.emp_sts(**options), statut=422)
    assert refus["code"] == code
    assert refus["remede"]
    assert [ecole.lire(page) for page in ("/groupes", "/services")] == avant


def test_the_wrong_sts_file_is_recognised(ecole: Any) -> None:
    """The export given instead of the remontée is refused by its name."""
    fichier = ecole.demander("POST", "/exports/emploi-du-temps")
    assert ecole.importer(fichier.content, statut=422)["code"] == "STS_MAUVAIS_FICHIER"


@pytest.mark.procedure("STS-51")
def test_professeurs_principaux_come_from_indemnites(ecole: Any) -> None:
    """The person paid for a division is its professeur principal in the services exported."""
    ecole.importer(ecole.emp_sts(pp="6B"))
    ecole.demander("POST", "/exports/services", json={"destination": "sconet"})
    message = ecole.demander("GET", "/exports/services/fichier").json()
    assert {p["id"]: p["divisions_pp"] for p in message["personnels"] if p["divisions_pp"]} == {40101: ["6B"]}


def test_the_plan_of_an_import_is_sorted_and_pure() -> None:
    """Whatever the order of the groups in the file, the plan is the same."""
    existant = Existant({"6A"}, {"VIEUX"}, set(), set(), {})
    groupes = tuple(GroupeLu(code, divisions=(("6A", 1),)) for code in ("B", "A", "C"))
    plans = [
        planifier_import(FichierLu(g), existant, ReglesNoms(), conserver_services=False)
        for g in (groupes, tuple(reversed(groupes)))
    ]
    assert plans[0] == plans[1]
    assert plans[0].crees == ["A", "B", "C"]
    assert plans[0].supprimes == ["VIEUX"]
