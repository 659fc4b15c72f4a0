"""Services typed in STS-Web: what one is made of, and how it changes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest


def saisie(structure: str, heures: float, enseignant: int = 40103, **autres: Any) -> dict[str, Any]:
    """A service of German held by one teacher."""
    corps = {"structure": structure, "matiere": "030101", "heures": heures}
    return corps | {"enseignants": [{"id": enseignant, "heures": heures}]} | autres


@pytest.mark.procedure("STS-29")
def test_the_services_of_a_teacher_add_up_to_his_support(ecole: Any, fabriquer_agent: Any) -> None:
    """Five services of 3, 3, 3, 2 and 2 hours make the 13 hours of the support, and the état says so."""
    ecole.agents(fabriquer_agent(50010, "ALBAREDE", support="BDA1", discipline_libelle="ITALIEN", heures=13.0))
    for code in ("3ITA9GR1", "3 DE ITA", "4CD ITA"):
        ecole.demander("POST", "/groupes", 201, json={"code": code, "divisions": ["6A"]})
    lignes = [("3 DE ITA", 3), ("3ITA9GR1", 3), ("4CD ITA", 3), ("6A", 2), ("6B", 2)]
    corps = [saisie(structure, heures, 50010) for structure, heures in lignes]
    assert len(ecole.demander("POST", "/services", 201, json=corps)["numeros"]) == 5
    tenus = [s for s in ecole.lire("/services") if any(e["id"] == 50010 for e in s["enseignants"])]
    (agent,) = ecole.lire("/ressources")
    assert sum(s["heures"] for s in tenus) == sum(n["heures"] for n in agent["nominations"]) == 13.0
    (etat,) = ecole.lire("/etat-des-services")["agents"]
    assert (etat["apport"], etat["heures"], etat["total"], etat["ecart"]) == (13.0, 13.0, 13.0, 0.0)
    page = ecole.bac["sts_web"].get(f"/{ecole.uai}/{ecole.annee}/services/etat-des-services").text
    assert page.count('<td class="nombre">13.00</td>') == 3


def test_a_service_is_changed(ecole: Any) -> None:
    """Another matière, other hours, another teacher: the service keeps its number."""
    (avant,) = [s for s in ecole.lire("/services") if s["structure"] == "6ALL1"]
    corps = saisie("6ALL1", 3.5, 40104, matiere="061300", co_ens=True)
    assert ecole.demander("PUT", f"/services/{avant['numero']}", json=corps) == {"numero": avant["numero"]}
    (apres,) = [s for s in ecole.lire("/services") if s["numero"] == avant["numero"]]
    assert (apres["structure"], apres["type_structure"], apres["matiere"]) == ("6ALL1", "G", "061300")
    assert (apres["heures"], apres["co_ens"]) == (3.5, True)
    assert [(e["id"], e["heures"]) for e in apres["enseignants"]] == [(40104, 3.5)]


@pytest.mark.parametrize(
    ("numero", "corps", "code"),
    [
        (99, saisie("6A", 1), "SERVICE_INCONNU"),
        (1, saisie("6Z", 1), "STRUCTURE_INCONNUE"),
        (1, saisie("6A", 1, matiere="000000"), "MATIERE_INCONNUE"),
        (1, saisie("6A", 1, modalite="ZZ"), "MODALITE_INCONNUE"),
        (1, saisie("6A", 1, 1), "PERSONNE_INCONNUE"),
        (1, saisie("6ALL1", 1), "SERVICE_EXISTANT"),
    ],
)
def test_a_bad_change_of_service_is_refused(ecole: Any, numero: int, corps: dict[str, Any], code: str) -> None:
    """What does not exist, or exists already, is refused with its code, and the services stay as they were."""
    avant = ecole.lire("/services")
    refus = ecole.bac["sts_web"].put(f"{ecole.base}/services/{numero}", json=corps)
    assert (refus.status_code >= 400, refus.json()["code"]) == (True, code)
    assert ecole.lire("/services") == avant


def test_a_suppleant_keeps_a_service_that_changes(nouvelle_ecole: Any, fabriquer_agent: Any) -> None:
    """The hours of a service are changed while a suppléant holds it: he holds it still."""
    ecole = nouvelle_ecole()
    suppleant = fabriquer_agent(
        50003, "MARCELIN", "SUP", debut=date(2021, 8, 20), fin=date(2021, 10, 1), supplee_id=40102
    )
    ecole.agents(fabriquer_agent(40102, "TALBOUR"), suppleant)
    (ligne,) = ecole.lire("/suppleances")
    ecole.demander("POST", "/suppleances/rattachement", json={"suppleances": [ligne["cle"]]})
    (avant,) = [s for s in ecole.lire("/services") if s["structure"] == "6ALL1"]
    ecole.demander("PUT", f"/services/{avant['numero']}", json=saisie("6ALL1", 2, 40102))
    (apres,) = [s for s in ecole.lire("/services") if s["structure"] == "6ALL1"]
    assert [(e["id"], e["heures"], e["supplee_id"]) for e in apres["enseignants"]] == [
        (40102, 2.0, None),
        (50003, 4.0, 40102),
    ]


def test_the_ponderation_of_a_service_stays(ecole: Any) -> None:
    """The weight that the timetable gave to a teacher's hours is kept when the hours are changed."""
    lu = ecole.emp_sts()
    pondere = lu.replace(b"</HEURES_AGENT>", b"</HEURES_AGENT><TAUX_PONDERATION>1.10</TAUX_PONDERATION>")
    ecole.importer(pondere)

    def du_groupe() -> dict[str, Any]:
        return next(s for s in ecole.lire("/services") if s["structure"] == "6ALL1")

    avant = du_groupe()
    assert [e["ponderation"] for e in avant["enseignants"]] == [1.1]
    ecole.demander("PUT", f"/services/{avant['numero']}", json=saisie("6ALL1", 2, 40102))
    assert [(e["heures"], e["ponderation"]) for e in du_groupe()["enseignants"]] == [(2.0, 1.1)]


def test_a_service_is_changed_by_page(ecole: Any) -> None:
    """« Gestion » leads to the form, filled with the service; validated, the list shows the change."""
    client, racine = ecole.bac["sts_web"], f"/{ecole.uai}/{ecole.annee}/services"
    client.headers["Accept"] = "text/html"
    assert f"{racine}/modification?numero=2" in client.get(f"{racine}/gestion").text
    formulaire = client.get(f"{racine}/modification?numero=2").text
    assert '<option value="6ALL1" selected>' in formulaire
    assert '<option value="40102" selected>' in formulaire
    corps = {"numero": 2, "structure": "6ALL1", "matiere": "030101", "enseignant": 40104, "heures": "2.50"}
    assert client.post(f"{racine}/modification", data=corps).status_code == 303
    page = client.get(f"{racine}/gestion").text
    assert "VANNEREAU Zoé (2.50)" in page
    assert client.get(f"{racine}/modification?numero=99").status_code == 404
