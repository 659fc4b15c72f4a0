"""The night timetable: instants, delays, changes of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.refus import Inconnu, Refus
from shared.horloge.delais import delai
from shared.horloge.nuits import HORAIRE_PAR_DEFAUT, HORAIRES, horaire, prochain
from shared.horloge.profils import profil

PARIS = ZoneInfo("Europe/Paris")
NOUMEA = ZoneInfo("Pacific/Noumea")
NOMS = [c.nom for c in HORAIRE_PAR_DEFAUT.creneaux]


def a(texte: str, fuseau: ZoneInfo = PARIS) -> datetime:
    """A local time, as an aware instant."""
    return datetime.fromisoformat(texte).replace(tzinfo=fuseau)


@pytest.mark.procedure("CAL-11")
@pytest.mark.parametrize("fuseau", [PARIS, NOUMEA], ids=str)
@pytest.mark.parametrize(
    ("depot", "siecle", "ent"),
    [
        ("2021-09-06T14:00", "2021-09-06T22:00", "2021-09-08T05:00"),  # Monday: Wednesday, 39 h
        ("2021-09-10T14:00", "2021-09-10T22:00", "2021-09-13T05:00"),  # Friday: Monday, 63 h
        ("2021-09-06T22:00", "2021-09-07T22:00", "2021-09-09T05:00"),  # at the very minute: next night
    ],
)
def test_deposit_reaches_the_ent_when_the_guides_say(depot: str, siecle: str, ent: str, fuseau: ZoneInfo) -> None:
    """A deposit is treated in its night and in the ENT within 48 h, 72 h over the week-end, local time."""
    etapes = {e.nom: e.instant for e in HORAIRE_PAR_DEFAUT.trajet(a(depot, fuseau), fuseau)}
    assert etapes["bee_depots"] == a(siecle, fuseau)
    assert etapes["ent_alimentation"] == a(ent, fuseau)
    assert etapes["ent_alimentation"] - a(depot, fuseau) <= timedelta(hours=72)


def test_thursday_deposit_is_in_the_complete_saturday_feed() -> None:
    """Thursday's deposit goes with Friday's integration and the complete feed of Saturday 02:00."""
    etapes = HORAIRE_PAR_DEFAUT.trajet(a("2021-09-09T14:00"), PARIS)
    assert [(e.nom, e.instant) for e in etapes] == [
        ("bee_depots", a("2021-09-09T22:00")),
        ("remontee_bee", a("2021-09-09T23:30")),
        ("aaf_integration", a("2021-09-10T20:00")),
        ("aaf_alimentation", a("2021-09-11T02:00")),
        ("ent_alimentation", a("2021-09-11T05:00")),
    ]
    assert HORAIRE_PAR_DEFAUT.flux_complet(etapes[3].instant, PARIS)
    assert not HORAIRE_PAR_DEFAUT.flux_complet(a("2021-09-10T02:00"), PARIS)


def test_integration_takes_remontees_of_the_day_before_only() -> None:
    """A remontée made on the day of an integration, before it, waits for the next day's."""
    matinal = HORAIRE_PAR_DEFAUT.avec_reglages({"remontee_sts": {"heure": "06:00"}})
    etapes = matinal.trajet(a("2021-09-06T05:00"), PARIS, depuis="remontee_sts")
    assert [e.instant for e in etapes[:2]] == [a("2021-09-06T06:00"), a("2021-09-07T20:00")]


def test_days_of_the_table() -> None:
    """Integration skips Saturday, the feed skips Sunday, the rest runs every day."""
    samedi_midi = a("2021-09-11T12:00")
    assert prochain("aaf_integration", samedi_midi, PARIS) == a("2021-09-12T20:00")
    assert prochain("aaf_alimentation", samedi_midi, PARIS) == a("2021-09-13T02:00")
    assert prochain("ent_alimentation", samedi_midi, PARIS) == a("2021-09-12T05:00")
    assert prochain("rectorat_diffusion", samedi_midi, PARIS) == a("2021-09-11T19:00")


def test_batches_of_one_instant_run_in_declared_order() -> None:
    """The three remontées of 23:30 run as declared, after the deposits and before the integration."""
    suite = HORAIRE_PAR_DEFAUT.suite(a("2021-09-06T08:00"), PARIS)
    assert [e.nom for e in suite] == [
        "rectorat_diffusion",
        "aaf_integration",
        "ent_gar",
        "bee_depots",
        "remontee_bee",
        "remontee_sts",
        "remontee_rectorat",
        "aaf_alimentation",
        "ent_alimentation",
        "edt_envoi_ent",
    ]
    ensemble = HORAIRE_PAR_DEFAUT.avec_reglages({nom: {"heure": "21:00"} for nom in NOMS[:6]})
    assert [e.nom for e in ensemble.suite(a("2021-09-06T08:00"), PARIS)][:6] == NOMS[:6]


@pytest.mark.procedure("CAL-07")
def test_nights_are_local() -> None:
    """22:00 in Nouméa is 11:00 UTC, whatever the season of the north."""
    assert prochain("bee_depots", a("2018-07-24T09:13", NOUMEA), NOUMEA) == datetime(2018, 7, 24, 11, tzinfo=UTC)
    assert prochain("bee_depots", a("2018-02-05T08:00", NOUMEA), NOUMEA) == datetime(2018, 2, 5, 11, tzinfo=UTC)


def test_clocks_go_forward() -> None:
    """A time that does not exist on the night of March is run an hour later on the clock, once."""
    nuit = HORAIRES["tous_les_jours"].avec_reglages({"aaf_alimentation": {"heure": "02:30"}})
    passage = nuit.prochain("aaf_alimentation", a("2022-03-26T12:00"), PARIS)
    assert passage == datetime(2022, 3, 27, 1, 30, tzinfo=UTC)
    assert passage.astimezone(PARIS).hour == 3
    assert nuit.prochain("aaf_alimentation", passage, PARIS) == a("2022-03-28T02:30")
    assert prochain("ent_alimentation", passage, PARIS) == a("2022-03-27T05:00")


def test_clocks_go_back() -> None:
    """A time that comes twice on the night of October is run once, the first time."""
    nuit = HORAIRES["tous_les_jours"].avec_reglages({"aaf_alimentation": {"heure": "02:30"}})
    passage = nuit.prochain("aaf_alimentation", a("2021-10-30T12:00"), PARIS)
    assert passage == datetime(2021, 10, 31, 0, 30, tzinfo=UTC)
    assert nuit.prochain("aaf_alimentation", passage, PARIS) == a("2021-11-01T02:30")


@given(
    st.integers(1356998400, 1893456000).map(lambda s: datetime.fromtimestamp(s, UTC)),
    st.sampled_from(NOMS),
    st.sampled_from([PARIS, NOUMEA]),
)
def test_next_run_is_after_on_the_right_day_and_within_two_days(apres: datetime, nom: str, fuseau: ZoneInfo) -> None:
    """The next run is strictly later, on a permitted weekday, and nothing permitted was skipped."""
    passage = prochain(nom, apres, fuseau)
    creneau = HORAIRE_PAR_DEFAUT.creneau(nom)
    assert apres < passage <= apres + timedelta(hours=49)
    assert passage.astimezone(fuseau).weekday() in creneau.jours
    assert prochain(nom, passage - timedelta(microseconds=1), fuseau) == passage


def test_settings_replace_hours_and_days_and_are_kept_as_json() -> None:
    """A timetable written as JSON gives the same timetable back."""
    regle = HORAIRE_PAR_DEFAUT.avec_reglages({"bee_depots": {"heure": "21:15", "jours": [0, 4]}})
    assert regle.en_json()["bee_depots"] == {"heure": "21:15", "jours": [0, 4]}
    assert HORAIRE_PAR_DEFAUT.avec_reglages(regle.en_json()) == regle
    assert regle.prochain("bee_depots", a("2021-09-06T22:00"), PARIS) == a("2021-09-10T21:15")


@pytest.mark.parametrize("reglage", [{"heure": "25:00"}, {"jours": []}, {"jours": [7]}, {"jours": 3}, {"minute": 3}])
def test_bad_timetables_are_refused(reglage: dict[str, object]) -> None:
    """A slot without a valid hour or without a day is refused."""
    with pytest.raises(Refus) as capture:
        HORAIRE_PAR_DEFAUT.avec_reglages({"bee_depots": reglage})
    assert capture.value.code == "HORAIRE_INVALIDE"


def test_unknown_batch_is_refused() -> None:
    """A batch that the timetable does not know is refused, with the known names."""
    with pytest.raises(Inconnu) as capture:
        prochain("sieste", a("2021-09-06T08:00"), PARIS)
    assert "bee_depots" in (capture.value.remede or "")


def test_the_profile_chooses_the_timetable() -> None:
    """An académie whose AAF works at the week-end has Friday's deposit in the ENT on Sunday."""
    choisi = horaire(profil("toulouse-2023").avec_reglages({"nuits": "tous_les_jours"}))
    assert choisi.trajet(a("2021-09-10T14:00"), PARIS)[-1].instant == a("2021-09-12T05:00")
    assert horaire(profil("noumea-2018")) is HORAIRE_PAR_DEFAUT


@pytest.mark.procedure("CAL-12")
@pytest.mark.parametrize(
    ("depot", "ent"),
    [
        ("2021-11-08T14:00", "2021-11-10T05:00"),  # two worked days: 39 h
        ("2021-11-09T14:00", "2021-11-12T05:00"),  # the 11th is not worked: 63 h, « voire 72h »
        ("2021-11-10T14:00", "2021-11-12T05:00"),
        ("2021-10-29T14:00", "2021-11-02T05:00"),  # a week-end and All Saints' Day
    ],
)
def test_days_that_are_not_worked_stretch_the_delay(depot: str, ent: str) -> None:
    """« 48 Heures (voire 72h) »: no feed on a public holiday, and no integration the evening before."""
    nice, ailleurs = profil("nice-2021"), profil("toulouse-2023")
    assert delai(nice, a(depot)).annonce.mots == "48 Heures (voire 72h)"
    assert delai(nice, a(depot)).arrivee == a(ent)
    ordinaire = HORAIRE_PAR_DEFAUT.trajet(a(depot), PARIS)[-1].instant
    assert delai(ailleurs, a(depot)).arrivee == ordinaire <= a(ent)
    assert (a(ent) - a(depot) > timedelta(hours=48)) == (depot[:10] in {"2021-11-09", "2021-10-29"})


def test_the_complete_feed_is_written_on_a_saturday_that_is_a_holiday() -> None:
    """Christmas 2021 was a Saturday: the complete feed of the week goes all the same."""
    assert horaire(profil("nice-2021")).prochain("aaf_alimentation", a("2021-12-24T12:00"), PARIS) == a(
        "2021-12-25T02:00"
    )


@pytest.mark.procedure("CAL-13")
@pytest.mark.parametrize("jour", range(6, 13))
def test_one_or_two_days_after_the_report(jour: int) -> None:
    """« un ou deux jours plus tard » than the report, readable on the morning after the deposit, whatever the day."""
    depot = a(f"2013-09-{jour:02}T14:00")
    promis = delai(profil("fiche-2013"), depot)
    assert promis.annonce.mots == "un ou deux jours plus tard"
    compte_rendu = next(e.instant for e in promis.etapes if e.nom == "bee_depots").astimezone(PARIS).date()
    lisible = compte_rendu + timedelta(days=1)
    assert (promis.arrivee.astimezone(PARIS).date() - lisible).days in (1, 2)
