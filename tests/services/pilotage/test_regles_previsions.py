"""What applications announce is dated by the calendar of the ENT that serves the school."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec.structs import replace

from services.pilotage.rules.previsions import redater
from services.pilotage.rules.verdict import Cadran
from shared.contracts.traces import Etape, Trace
from shared.horloge.alimentations import CalendrierAlimentation
from shared.horloge.nuits import horaire
from shared.horloge.profils import profil

NICE = profil("nice-2021")
PARIS = NICE.zone_horaire


def a(jour: int, heure: int) -> datetime:
    """A local instant of September 2021 (Monday is the 6th), in UTC."""
    return datetime(2021, 9, jour, heure, tzinfo=PARIS).astimezone(UTC)


CADRAN = Cadran(a(6, 14), horaire(NICE), PARIS)


def annoncee(depart: datetime) -> Trace:
    """What an application that knows the nights alone says of what leaves it at that instant."""
    trajet = horaire(NICE).trajet(depart, PARIS, depuis="remontee_bee")
    etapes = [Etape(instant=e.instant, libelle=e.nom, prevu=e.instant > CADRAN.maintenant, lot=e.nom) for e in trajet]
    return Trace(service="siecle_bee", objet="eleve", libelle="X", etapes=etapes, echeance=trajet[-1].instant)


def test_the_nights_of_the_academie_are_let_be() -> None:
    """Without a calendar of its own, what was announced is right, come or to come; what names no batch is not read."""
    traces = [annoncee(a(1, 9)), annoncee(a(6, 14)), Trace(service="ent", objet="eleve", libelle="X")]
    assert redater(traces, CADRAN) == traces


def test_a_project_of_its_own_calendar_dates_the_feed_and_the_import() -> None:
    """No feed from Tuesday to Thursday: both come on Friday; complete ones alone: on Saturday; the rest stays."""
    avant = annoncee(a(6, 14))
    ecart = CalendrierAlimentation(jours_sans=(1, 2, 3))
    propre = replace(CADRAN, nuits=CADRAN.nuits.pour_projet(ecart, NICE))
    for cadran, jour in ((propre, 10), (replace(CADRAN, complet_seul=True), 11)):
        (apres,) = redater([avant], cadran)
        par_lot = {e.lot: e for e in apres.etapes}
        assert par_lot["aaf_alimentation"].instant.astimezone(PARIS).day == jour
        assert apres.echeance == par_lot["ent_alimentation"].instant == a(jour, 5)
        assert [e for e in apres.etapes if e.lot[:4] not in ("aaf_", "ent_")] == avant.etapes[:1]


def test_what_the_nights_say_is_past_may_be_to_come() -> None:
    """Announced as imported on Thursday; an ENT that reads complete feeds alone takes it in on Saturday."""
    passee = annoncee(a(1, 9))
    tard = replace(CADRAN, maintenant=a(3, 9), complet_seul=True)
    assert [e.prevu for e in passee.etapes] == [False] * len(passee.etapes)
    (apres,) = redater([passee], tard)
    assert apres.etapes[-1].instant == a(4, 5)
    assert apres.etapes[-1].prevu
