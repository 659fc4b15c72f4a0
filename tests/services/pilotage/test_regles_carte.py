"""What the map says of an exchange, from journal lines and the night timetable alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from services.pilotage.rules import textes
from services.pilotage.rules.carte import Envoi, FlecheVue, Releve, echeance, voir
from services.pilotage.rules.chaine import CHAINE, LIEUX, SUJETS, Source
from services.pilotage.rules.fleches import FLECHES, sources_suivies
from services.pilotage.rules.lignes import Ligne
from services.pilotage.screens.plan import PLANS, reperes
from shared.horloge.nuits import horaire
from shared.horloge.profils import profil

NICE = profil("nice-2021")
PARIS = NICE.zone_horaire
NUITS = horaire(NICE)
UAI = "0960001A"


def a(jour: int, heure: int, minute: int = 0) -> datetime:
    """A local instant of September 2021 (Monday is the 6th), in UTC."""
    return datetime(2021, 9, jour, heure, minute, tzinfo=PARIS).astimezone(UTC)


def ligne(service: str, genre: str, sens: str, instant: datetime, numero: int = 1, **valeurs: Any) -> Ligne:
    return Ligne(service, numero, instant, sens, genre, genre, **{"uai": UAI, "annee": 2021, **valeurs})


def releve(*lignes: Ligne, **autres: Any) -> Releve:
    par_service: dict[str, list[Ligne]] = {}
    passages: dict[Source, list[Ligne]] = {}
    for x in lignes:
        par_service.setdefault(x.service, []).append(x)
        passages.setdefault(Source(x.service, x.genre, x.sens), []).append(x)
    return Releve(lignes=par_service, passages=passages, **autres)


def fleche(lu: Releve, cle: str, maintenant: datetime) -> FlecheVue:
    return next(f for f in voir(FLECHES, lu, maintenant, NUITS, PARIS) if f.fleche.cle == cle)


@pytest.mark.procedure("CAL-08")
def test_a_deposit_waits_for_ten_in_the_evening() -> None:
    """A deposit of group links waits until 22:00, then what passed is the report, with its refusals."""
    depot = ligne("siecle_bee", "depot_liens", "action", a(6, 14), nb=120)
    avant = fleche(releve(depot), "edt-siecle_bee", a(6, 14))
    assert (avant.etat, avant.dernier) == ("attente", None)
    assert [(x.nb, x.jusqu_a) for x in avant.attentes] == [(1, a(6, 22))]
    rendu = ligne("pilotage", "bee_depots", "lot", a(6, 22), nb=120, nb_refus=3, uai=None, annee=None)
    apres = fleche(releve(depot, rendu), "edt-siecle_bee", a(7, 6))
    assert (apres.etat, apres.en_refus, apres.attentes) == ("passe", True, [])
    assert apres.dernier is not None
    assert (apres.dernier.instant, apres.dernier.nb, apres.dernier.nb_refus) == (a(6, 22), 120, 3)


def test_a_second_deposit_takes_the_place_of_the_first() -> None:
    """Two deposits of one school count as one, those of two schools as two."""
    depots = [
        ligne("siecle_bee", "depot_liens", "action", a(6, 14), 1),
        ligne("siecle_bee", "depot_liens", "action", a(6, 15), 2),
        ligne("siecle_bee", "depot_liens", "action", a(6, 15), 3, uai="0960002B"),
    ]
    vue = fleche(releve(*depots), "edt-siecle_bee", a(6, 16))
    assert [x.nb for x in vue.attentes] == [2]


@pytest.mark.parametrize(
    ("remontee", "attendue"),
    [(a(6, 23, 30), a(7, 20)), (a(10, 23, 30), a(12, 20)), (a(12, 18), a(13, 20))],
)
def test_an_integration_takes_what_came_up_to_the_day_before(remontee: datetime, attendue: datetime) -> None:
    """Monday's remontée waits for Tuesday 20:00, Friday's for Sunday, Sunday evening's for Monday."""
    assert echeance(NUITS, "aaf_integration", remontee, PARIS) == attendue


def test_what_waits_on_the_way_to_the_ent() -> None:
    """An integration waits for the feed of two o'clock, a feed for the ENT at five."""
    integration = ligne("pilotage", "aaf_integration", "lot", a(7, 20), nb=500)
    vue = fleche(releve(integration), "aaf-ent", a(7, 21))
    assert [x.jusqu_a for x in vue.attentes] == [a(8, 2)]
    ecrite = ligne("pilotage", "aaf_alimentation", "lot", a(8, 2), 2, nb=500)
    vue = fleche(releve(integration, ecrite), "aaf-ent", a(8, 3))
    assert [x.jusqu_a for x in vue.attentes] == [a(8, 5)]
    recue = ligne("pilotage", "ent_alimentation", "lot", a(8, 5), 3, nb=498, nb_refus=2)
    vue = fleche(releve(integration, ecrite, recue), "aaf-ent", a(8, 6))
    assert (vue.etat, vue.attentes) == ("passe", [])


def test_a_forgotten_export_is_seen() -> None:
    """What is typed in STS-Web after the last export waits for a person; the clock does not tell them apart."""
    exporte = ligne("sts_web", "export_structure", "action", a(6, 9), 5)
    recu = ligne("siecle_bee", "structure_sts", "recu", a(6, 9), 1)
    avant = ligne("sts_web", "creation_groupes", "action", a(6, 9), 4, nb=2)
    apres = ligne("sts_web", "creation_groupes", "action", a(6, 9), 6, nb=1)
    vue = fleche(releve(exporte, recu, avant), "sts_web-siecle_bee", a(6, 9))
    assert vue.etat == "passe"
    vue = fleche(releve(exporte, recu, avant, apres), "sts_web-siecle_bee", a(6, 9))
    assert [(x.nb, x.jusqu_a, x.geste) for x in vue.attentes] == [(1, None, "« Exports » > « Structure »")]


def test_an_export_of_another_school_mends_nothing() -> None:
    """The export of one school does not end the waiting of another."""
    exporte = ligne("sts_web", "export_structure", "action", a(6, 10), 9, uai="0960002B")
    saisie = ligne("sts_web", "creation_groupes", "action", a(6, 9), 4)
    assert fleche(releve(exporte, saisie), "sts_web-siecle_bee", a(6, 11)).etat == "attente"


def test_a_file_on_its_way_waits_for_a_person() -> None:
    """A sts_emp exported waits until EDT has taken one in."""
    sortie = ligne("sts_web", "export_emploi_du_temps", "action", a(6, 9))
    vue = fleche(releve(sortie), "sts_web-edt", a(7, 9))
    assert [x.geste for x in vue.attentes] == ["l'import dans EDT"]
    prise = ligne("edt", "import_sts", "action", a(6, 10), nb=90)
    assert fleche(releve(sortie, prise), "sts_web-edt", a(7, 9)).etat == "passe"


def test_an_outbox_shows() -> None:
    """A message that has not left waits; one that was refused since the last passage is a refusal."""
    attend = Envoi("structure_sts", "siecle_bee", "en_attente", 12)
    refuse = Envoi("services_sts", "siecle_bee", "refuse", 30, a(6, 9))
    ailleurs = Envoi("structure_sts", "aaf", "refuse", 30, a(6, 9))
    vue = fleche(releve(envois={"sts_web": [attend, refuse, ailleurs]}), "sts_web-siecle_bee", a(6, 10))
    assert [(e.en_file, e.refuses) for e in vue.echanges] == [(1, 0), (0, 1), (0, 0)]
    assert (vue.etat, vue.en_refus) == ("attente", True)
    recu = ligne("siecle_bee", "services_sts", "recu", a(6, 11))
    vue = fleche(releve(recu, envois={"sts_web": [refuse]}), "sts_web-siecle_bee", a(6, 12))
    assert not vue.en_refus


def test_schools_of_one_night_are_summed() -> None:
    """What last passed is the sum of the lines of its instant, not of former nights."""
    lu = releve(
        ligne("sts_web", "agents_epp", "recu", a(6, 19), 1, nb=40),
        ligne("sts_web", "agents_epp", "recu", a(7, 19), 2, nb=41),
        ligne("sts_web", "agents_epp", "recu", a(7, 19), 3, nb=30, nb_refus=1, uai="0960002B"),
    )
    dernier = fleche(lu, "rectorat-sts_web", a(8, 6)).dernier
    assert dernier is not None
    assert (dernier.nb, dernier.nb_refus, dernier.instant) == (71, 1, a(7, 19))


def test_every_text_of_the_page_has_an_address() -> None:
    """Each arrow, exchange and application has its texts and states; a silent application says so."""
    vues = voir(FLECHES, releve(), a(6, 8), NUITS, PARIS)
    mots = textes.adresses_des_textes(vues, {"aaf": "Le service ne répond pas."}, PARIS)
    etats = textes.adresses_des_etats(vues, {"aaf": "Le service ne répond pas."})
    for f in FLECHES:
        assert {f"fleche.{f.cle}.{x}" for x in ("dernier", "refus", "attente")} <= set(mots)
        for e in f.echanges:
            assert {f"echange.{e.cle}.{x}" for x in ("dernier", "refus", "attente", "prochain")} <= set(mots)
    assert (mots["application.aaf.etat"], etats["application.aaf"]) == ("ne répond pas", "muet")
    assert (mots["application.ent.etat"], etats["application.ent"]) == ("répond", "repond")
    assert len({e.cle for f in FLECHES for e in f.echanges}) == sum(len(f.echanges) for f in FLECHES)


def test_every_arrow_is_drawn_wide_and_narrow() -> None:
    """No application and no arrow is missing from a drawing, and each says where it is."""
    for plan in PLANS:
        assert set(plan.boites) == set(CHAINE)
        assert set(plan.parcours) == {f.cle for f in FLECHES}
    assert set(LIEUX) == set(SUJETS) == set(CHAINE)
    assert all(s.service in (*CHAINE, "pilotage") for s in sources_suivies())


@pytest.mark.procedure("EDT-49")
def test_the_numbers_of_the_guides_stand_beside_the_arrows() -> None:
    """The five synchros of Nouméa; under the profile of the fiche of 2013, its own numbers."""
    vues = {f.fleche.cle: f for f in voir(FLECHES, releve(), a(6, 8), NUITS, PARIS)}
    synchros = {cle: reperes(f, "noumea-2018") for cle, f in vues.items() if reperes(f, "noumea-2018")}
    assert synchros == {
        "sts_web-edt": "1",
        "siecle_bee-edt": "2",
        "edt-sts_web": "3",
        "sts_web-siecle_bee": "4a 4b",
        "edt-siecle_bee": "5",
    }
    fiche = {cle: reperes(f, "fiche-2013") for cle, f in vues.items() if reperes(f, "fiche-2013")}
    assert fiche == {"edt-siecle_bee": "6", "edt-sts_web": "8", "siecle_bee-aaf": "9", "aaf-ent": "10"}
