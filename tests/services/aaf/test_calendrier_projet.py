"""The calendar of an ENT project: days without feed, public holidays, school holidays, suspensions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from shared.horloge.alimentations import CalendrierAlimentation
from shared.horloge.nuits import HORAIRE_PAR_DEFAUT
from shared.horloge.profils import profil

from . import jeu_aaf as jeu
from .test_livraison_aaf import alimenter
from .veilleur import LUNDI, ecole_d_un_eleve, le

JEUDI, SAMEDI = 3, 5


def ecrites(bac: Any, code: str) -> list[tuple[str, str]]:
    """(day, type) of each feed written."""
    return [(a["jour"], a["type"]) for a in bac["aaf"].get(f"/api/projets/{code}/alimentations").json()]


def test_days_without_feed_and_suspensions(bac: Any) -> None:
    """No feed on Thursdays nor in a suspension; the complete one that it prevented is the first written after it."""
    veilleur = ecole_d_un_eleve(bac)
    projet = {"code": "ENT96", "uais": [jeu.A], "calendrier": {"jours_sans": [JEUDI]}}
    assert bac["aaf"].post("/api/projets", json=projet).status_code == 201
    assert bac["aaf"].post("/api/projets", json={"code": "AUTRE", "uais": [jeu.A]}).status_code == 201
    arret = {"debut": "2021-09-10", "fin": "2021-09-13", "motif": "Migration de l'ENT"}
    lu = bac["aaf"].post("/api/projets/ENT96/suspensions", json=arret)
    assert (lu.status_code, lu.json()["calendrier"]["suspensions"]) == (201, [arret])
    for n in range(2, 14):  # Wednesday the 8th to Sunday the 19th
        if (LUNDI + timedelta(days=n)).weekday() != 6:
            alimenter(veilleur, LUNDI + timedelta(days=n))
    assert ecrites(bac, "ENT96") == [
        ("2021-09-08", "Complet"),
        ("2021-09-14", "Complet"),
        ("2021-09-15", "Delta"),
        ("2021-09-17", "Delta"),
        ("2021-09-18", "Complet"),
    ]
    assert len(ecrites(bac, "AUTRE")) == 10
    assert [a["numero"] for a in bac["aaf"].get("/api/projets/ENT96/alimentations").json()] == [1, 2, 3, 4, 5]


def test_what_is_announced_is_what_is_written(bac: Any) -> None:
    """The feeds to come that page and API announce are those that the nights write; « Suivre » promises the same."""
    veilleur = ecole_d_un_eleve(bac)
    arret = {"debut": "2021-08-23", "fin": "2021-09-08", "motif": ""}
    calendrier = {"jours_sans": [0], "jours_complets": [4], "suspensions": [arret]}
    projet = {"code": "ENT96", "uais": [jeu.A], "calendrier": calendrier}
    assert bac["aaf"].post("/api/projets", json=projet).status_code == 201
    prochaines = bac["aaf"].get("/api/projets/ENT96/prochaines?nombre=6").json()
    annoncees = [(p["instant"][:10], "Complet" if p["complete"] else "Delta") for p in prochaines]
    for n in range(2, 10):
        if (LUNDI + timedelta(days=n)).weekday() != 6:
            alimenter(veilleur, LUNDI + timedelta(days=n))
    assert ecrites(bac, "ENT96") == annoncees[:5]
    assert annoncees[:3] == [("2021-09-09", "Complet"), ("2021-09-10", "Complet"), ("2021-09-11", "Delta")]
    page = bac["aaf"].get("/projets/ENT96").text
    assert "23/08/2021" in page
    assert "jeudi 9 septembre" in page or "09/09/2021" in page
    (trace,) = bac.interne("aaf", "GET", f"/_sim/trace?cle=ine:{jeu.ine(1)}").json()
    (depart,) = [e for e in trace["etapes"] if e["libelle"].startswith("Sorti dans l'alimentation n° 1")]
    assert depart["instant"][:10] == "2021-09-09"


def test_the_calendar_by_its_page(bac: Any) -> None:
    """Days are ticked, suspensions added and taken away; changing the rest of the project keeps them."""
    aaf = bac["aaf"]
    assert aaf.post("/api/projets", json={"code": "ENT96", "uais": [jeu.A]}).status_code == 201
    ajoutee = aaf.post(
        "/projets/ENT96/suspensions",
        data={"debut": "2021-12-18", "fin": "2022-01-02", "motif": "Noël"},
        follow_redirects=True,
    )
    assert "18/12/2021" in ajoutee.text
    champs = {"uais": jeu.A, "jours_sans": ["0", "1"], "jours_complets": "2", "feries": "oui", "vacances": "oui"}
    assert "lundi, mardi, jours fériés, petites vacances" in aaf.post(
        "/projets/ENT96", data=champs, follow_redirects=True
    ).text.replace("\n", " ")
    lu = aaf.get("/api/projets/ENT96").json()["calendrier"]
    assert (lu["jours_sans"], lu["jours_complets"], lu["feries"], lu["vacances"]) == ([0, 1], [2], True, True)
    assert [s["motif"] for s in lu["suspensions"]] == ["Noël"]
    envers = aaf.post("/projets/ENT96/suspensions", data={"debut": "2022-02-02", "fin": "2022-02-01"})
    assert (envers.status_code, "finit avant de commencer" in envers.text) == (422, True)
    assert aaf.post("/projets/ENT96/suspensions/2021-12-18/retrait", follow_redirects=True).status_code == 200
    assert aaf.get("/api/projets/ENT96").json()["calendrier"]["suspensions"] == []
    assert aaf.delete("/api/projets/ENT96/suspensions/2021-12-18").json()["code"] == "SUSPENSION_INCONNUE"


@pytest.mark.parametrize(
    ("calendrier", "code"),
    [
        ({"jours_complets": [6]}, "JOUR_COMPLET"),
        ({"jours_sans": [SAMEDI]}, "JOUR_COMPLET"),
        ({"jours_complets": [1], "jours_sans": [1]}, "JOUR_COMPLET"),
        ({"jours_sans": [0, 1, 2, 3, 4, 5]}, "JOURS_SANS"),
    ],
)
def test_a_calendar_without_feed_is_refused(bac: Any, calendrier: dict[str, Any], code: str) -> None:
    """A complete feed on a day when none is written, or no day at all, is refused by API and page."""
    aaf = bac["aaf"]
    corps = {"code": "ENT96", "uais": [jeu.A], "calendrier": calendrier}
    reponse = aaf.post("/api/projets", json=corps)
    assert (reponse.status_code, reponse.json()["code"]) == (422, code)
    champs = {"uais": jeu.A} | {nom: [str(j) for j in jours] for nom, jours in calendrier.items()}
    assert aaf.post("/projets", data=champs | {"code": "ENT96"}).status_code == 422
    assert aaf.post("/api/projets", json={"code": "ENT96", "uais": [jeu.A]}).status_code == 201
    assert aaf.put("/api/projets/ENT96", json={"uais": [jeu.A], "calendrier": calendrier}).status_code == 422
    page = aaf.post("/projets/ENT96", data=champs | {"depot": "oui"})
    assert page.status_code == 422
    assert "a pas été modifié" in page.text
    assert aaf.get("/api/projets/ENT96").json()["depot"] is False


def test_public_and_school_holidays() -> None:
    """All Saints, then the holidays of the zone, close a project that says so; the summer does not."""
    academie = profil("toulouse-2023")
    feries = HORAIRE_PAR_DEFAUT.pour_projet(CalendrierAlimentation(feries=True), academie)
    vacances = HORAIRE_PAR_DEFAUT.pour_projet(CalendrierAlimentation(vacances=True), academie)
    toussaint = date(2023, 11, 1)
    assert not feries.travaille("aaf_alimentation", toussaint)
    assert feries.travaille("aaf_alimentation", toussaint + timedelta(days=1))
    assert not vacances.travaille("aaf_alimentation", toussaint + timedelta(days=1))
    assert vacances.travaille("aaf_alimentation", date(2023, 8, 1))
    assert vacances.travaille("ent_alimentation", toussaint), "the ENT's own night is not the feed's"
    depart = le(date(2023, 10, 20), 12)
    assert vacances.prochain("aaf_alimentation", depart, jeu.PARIS) == le(date(2023, 11, 6), 2)
    assert vacances.flux_complet(le(date(2023, 11, 6), 2), jeu.PARIS), "two Saturdays were prevented"
    assert not vacances.flux_complet(le(date(2023, 11, 7), 2), jeu.PARIS)
