"""*Suivre* in STS-Web: why a teacher, a group or a division did not go further."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest


def codes(trace: dict[str, Any]) -> list[str]:
    """The codes of the blocks of a trace."""
    return [b["code"] for b in trace["blocages"]]


@pytest.mark.procedure("DIAG-14")
def test_a_rejected_group_tells_why(ecole: Any) -> None:
    """A group rejected at the import is absent, with the reason and the remedy."""
    ecole.importer(ecole.emp_sts(groupes=(("6ALL&1", ("6A",)),)))
    (trace,) = ecole.tracer(q="6ALL&1")
    assert (trace["etat"], codes(trace)) == ("absent", ["GROUPE_REJETE_IMPORT"])
    assert "« & »" in trace["blocages"][0]["raison"]
    assert trace["blocages"][0]["regle"] == "STS-49"


@pytest.mark.procedure("STS-62")
@pytest.mark.procedure("STS-63")
def test_a_group_not_exported_is_held_back(ecole: Any) -> None:
    """Not exported it is blocked; exported it waits for the night; changed since, it is blocked again."""
    (trace,) = ecole.tracer(cle=["groupe:6ALL1", f"uai:{ecole.uai}"])
    assert trace["etat"] == "bloque"
    assert codes(trace)[:1] == ["STRUCTURE_NON_EXPORTEE"]
    assert "SERVICES_NON_EXPORTES" in codes(trace)
    ecole.demander("POST", "/exports/structure")
    ecole.demander("POST", "/exports/services", json={"destination": "sconet"})
    (trace,) = ecole.tracer(q="6ALL1")
    assert not {"STRUCTURE_NON_EXPORTEE", "SERVICES_NON_EXPORTES"} & set(codes(trace))
    ecole.demander("PUT", "/groupes/6ALL1", json={"code": "6ALL1", "libelle": "NEUF", "divisions": ["6A"]})
    (trace,) = ecole.tracer(q="6ALL1")
    assert (trace["etat"], codes(trace)[0]) == ("bloque", "STRUCTURE_NON_EXPORTEE")
    ecole.demander("DELETE", "/groupes/6ALL1")
    (trace,) = ecole.tracer(cle=["groupe:6ALL1"])
    assert (trace["etat"], codes(trace)[0]) == ("absent", "STRUCTURE_NON_EXPORTEE")
    assert "le garde" in trace["blocages"][0]["raison"]


def test_an_export_refused_by_bee_is_told(ecole: Any) -> None:
    """A division whose export BEE refuses is blocked with the refusal of BEE."""
    ecole.demander("POST", "/exports/structure")
    etat = ecole.envois("structure_sts")[0]["etat"]
    (trace,) = ecole.tracer(q="6B")
    assert ("EXPORT_REFUSE" in codes(trace)) == (etat == "refuse")


@pytest.mark.procedure("STS-61")
@pytest.mark.procedure("CAL-11")
def test_what_is_exported_is_on_its_way(ecole: Any, fabriquer_agent: Any) -> None:
    """Exported Monday at eight: waits, with the date of its arrival; on Wednesday it is passed on."""
    rectorat = ecole.bac["rectorat"]
    rectorat.post("/api/etablissements", json=[{"uai": ecole.uai}])
    noms = {40101: "ESTRADEL", 40102: "TALBOUR"}
    agents = [fabriquer_agent(n, nom, heures=18.0).valeurs() for n, nom in noms.items()]
    assert rectorat.post("/api/agents", json=agents).status_code < 300
    ecole.agents(*(fabriquer_agent(n, nom, heures=18.0) for n, nom in noms.items()))
    rectorat.post("/api/bascules-bee", json={"uai": ecole.uai, "millesime": 2021})
    ecole.demander("POST", "/exports/structure")
    ecole.demander("POST", "/exports/services", json={"destination": "sconet"})
    assert ecole.envois("structure_sts")[0]["etat"] == "livre"
    for question in ("6ALL1", "6A", "talbour"):
        (trace,) = ecole.tracer(q=question)
        assert (trace["etat"], codes(trace)) == ("attente", [])
        assert trace["echeance"].startswith("2021-08-25T03:00")
        assert trace["etapes"][-1]["prevu"]
    ecole.bac.avancer("48h")
    ecole.demander("POST", "/exports/structure")
    for question in ("6ALL1", "6A", "talbour"):
        (trace,) = ecole.tracer(q=question)
        assert (trace["etat"], trace["echeance"]) == ("present", None)


@pytest.mark.procedure("DIAG-04")
@pytest.mark.procedure("DIAG-05")
def test_a_teacher_is_followed_by_name_or_number(ecole: Any, fabriquer_agent: Any) -> None:
    """Found without accents; without services, or gone from EPP, he is told so."""
    (trace,) = ecole.tracer(q="vannereau zoe")
    assert (trace["cles"]["agent_id"], codes(trace)) == ("40104", ["SANS_SERVICE"])
    (trace,) = ecole.tracer(cle=["agent_id:40102", f"uai:{ecole.uai}"])
    assert codes(trace) == ["SERVICES_NON_EXPORTES"]
    ecole.agents(fabriquer_agent(40101, "ESTRADEL"))
    (trace,) = ecole.tracer(cle=["agent_id:40102"])
    assert (trace["etat"], codes(trace)[0]) == ("absent", "ABSENT_DES_RESSOURCES")
    assert ecole.tracer(cle=["eleve_id:1", "division:6A"]) == []


@pytest.mark.procedure("DIAG-12")
def test_a_suppleant_not_attached_is_told(ecole: Any, fabriquer_agent: Any) -> None:
    """A suppléant whom nobody ticked has no service, and the menu to open is named."""
    ecole.agents(
        fabriquer_agent(40102, "TALBOUR"),
        fabriquer_agent(50003, "SUPPLEE", "SUP", debut=date(2021, 8, 20), fin=date(2021, 10, 1), supplee_id=40102),
    )
    (trace,) = ecole.tracer(cle=["agent_id:50003"])
    assert codes(trace) == ["SUPPLEANT_NON_RATTACHE"]
    assert trace["blocages"][0]["menu"] == "Services suppléants > Saisie rapide"


def test_a_group_without_teacher_says_so(ecole: Any) -> None:
    """A service libre is told in what STS-Web knows of its group, until somebody takes it."""
    (trace,) = ecole.tracer(q="6ALL1")
    assert "Services sans enseignant" not in trace["details"]
    ecole.demander("POST", "/services/2/liberation")
    (trace,) = ecole.tracer(q="6ALL1")
    assert (trace["details"]["Services sans enseignant"], trace["details"]["Enseignants"]) == ("1", "0")
