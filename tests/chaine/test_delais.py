"""The delays of the guides, from the deposit in SIECLE to the groups of the ENT (CAL-12, CAL-13)."""

from __future__ import annotations

from datetime import datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared.formats.elegroupe.liens import GroupeLien
from tests.services.siecle_bee.ecole import UAI, Ecole, deposer, peupler, preparer

PARIS = ZoneInfo("Europe/Paris")
SUIVI = "/suivi/liens-eleve-groupe"


def local(texte: str) -> datetime:
    return datetime.fromisoformat(texte).replace(tzinfo=PARIS)


def deposer_le(nouveau_bac: Any, profil: str, jour: str) -> Ecole:
    """A school with one pupil whose link with 6LATIN is deposited on that day at eight; an ENT project holds it."""
    ecole = preparer(Ecole(nouveau_bac(profil=profil, depart=local(f"{jour}T08:00"))))
    projet = {"code": "ESSAI", "libelle": "ENT des essais", "uais": [UAI]}
    assert ecole.bac["aaf"].post("/api/projets", json=projet | {"grammaire": "6.4"}).status_code == 201
    assert ecole.bac["ent"].post("/api/projets", json=projet | {"aaf_projet": "ESSAI"}).status_code == 201
    (eleve,) = peupler(ecole, 1)
    deposer(ecole, {eleve: [GroupeLien("6LATIN")]})
    return ecole


def groupes_dans_l_ent(ecole: Ecole) -> list[list[str]]:
    """The groups of each pupil of the ENT."""
    comptes = ecole.bac["ent"].get("/api/projets/ESSAI/comptes", params={"profil": "eleve"}).json()
    return [ecole.bac["ent"].get(f"/api/projets/ESSAI/comptes/{c['aaf_id']}").json()["groupes"] for c in comptes]


@pytest.mark.procedure("CAL-12")
def test_48_hours_or_72(nouveau_bac: Any) -> None:
    """« 48 Heures (voire 72h) »: a deposit before a public holiday is not there at T+48 h, and is at T+72 h."""
    ecole = deposer_le(nouveau_bac, "nice-2021", "2021-11-09")
    promis = ecole.bac["pilotage"].get("/api/delai").json()
    assert (promis["reglage"], promis["annonce"]) == ("48-72h", "48 Heures (voire 72h)")
    assert datetime.fromisoformat(promis["arrivee"]) == local("2021-11-12T05:00")
    page = unescape(ecole.bac["pilotage"].get("/calendrier", headers={"Accept": "text/html"}).text)
    assert "« 48 Heures (voire 72h) »" in page
    ecole.bac.avancer("48h")
    assert groupes_dans_l_ent(ecole) == []
    ecole.bac.avancer("24h")
    assert groupes_dans_l_ent(ecole) == [["6LATIN"]]


@pytest.mark.procedure("CAL-13")
def test_one_or_two_days_after_the_report(nouveau_bac: Any) -> None:
    """« un ou deux jours plus tard » than the report: two, where the report is read on a Saturday."""
    ecole = deposer_le(nouveau_bac, "fiche-2013", "2021-09-10")
    promis = ecole.bac["pilotage"].get("/api/delai").json()
    assert (promis["reglage"], promis["annonce"]) == ("1-2j_apres_traitement", "un ou deux jours plus tard")
    ecole.bac.avancer("24h")
    (compte_rendu,) = ecole.appeler("GET", SUIVI)
    lisible = local("2021-09-11T08:00")
    assert (
        local("2021-09-10T22:00") == datetime.fromisoformat(compte_rendu["traite_le"]) < lisible == ecole.bac.maintenant
    )
    assert groupes_dans_l_ent(ecole) == []
    ecole.bac.avancer("24h")
    assert groupes_dans_l_ent(ecole) == []
    ecole.bac.avancer("24h")
    assert groupes_dans_l_ent(ecole) == [["6LATIN"]]
    assert ecole.bac.maintenant - lisible == timedelta(days=2)
    lundi = ecole.bac["pilotage"].get("/api/delai", params={"depart": "2021-09-13T14:00"}).json()
    assert datetime.fromisoformat(lundi["arrivee"]) == local("2021-09-15T05:00")  # report on the 14th: one day


def test_a_bad_starting_point_is_refused(nouveau_bac: Any) -> None:
    """A way that does not exist, or an instant that is none, is refused."""
    pilotage = nouveau_bac()["pilotage"]
    assert pilotage.get("/api/delai", params={"depuis": "ent"}).status_code == 422
    assert pilotage.get("/api/delai", params={"depart": "hier"}).status_code == 422
