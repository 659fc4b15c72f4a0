"""Where each step of the year stands: pure rules."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from services.pilotage.rules.annee import fenetre, jalons
from services.pilotage.rules.calendrier import Dates, Etape, Jalon, dater
from services.pilotage.rules.chaine import Source
from services.pilotage.rules.lignes import Ligne
from shared.horloge.calendrier import calendrier_scolaire
from shared.horloge.profils import PROFILS, profil

NICE = profil("nice-2021")
PARIS = NICE.zone_horaire


def le(jour: date, heure: int = 8) -> datetime:
    return datetime(jour.year, jour.month, jour.day, heure, tzinfo=PARIS)


def jalon(cle: str, debut: date, fin: date, **valeurs: object) -> Jalon:
    source = (Source("sts_web", str(valeurs.pop("genre", cle)), "action"),)
    return Jalon(cle, "", "", "", "sts_web", debut, fin, source, **valeurs)  # type: ignore[arg-type]


def ligne(cle: str, jour: date, heure: int = 8) -> Ligne:
    return Ligne("sts_web", 1, le(jour, heure), "action", cle, "")


MAI, JUIN, AOUT = date(2021, 5, 10), date(2021, 6, 10), date(2021, 8, 20)
BASCULE = jalon("bascule", date(2021, 5, 1), date(2021, 6, 30))
PROFILAGE = jalon("profilage", date(2021, 5, 1), date(2021, 6, 30), apres=("bascule",))
PREMIER = jalon("premier", date(2021, 6, 1), date(2021, 7, 31), genre="export", relais="second")
SECOND = jalon("second", date(2021, 8, 16), date(2021, 9, 15), genre="export")
APRES = jalon("apres", date(2021, 6, 1), date(2021, 9, 30), apres=("premier",))
LIBRE = jalon("libre", date(2021, 6, 1), date(2021, 6, 30), facultatif=True)
TOUS = (BASCULE, PROFILAGE, PREMIER, SECOND, APRES, LIBRE)


def etats(maintenant: date, **lignes: list[date]) -> dict[str, Etape]:
    par_cle = {cle: [ligne(cle, jour) for jour in jours] for cle, jours in lignes.items()}
    return {e.jalon.cle: e for e in dater(TOUS, par_cle, le(maintenant), PARIS)}


@pytest.mark.parametrize(
    ("maintenant", "etat"),
    [(date(2021, 4, 30), "a_venir"), (MAI, "a_faire"), (date(2021, 6, 30), "a_faire"), (date(2021, 7, 1), "en_retard")],
)
def test_what_is_not_done_is_to_come_to_do_or_late(maintenant: date, etat: str) -> None:
    """Before its first day, until its last one, then late; what may be left out is never late."""
    vus = etats(maintenant)
    assert vus["bascule"].etat == etat
    assert vus["libre"].etat in ("a_venir", "a_faire", "passe")


def test_done_in_time_or_late() -> None:
    """The first time counts; the last one is told."""
    a_temps = etats(AOUT, bascule=[MAI, JUIN])["bascule"]
    assert (a_temps.etat, a_temps.fait_le, a_temps.dernier_le, a_temps.fois) == ("fait", le(MAI), le(JUIN), 2)
    assert etats(AOUT, bascule=[AOUT])["bascule"].etat == "fait_en_retard"
    assert etats(AOUT, libre=[AOUT])["libre"].etat == "fait"


def test_too_early_is_out_of_order() -> None:
    """Profiling before the bascule is told; the same day is not; what is still missing is waited for."""
    assert etats(AOUT, profilage=[MAI], bascule=[JUIN])["profilage"].desordre == ("bascule",)
    assert etats(AOUT, profilage=[MAI], bascule=[MAI])["profilage"].desordre == ()
    assert etats(AOUT, profilage=[MAI])["profilage"].desordre == ("bascule",)
    assert etats(AOUT)["profilage"].attend == ("bascule",)


def test_the_same_act_again_later_is_another_step() -> None:
    """June's export and August's: each has its own; August's alone makes June's « refait plus tard »."""
    lignes = {cle: [ligne(cle, JUIN), ligne(cle, AOUT)] for cle in ("premier", "second")}
    vus = {e.jalon.cle: e for e in dater(TOUS, lignes, le(AOUT, 12), PARIS)}
    assert (vus["premier"].fait_le, vus["second"].fait_le) == (le(JUIN), le(AOUT))
    seul = etats(AOUT, premier=[AOUT], second=[AOUT], apres=[AOUT])
    assert (seul["premier"].etat, seul["second"].etat) == ("remplace", "fait")
    assert seul["apres"].desordre == ()


def test_arrival_counts_from_what_was_sent() -> None:
    """An import of the ENT before the exports could reach it does not tick the step."""
    arrive = jalon("ent", date(2021, 8, 20), date(2021, 9, 20), arrivee="second")
    lignes = {"ent": [ligne("ent", AOUT), ligne("ent", AOUT + timedelta(days=2))]}
    (sans,) = dater((arrive,), lignes, le(date(2021, 9, 1)), PARIS)
    assert sans.fait_le is None
    (avec,) = dater((arrive,), lignes, le(date(2021, 9, 1)), PARIS, {"ent": le(AOUT + timedelta(days=1))})
    assert avec.fait_le == le(AOUT + timedelta(days=2))


@pytest.mark.parametrize("nom", sorted(PROFILS))
def test_every_profile_has_a_year_that_holds_together(nom: str) -> None:
    """Keys are unique, what is waited for exists and comes no later, days are in the year's window and in order."""
    choisi = profil(nom)
    annee = choisi.annee_sts(choisi.jour_debut) + (1 if choisi.calendrier == "nord" else 0)
    scolaire = calendrier_scolaire(annee, choisi.calendrier, choisi.zone)
    mois = 9 if choisi.calendrier == "nord" else 3
    dates = Dates(annee, scolaire, (date(annee, mois, 5), date(annee, mois, 19)))
    tous = jalons(choisi, dates)
    par_cle = {j.cle: j for j in tous}
    assert len(par_cle) == len(tous)
    premier, fin = fenetre(dates)
    for j in tous:
        assert premier <= j.debut <= j.fin < fin
        for avant in j.apres:
            assert par_cle[avant].debut <= j.fin
    assert [j.debut for j in tous] == sorted(j.debut for j in tous)


def test_the_profile_chooses_the_months() -> None:
    """`bee.bascule` in May alone, `bee.doublons.conseil`, `netsynchro`, « Services » alone after an import."""
    dates = Dates(2023, calendrier_scolaire(2023), (date(2023, 9, 1), date(2023, 10, 15)))
    toulouse = {j.cle: j for j in jalons(profil("toulouse-2023"), dates)}
    assert (toulouse["bascule_bee"].periode, toulouse["bascule_bee"].fin) == ("mai", date(2023, 5, 31))
    assert toulouse["doublons"].periode == "avril-mai, avant la bascule"
    assert "NetSynchro" in toulouse["siecle_edt"].quoi
    formation = {j.cle: j for j in jalons(profil("toulouse-2013"), dates)}
    assert formation["doublons"].periode == "juin-juillet"
    assert "doublons" in formation["repartition"].apres
    assert formation["services"].apres == ("import_sts",)
    assert formation["structure_rentree"].facultatif
