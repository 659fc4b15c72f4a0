"""What comes back after an act: the report of the import, the answer of BEE, the warning of the year."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from shared.formats.elegroupe.liens import GroupeLien
from tests.services.siecle_bee.ecole import deposer, peupler
from tests.services.sts_web.test_consequences import Chaine
from tests.services.sts_web.test_screens import Pages


@pytest.mark.procedure("STS-50")
def test_a_service_without_hours_is_told(ecole: Any) -> None:
    """It is imported all the same, and the report says to look at it."""
    lu = ecole.emp_sts().replace(b"4.50</HEURES", b"0.00</HEURES")
    rapport = ecole.importer(lu)
    (message,) = rapport["messages"]
    assert message["code"] == "SERVICE_SANS_HEURES"
    assert "Le service 020700 de « 6B » n'a aucune heure" in message["texte"]
    assert ("6B", 0.0) in [(s["structure"], s["heures"]) for s in ecole.lire("/services")]


@pytest.mark.procedure("STS-24")
def test_what_bee_does_not_take_is_told_on_the_page(ecole: Any) -> None:
    """A group without MEF, and the links that fell with a group deleted, are told where the structure is exported."""
    chaine = Chaine(ecole)
    chaine.ouvrir_bee()
    chaine.exporter("structure")
    ids = peupler(chaine.bee, 1)
    deposer(chaine.bee, {ids[0]: [GroupeLien("6ALL1")]})
    chaine.bac.avancer("nuit")
    ecole.demander("DELETE", "/groupes/6ALL1", 204)
    averti = ecole.demander("POST", "/groupes", 201, json={"code": "6VIDE", "divisions": []})
    assert "la base élèves ne le connaîtra pas" in averti["avertissements"][0]
    chaine.exporter("structure")
    (export,) = ecole.lire("/exports")
    assert (export["groupes_sans_mef"], export["liens_supprimes"]) == (["6VIDE"], 1)
    page = Pages(ecole).lire("/exports/structure")
    assert "La base élèves n'a pas pris les groupes sans MEF : 6VIDE." in page
    assert "avec les groupes qui n'existent plus : 1." in page


@pytest.mark.procedure("STS-06")
def test_another_year_than_the_current_one_is_warned_of(nouvelle_ecole: Any) -> None:
    """In the north too: the year in preparation is told on the pages that send or take files; an old one is closed."""
    ecole = nouvelle_ecole(annee=2020, depart=datetime.fromisoformat("2021-08-30T08:00:00+02:00"))
    assert "ANNEE_A_VERIFIER" not in [a["code"] for a in ecole.lire("/alertes")]
    ecole.bac["sts_web"].post(f"/api/etablissements/{ecole.uai}/bascule", json={"reconduire": ["divisions"]})
    ecole.annee = 2021
    phrase = "Vous travaillez sur l'année en préparation 2021-2022 ; l'année en cours est 2020-2021."
    assert ecole.lire("/alertes")[0]["texte"] == phrase
    pages = Pages(ecole)
    for suite in ("", "/campagne", "/imports/emploi-du-temps", "/exports/emploi-du-temps", "/exports/structure"):
        assert phrase in pages.lire(suite), suite
    ecole.bac["sts_web"].headers["Accept"] = "application/json"
    ecole.demander("POST", "/divisions", 201, json={"code": "6C", "mefs": ["10010012110"]})
    ecole.bac.avancer("instant", datetime.fromisoformat("2021-09-02T08:00:00+02:00"))
    assert [a["code"] for a in ecole.lire("/alertes")][:1] == ["STRUCTURE_JAMAIS_EXPORTEE"]
    ecole.annee = 2020
    (alerte,) = ecole.lire("/alertes")
    assert alerte["texte"] == "Vous consultez l'année antérieure 2020-2021 ; l'année en cours est 2021-2022."
    refus = ecole.demander("POST", "/are", 409, json={"agent": 40102, "code": "4105", "heures": 1})
    assert refus["code"] == "ANNEE_ANTERIEURE"
