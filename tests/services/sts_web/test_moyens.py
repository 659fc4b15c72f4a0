"""ARE, HSA, indemnités: typed by the school, and where they count."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import pytest

from shared.formats import sts

FRANC, ALL = "L0202", "L0421"


def etat(ecole: Any, agent: int) -> dict[str, Any]:
    """The état des services of one agent."""
    return next(a for a in ecole.lire("/etat-des-services")["agents"] if a["id"] == agent)


def sts_emp(ecole: Any) -> sts.StsEmp:
    """What « Exports » > « Emploi du temps » writes."""
    contenu = ecole.demander("POST", "/exports/emploi-du-temps").content
    return sts.lire_sts_emp(io.BytesIO(contenu), "sts_emp.xml")


@pytest.mark.procedure("STS-48")
def test_an_are_counts_and_an_import_replaces_it(ecole: Any) -> None:
    """Typed, an ARE is in the agent's total; « Oui » to the question of the import keeps it, « Non » replaces it."""
    ecole.demander("POST", "/are", 201, json={"agent": 40102, "code": "4105", "heures": 2.5})
    assert (etat(ecole, 40102)["are"], etat(ecole, 40102)["total"]) == (2.5, 6.5)
    ecole.demander("PUT", "/are/40102/4105", json={"heures": 1.5})
    assert [(a["agent_id"], a["code"], a["heures"]) for a in ecole.lire("/are")] == [(40102, "4105", 1.5)]
    ecole.importer(ecole.emp_sts(), "oui")
    assert [(a["agent_id"], a["code"], a["heures"]) for a in ecole.lire("/are")] == [(40102, "4105", 1.5)]
    ecole.importer(ecole.emp_sts(), "non")
    assert [(a["agent_id"], a["code"], a["heures"]) for a in ecole.lire("/are")] == [(40101, "4112", 3.0)]
    ecole.demander("DELETE", "/are/40101/4112", 204)
    assert ecole.lire("/are") == []
    assert etat(ecole, 40101)["are"] == 0


def test_hsa_are_what_is_done_beyond_the_support(ecole: Any, fabriquer_agent: Any) -> None:
    """HSA are calculated from support, services and ARE; typed by discipline, they are in the état and in the file."""
    ecole.agents(fabriquer_agent(50010, "ALBAREDE", heures=4.0))
    porteur = [{"id": 50010, "heures": 4.0, "ponderation": 1.25}]
    corps = {"structure": "6A", "matiere": "030101", "heures": 4.0, "enseignants": porteur}
    ecole.demander("POST", "/services", 201, json=corps)
    ecole.demander("POST", "/are", 201, json={"agent": 50010, "code": "4103", "heures": 0.5})
    avant = etat(ecole, 50010)
    assert (avant["apport"], avant["heures"], avant["ponderees"], avant["total"]) == (4.0, 4.0, 5.0, 5.5)
    assert (avant["ecart"], avant["hsa_calculees"], avant["hsa_saisies"]) == (1.5, 1.5, 0.0)
    saisie = {"agent": 50010, "discipline": ALL, "heures": 1.0}
    ecole.demander("POST", "/hsa", 201, json=saisie)
    (lue,) = ecole.lire("/hsa")
    assert (lue["heures"], lue["debut"], lue["fin"]) == (1.0, "2021-09-01", "2022-08-31")
    ecole.demander("PUT", f"/hsa/50010/{ALL}", json={"heures": 1.5, "debut": "2021-10-01"})
    assert etat(ecole, 50010)["hsa_saisies"] == 1.5
    assert ecole.lire("/etat-des-services")["hsa_saisies"] == 1.5
    assert ecole.lire("/hsa")[0]["debut"] == "2021-10-01"
    csv = ecole.demander("GET", "/etat-des-services/fichier").content.decode("utf-8-sig").splitlines()
    assert csv[1] == "50010;ALBAREDE Alix;ENS;L0421;4,00;4,00;5,00;0,50;5,50;1,50;1,50;1,50;;"
    ecole.demander("DELETE", f"/hsa/50010/{ALL}", 204)
    assert ecole.lire("/hsa") == []


def test_a_professeur_principal_goes_where_he_counts(ecole: Any) -> None:
    """Named with his dates, he is in the état, in the file of EDT, in the services sent until his last day."""
    corps = {"agent": 40104, "division": "6B", "debut": "2021-09-01", "fin": "2021-09-10"}
    assert ecole.demander("POST", "/indemnites/professeurs-principaux", 201, json=corps) == {"avertissements": []}
    assert [p["division"] for p in etat(ecole, 40104)["professeur_principal"]] == ["6B"]
    principaux = {i.id: i.profs_princ for i in sts_emp(ecole).individus}
    assert principaux["40104"] == (sts.ProfPrinc("6B", date(2021, 9, 1), date(2021, 9, 10)),)

    def envoye() -> list[str]:
        ecole.demander("POST", "/exports/services", json={"destination": "sconet"})
        personnels = ecole.demander("GET", "/exports/services/fichier").json()["personnels"]
        return next(list(p["divisions_pp"]) for p in personnels if p["id"] == 40104)

    assert envoye() == ["6B"]
    second = {"agent": 40102, "division": "6B"}
    averti = ecole.demander("POST", "/indemnites/professeurs-principaux", 201, json=second)
    assert averti == {"avertissements": ["« 6B » avait déjà un professeur principal."]}
    ecole.demander("DELETE", "/indemnites/professeurs-principaux/40104/6B", 204)
    assert envoye() == []


def test_a_mission_is_paid_and_leaves_nothing_else(ecole: Any) -> None:
    """An IMP has a rate and dates; it is in the état and in the list, and can be taken back."""
    corps = {"agent": 40102, "mission": "REF_NUM", "montant": 1250}
    ecole.demander("POST", "/indemnites/missions", 201, json=corps)
    (lue,) = ecole.lire("/indemnites")["missions"]
    assert (lue["montant"], lue["debut"]) == (1250.0, "2021-09-01")
    assert lue["libelle"] == "Référent pour les ressources et usages pédagogiques numériques"
    assert [m["mission"] for m in etat(ecole, 40102)["missions"]] == ["REF_NUM"]
    ecole.demander("DELETE", "/indemnites/missions/40102/REF_NUM", 204)
    assert ecole.lire("/indemnites")["missions"] == []


ARE = {"agent": 40102, "code": "4105", "heures": 1}
HSA = {"agent": 40102, "discipline": ALL, "heures": 1}
PP = {"agent": 40102, "division": "6A"}
IMP = {"agent": 40102, "mission": "TUTORAT", "montant": 625}


@pytest.mark.parametrize(
    ("methode", "suite", "corps", "statut", "code"),
    [
        ("POST", "/are", ARE | {"agent": 1}, 404, "PERSONNE_INCONNUE"),
        ("POST", "/are", ARE | {"code": "9999"}, 404, "ARE_INCONNUE"),
        ("POST", "/are", ARE | {"heures": 0}, 422, "HEURES_INVALIDES"),
        ("POST", "/are", ARE | {"heures": -1}, 422, "HEURES_INVALIDES"),
        ("POST", "/are", ARE | {"heures": 40.5}, 422, "HEURES_INVALIDES"),
        ("POST", "/are", ARE | {"heures": 1.255}, 422, "HEURES_INVALIDES"),
        ("PUT", "/are/40102/4105", {"heures": 1}, 404, "ARE_INCONNUE"),
        ("DELETE", "/are/40102/4105", None, 404, "ARE_INCONNUE"),
        ("POST", "/hsa", HSA | {"agent": 1}, 404, "PERSONNE_INCONNUE"),
        ("POST", "/hsa", HSA | {"discipline": FRANC}, 404, "DISCIPLINE_INCONNUE"),
        ("POST", "/hsa", HSA | {"heures": 0}, 422, "HEURES_INVALIDES"),
        ("POST", "/hsa", HSA | {"debut": "2021-08-01"}, 422, "DATES_INVALIDES"),
        ("POST", "/hsa", HSA | {"debut": "2022-02-01", "fin": "2022-01-01"}, 422, "DATES_INVALIDES"),
        ("PUT", f"/hsa/40102/{ALL}", {"heures": 1}, 404, "HSA_INCONNUES"),
        ("DELETE", f"/hsa/40102/{ALL}", None, 404, "HSA_INCONNUES"),
        ("POST", "/indemnites/professeurs-principaux", PP | {"agent": 1}, 404, "PERSONNE_INCONNUE"),
        ("POST", "/indemnites/professeurs-principaux", PP | {"division": "9Z"}, 404, "DIVISION_INCONNUE"),
        ("POST", "/indemnites/professeurs-principaux", PP | {"fin": "2030-01-01"}, 422, "DATES_INVALIDES"),
        ("POST", "/indemnites/professeurs-principaux", PP | {"agent": 40101}, 409, "INDEMNITE_EXISTANTE"),
        ("DELETE", "/indemnites/professeurs-principaux/40102/6A", None, 404, "INDEMNITE_INCONNUE"),
        ("POST", "/indemnites/missions", IMP | {"mission": "RIEN"}, 404, "MISSION_INCONNUE"),
        ("POST", "/indemnites/missions", IMP | {"montant": 100}, 422, "MONTANT_INVALIDE"),
        ("POST", "/indemnites/missions", IMP | {"fin": "2030-01-01"}, 422, "DATES_INVALIDES"),
        ("DELETE", "/indemnites/missions/40102/TUTORAT", None, 404, "INDEMNITE_INCONNUE"),
    ],
)
def test_a_bad_entry_is_refused(
    ecole_commune: Any, methode: str, suite: str, corps: dict[str, Any] | None, statut: int, code: str
) -> None:
    """Each has its code, its sentence and what to do, and nothing is written."""
    refus = ecole_commune.demander(methode, suite, statut, **({"json": corps} if corps else {}))
    assert refus["code"] == code
    assert refus["title"]
    assert refus["remede"]
    assert [ecole_commune.lire(s) for s in ("/are", "/hsa")] == [[], []]
    assert ecole_commune.lire("/indemnites")["missions"] == []


def test_a_second_time_is_refused(ecole: Any) -> None:
    """The same ARE, HSA or mission twice is a 409 that says to change the first."""
    for suite, corps, code in (
        ("/are", ARE, "ARE_EXISTANTE"),
        ("/hsa", HSA, "HSA_EXISTANTES"),
        ("/indemnites/missions", IMP, "INDEMNITE_EXISTANTE"),
    ):
        ecole.demander("POST", suite, 201, json=corps)
        assert ecole.demander("POST", suite, 409, json=corps)["code"] == code


def test_a_local_person_is_not_paid(ecole: Any) -> None:
    """Neither HSA nor IMP for a local person; with an ARE, he cannot be deleted."""
    numero = ecole.demander("POST", "/ressources/locales", 201, json={"nom": "ARBELAY", "prenom": "Noé"})["numero"]
    assert ecole.demander("POST", "/hsa", 422, json=HSA | {"agent": numero})["code"] == "RESSOURCE_LOCALE"
    refus = ecole.demander("POST", "/indemnites/missions", 422, json=IMP | {"agent": numero})
    assert refus["code"] == "RESSOURCE_LOCALE"
    ecole.demander("POST", "/are", 201, json=ARE | {"agent": numero})
    assert ecole.demander("DELETE", f"/ressources/locales/{numero}", 409)["code"] == "RESSOURCE_EN_SERVICE"


def test_a_level_without_indemnite_has_no_professeur_principal(ecole: Any) -> None:
    """A division whose MEF is of a level that does not open the right is refused."""
    mef = {"code": "10010010110", "formation": "CM2", "libelle_long": "CM2", "mefstat4": "1125"}
    ecole.recevoir("nomenclatures", json.dumps({"version": 1, "mefs": [mef]}))
    ecole.demander("POST", "/divisions", 201, json={"code": "CM2A", "mefs": [mef["code"]]})
    refus = ecole.demander("POST", "/indemnites/professeurs-principaux", 422, json=PP | {"division": "CM2A"})
    assert refus["code"] == "NIVEAU_SANS_INDEMNITE"
