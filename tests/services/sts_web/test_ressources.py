"""Ressources, suppléants, changement de support, bascule: what EPP and the school make of a year."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest

MAI = datetime.fromisoformat("2021-05-17T08:00:00+02:00")


@pytest.mark.procedure("REC-01")
@pytest.mark.procedure("REC-02")
@pytest.mark.procedure("STS-28")
def test_ressources_follow_epp(ecole: Any, fabriquer_agent: Any) -> None:
    """The list of EPP replaces the last one: a new teacher appears, one who is gone disappears."""
    ecole.agents(fabriquer_agent(50001, "ALBAREDE"), fabriquer_agent(40102, "TALBOUR"))
    assert [p["id"] for p in ecole.lire("/ressources")] == [50001, 40102]
    ecole.agents(fabriquer_agent(40102, "TALBOUR", fin=date(2021, 8, 31)))
    assert ecole.lire("/ressources") == []


@pytest.mark.procedure("REC-03")
@pytest.mark.procedure("REC-04")
def test_rep_is_in_ressources_and_sup_is_not(ecole: Any, fabriquer_agent: Any) -> None:
    """A remplaçant is among the Ressources; a suppléant is among Services suppléants, with dates and suppléé."""
    ecole.agents(
        fabriquer_agent(40102, "TALBOUR"),
        fabriquer_agent(50002, "REMPLACE", "REP"),
        fabriquer_agent(
            50003,
            "SUPPLEE",
            "SUP",
            debut=date(2021, 8, 20),
            fin=date(2021, 10, 1),
            supplee_id=40102,
            heures=4.0,
        ),
    )
    assert [p["id"] for p in ecole.lire("/ressources")] == [50002, 40102]
    (ligne,) = ecole.lire("/suppleances")
    assert (ligne["nom"], ligne["supplee"], ligne["nb_services"]) == ("SUPPLEE", "TALBOUR Alix", 0)


@pytest.mark.procedure("REC-06")
def test_documentalistes_follow_the_profile(ecole: Any, nouvelle_ecole: Any) -> None:
    """The documentaliste is in Ressources in one profile, absent in the other."""
    assert 40103 in [p["id"] for p in ecole.lire("/ressources")]
    autre = nouvelle_ecole(sts_documentalistes="absents")
    assert 40103 not in [p["id"] for p in autre.lire("/ressources")]


@pytest.mark.procedure("STS-36")
@pytest.mark.procedure("STS-37")
def test_a_suppleant_takes_the_services_of_the_absent(nouvelle_ecole: Any, fabriquer_agent: Any) -> None:
    """Ticked and validated, the suppléant has the services of his suppléé, from export until his end date."""
    ecole = nouvelle_ecole(depart=datetime.fromisoformat("2021-09-06T08:00:00+02:00"))
    suppleant = fabriquer_agent(50003, "SUPPLEE", "SUP", debut=date(2021, 9, 6), fin=date(2021, 9, 7), supplee_id=40102)
    ecole.agents(fabriquer_agent(40102, "TALBOUR"), suppleant)
    (ligne,) = ecole.lire("/suppleances")
    corps = {"suppleances": [ligne["cle"]]}
    assert ecole.demander("POST", "/suppleances/rattachement", json=corps)["services"] == {ligne["cle"]: 1}
    assert ecole.demander("POST", "/suppleances/rattachement", json=corps)["services"] == {ligne["cle"]: 0}
    assert ecole.lire("/suppleances")[0]["nb_services"] == 1

    def enseignants() -> list[int]:
        ecole.demander("POST", "/exports/services", json={"destination": "sconet"})
        message = ecole.demander("GET", "/exports/services/fichier").json()
        return [e["id"] for s in message["services"] if s["structure"] == "6ALL1" for e in s["enseignants"]]

    assert enseignants() == [40102, 50003]
    ecole.bac.avancer("48h")
    assert enseignants() == [40102]


@pytest.mark.procedure("STS-33")
def test_changing_support_moves_the_ticked_services(ecole: Any) -> None:
    """« Rattacher » moves the services ticked to the other teacher; the others stay."""
    ecole.demander(
        "POST",
        "/services",
        json={"structure": "6B", "matiere": "020700", "heures": 4, "enseignants": [{"id": 40101, "heures": 4}]},
    )
    (premier,) = [s["numero"] for s in ecole.lire("/services") if s["structure"] == "6A"]
    corps = {"origine": 40101, "destinataire": 40104, "services": [premier]}
    assert ecole.demander("POST", "/changement-support", json=corps) == {"services": 1}
    tenus = {s["structure"]: [e["id"] for e in s["enseignants"]] for s in ecole.lire("/services")}
    assert tenus == {"6A": [40104], "6ALL1": [40102], "6B": [40101]}


@pytest.mark.parametrize(
    ("corps", "code"),
    [
        ({"origine": 40101, "destinataire": 40101, "services": [1]}, "MEME_ENSEIGNANT"),
        ({"origine": 40101, "destinataire": 40104, "services": []}, "AUCUN_SERVICE"),
        ({"origine": 40101, "destinataire": 40104, "services": [2]}, "SERVICE_INCONNU"),
        ({"origine": 40101, "destinataire": 1, "services": [1]}, "PERSONNE_INCONNUE"),
    ],
)
def test_a_bad_change_of_support_is_refused(ecole: Any, corps: dict[str, Any], code: str) -> None:
    """Nobody is replaced by himself, nor by an unknown person; a service must be the teacher's own."""
    reponse = ecole.bac["sts_web"].post(ecole.base + "/changement-support", json=corps)
    assert reponse.status_code >= 400
    assert reponse.json()["code"] == code


@pytest.mark.procedure("STS-10")
@pytest.mark.procedure("STS-11")
def test_the_bascule_carries_what_was_chosen(nouvelle_ecole: Any) -> None:
    """Divisions alone: the next year has them with their MEF, no group, no service, nobody counted."""
    ecole = nouvelle_ecole(annee=2020, depart=MAI)
    reponse = ecole.bac["sts_web"].post(f"/api/etablissements/{ecole.uai}/bascule", json={"reconduire": ["divisions"]})
    assert (reponse.status_code, reponse.json()) == (201, {"annee": 2021})
    etablissement = ecole.bac["sts_web"].get(f"/api/etablissements/{ecole.uai}").json()
    assert [a["etat"] for a in etablissement["annees"]] == ["courante", "preparation"]
    ecole.annee = 2021
    divisions = ecole.lire("/divisions")
    assert [(d["code"], d["effectif_prevu"], d["effectif_calcule"]) for d in divisions] == [
        ("6A", 24, 0),
        ("6B", 48, 0),
    ]
    assert [len(d["mefs"]) for d in divisions] == [1, 2]
    assert (ecole.lire("/groupes"), ecole.lire("/services")) == ([], [])


@pytest.mark.procedure("STS-12")
def test_groups_carried_over_stay_until_deleted(nouvelle_ecole: Any) -> None:
    """Groups and services carried over are in the next year, teachers included."""
    ecole = nouvelle_ecole(annee=2020, depart=MAI)
    ecole.bac["sts_web"].post(
        f"/api/etablissements/{ecole.uai}/bascule", json={"reconduire": ["divisions", "groupes", "services"]}
    )
    ecole.annee = 2021
    assert [g["code"] for g in ecole.lire("/groupes")] == ["6ALL1"]
    assert [(s["structure"], s["enseignants"][0]["id"]) for s in ecole.lire("/services")] == [
        ("6A", 40101),
        ("6ALL1", 40102),
    ]


def test_the_bascule_opens_in_may_and_once(nouvelle_ecole: Any) -> None:
    """Before May it is refused; done twice it is refused; the year in preparation becomes the current one."""
    tot = nouvelle_ecole(annee=2020, depart=datetime.fromisoformat("2021-03-01T08:00:00+01:00"))
    chemin = f"/api/etablissements/{tot.uai}/bascule"
    assert tot.bac["sts_web"].post(chemin, json={}).json()["code"] == "BASCULE_FERMEE"
    ecole = nouvelle_ecole(annee=2020, depart=datetime.fromisoformat("2021-08-30T08:00:00+02:00"))
    assert ecole.bac["sts_web"].post(chemin, json={}).status_code == 201
    assert ecole.bac["sts_web"].post(chemin, json={}).json()["code"] == "BASCULE_DEJA_FAITE"
    ecole.bac.avancer("48h")
    annees = ecole.bac["sts_web"].get(f"/api/etablissements/{ecole.uai}").json()["annees"]
    assert [a["etat"] for a in annees] == ["anterieure", "courante"]
    refus = ecole.demander("POST", "/divisions", 409, json={"code": "6D", "mefs": ["10010012110"]})
    assert refus["code"] == "ANNEE_ANTERIEURE"


@pytest.mark.procedure("REC-10")
def test_new_nomenclatures_open_new_mef(ecole: Any) -> None:
    """A MEF unknown to the school's file can be used once the académie's set is received."""
    corps = {"code": "4A", "mefs": ["10210001110"]}
    assert ecole.demander("POST", "/divisions", 422, json=corps)["code"] == "MEF_INCONNU"
    mef = {"code": "10210001110", "formation": "4EME", "libelle_long": "4EME"}
    ecole.recevoir("nomenclatures", json.dumps({"version": 1, "mefs": [mef]}))
    ecole.demander("POST", "/divisions", 201, json=corps)
