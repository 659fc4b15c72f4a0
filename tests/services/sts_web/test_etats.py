"""État des services, services by discipline, campagne, validation of the V.S., journal."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from shared.security.acces import Identite, cle_des_acces, sceller
from tests.services.sts_web.test_screens import texte


def fixer_butoir(ecole: Any, jour: str, annee: int = 2021) -> None:
    """The rectorat's message (REC-18)."""
    ecole.recevoir("date_butoir_vs", json.dumps({"annee": annee, "date_butoir": jour}))


def test_services_by_discipline(ecole: Any, fabriquer_agent: Any) -> None:
    """Each agent counts in his main discipline; a documentaliste and a suppléant do not count."""
    ecole.agents(
        fabriquer_agent(40102, "TALBOUR", heures=18.0),
        fabriquer_agent(50010, "ALBAREDE", heures=15.0),
        fabriquer_agent(40103, "PRASTIGNAC", fonction="DOC", heures=30.0),
        fabriquer_agent(50003, "MARCELIN", "SUP", debut=date(2021, 8, 20), fin=date(2021, 10, 1), supplee_id=40102),
    )
    ecole.demander("POST", "/are", 201, json={"agent": 50010, "code": "4103", "heures": 1})
    (ligne,) = ecole.lire("/suppleances")
    ecole.demander("POST", "/suppleances/rattachement", json={"suppleances": [ligne["cle"]]})
    (discipline,) = ecole.lire("/services-discipline")
    assert discipline == {
        "code": "L0421",
        "libelle": "",
        "agents": 2,
        "apport": 33.0,
        "ponderees": 4.0,
        "are": 1.0,
        "total": 5.0,
        "ecart": -28.0,
        "hsa_saisies": 0.0,
    }
    etat = ecole.lire("/etat-des-services")
    (suppleant,) = etat["suppleants"]
    assert (suppleant["id"], suppleant["heures"], suppleant["suppleant"]) == (50003, 4.0, True)
    assert (etat["total"], etat["heures_libres"]) == (5.0, 4.5)


@pytest.mark.procedure("STS-57")
def test_the_vs_are_validated_until_the_date_butoir(nouvelle_ecole: Any) -> None:
    """Before it they are validated, changed, validated again; after it no more, and the exports go on."""
    ecole = nouvelle_ecole(depart=datetime.fromisoformat("2021-10-04T08:00:00+02:00"))
    fixer_butoir(ecole, "2021-10-05")
    avant = ecole.lire("/vs")
    assert (avant["valides_le"], avant["date_butoir"], avant["closes"]) == (None, "2021-10-05", False)
    assert [a["code"] for a in avant["avertissements"]] == ["SOUS_SERVICE", "HORS_PROGRAMME"]
    assert ecole.lire("/campagne")["date_butoir_vs"] == "2021-10-05"
    faite = ecole.demander("POST", "/vs/validation")
    assert (faite["valides_le"][:10], faite["changees"]) == ("2021-10-04", False)
    valide = ecole.demander("GET", "/vs/fichier").json()
    assert [a["id"] for a in valide["agents"]] == [40101, 40103, 40102, 40104]
    ecole.demander("POST", "/hsa", 201, json={"agent": 40102, "discipline": "L0421", "heures": 1})
    assert ecole.lire("/vs")["changees"] is True
    assert ecole.demander("POST", "/vs/validation")["changees"] is False
    ecole.bac.avancer("48h")
    assert ecole.lire("/vs")["closes"] is True
    refus = ecole.demander("POST", "/vs/validation", 409)
    assert (refus["code"], refus["regle"]) == ("VS_CLOSES", "REC-18")
    assert "05/10/2021" in refus["title"]
    assert "Les exports, eux, restent possibles" in refus["remede"]
    assert ecole.demander("DELETE", "/vs/validation", 409)["code"] == "VS_CLOSES"
    assert ecole.demander("POST", "/exports/structure")["message"]
    assert ecole.demander("POST", "/exports/services", json={"destination": "sconet"})["message"]
    fixer_butoir(ecole, "2021-12-01")
    ecole.demander("DELETE", "/vs/validation", 204)
    assert ecole.demander("GET", "/vs/fichier", 404)["code"] == "VS_NON_VALIDES"
    assert ecole.demander("DELETE", "/vs/validation", 409)["code"] == "VS_NON_VALIDES"


def test_there_is_nothing_to_validate_without_services(ecole: Any) -> None:
    """A year in which nobody does anything is refused."""
    for s in ecole.lire("/services"):
        ecole.demander("DELETE", f"/services/{s['numero']}", 204)
    assert ecole.demander("POST", "/vs/validation", 409)["code"] == "VS_VIDES"


@pytest.mark.procedure("STS-08")
def test_the_academie_fixes_the_dates_of_the_campagne(nouvelle_ecole: Any) -> None:
    """Other dates than the usual ones hold for every school, by page and by API; dates of another year do not."""
    ecole = nouvelle_ecole(annee=2018, profil="noumea-2018")
    client = ecole.bac["sts_web"]
    assert ecole.lire("/campagne")["usuelle"] is True
    reponse = client.put("/api/campagnes/2018", json={"debut": "2018-03-12", "fin": "2018-03-23"})
    assert reponse.status_code == 200
    lue = ecole.lire("/campagne")
    assert (lue["debut"], lue["fin"], lue["usuelle"], lue["type"]) == ("2018-03-12", "2018-03-23", False, "Rentrée")
    refus = client.put("/api/campagnes/2018", json={"debut": "2019-03-12", "fin": "2019-03-23"})
    assert (refus.status_code, refus.json()["code"]) == (422, "DATES_INVALIDES")
    client.headers["Accept"] = "text/html"
    for corps, phrase in (
        ({"debut": "2018-03-01", "fin": "2018-03-15"}, "Les dates de la campagne sont fixées"),
        ({"debut": "", "fin": ""}, "Le début et la fin de la campagne sont obligatoires."),
        ({"debut": "mars", "fin": "2018-03-15"}, "« mars » n'est pas une date."),
    ):
        suite = client.post("/campagnes/2018", data=corps | {"uai": ecole.uai})
        page = texte(client.get(suite.headers["location"].replace(f"/b/{ecole.bac.nom}", "")).text)
        assert phrase in page
        assert "01/03/2018" in page


@pytest.mark.procedure("STS-09")
def test_the_journal_says_who_did_what_and_when(ecole: Any) -> None:
    """Acts, receptions of the académie and nights are told apart, filtered, and saved as a file."""
    ecole.agents()
    ecole.bac["sts_web"].post(
        f"{ecole.base}/divisions",
        json={"code": "6C", "mefs": ["10010012110"]},
        headers={"X-Rentree-Acteur": "chef.096"},
    )
    ecole.demander("POST", "/are", 404, json={"agent": 1, "code": "4105", "heures": 1})
    ecole.bac.avancer("nuit")
    client, chemin = ecole.bac["sts_web"], f"/api/etablissements/{ecole.uai}/journal"

    def lignes(**criteres: Any) -> list[tuple[str, str]]:
        lu = client.get(chemin, params=criteres).json()
        return [(x["genre"], x["acteur"]) for x in lu["lignes"]]

    toutes = lignes()
    assert ("agents_epp", "rectorat") in toutes
    assert ("remontee_sts", "traitement de nuit") in toutes
    assert "rattachement_are" not in [genre for genre, _ in toutes]
    (creation,) = lignes(genre="creation_divisions")
    assert creation[0] == "creation_divisions"
    assert lignes(acteur=creation[1]).count(creation) == 1
    assert {a for _, a in lignes(acteur="traitement de nuit")} == {"traitement de nuit"}
    assert lignes(du="2021-08-25") == []
    assert lignes(au="2021-08-22") == []
    csv = client.get(chemin + "/fichier").content.decode("utf-8-sig").splitlines()
    assert csv[0] == "Date;Action;Par;Année;Éléments;Refus;Détail"
    assert len(csv) == len(toutes) + 1
    assert client.get(chemin.replace(ecole.uai, "0960002F")).json()["code"] == "UAI_INCONNU"
    client.headers["Accept"] = "text/html"
    racine = f"/{ecole.uai}/{ecole.annee}/journal"
    page = texte(client.get(racine + "?genre=creation_divisions").text)
    assert "Structure : création de divisions" in page
    assert "codes : 6C" in page
    assert "Remontée vers" not in page
    assert client.get(racine + "?du=hier").status_code == 422


@pytest.mark.procedure("ACC-10")
def test_the_dates_of_the_campagne_are_the_academie_s(ecole: Any) -> None:
    """A school reads them and cannot fix them, nor see another school in the list; its page has no form for it."""
    cle = cle_des_acces(ecole.bac.installation.implantation.jeton_interne)
    droits = ("sts.consulter", "sts.saisir")
    chef = Identite("chef.0960002f", "Chef", "Chef d'établissement", ecole.bac.nom, "0960002F", droits)
    client = ecole.bac["sts_web"]
    entetes = {"Authorization": f"Bearer {sceller(chef, cle)}"}
    corps = {"debut": "2021-09-06", "fin": "2021-10-01"}
    refus = client.put("/api/campagnes/2021", json=corps, headers=entetes)
    assert (refus.status_code, refus.json()["code"]) == (403, "DROIT_MANQUANT")
    assert client.get("/api/etablissements", headers=entetes).json() == []
    sien = sceller(replace(chef, uai=ecole.uai), cle)
    page = client.get(f"/{ecole.uai}/2021/campagne", headers={"Authorization": f"Bearer {sien}"}).text
    assert "Valider les V.S." in page
    assert "Fixer les dates" not in page
    client.put("/api/campagnes/2021", json=corps).raise_for_status()
    assert ecole.lire("/campagne")["debut"] == "2021-09-06"
