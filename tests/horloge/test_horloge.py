"""The clock of a request, and French instants and durations."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.refus import Refus
from shared.horloge.horloge import (
    HorlogeFixe,
    analyser_duree,
    analyser_instant,
    date_fr,
    date_longue_fr,
    duree_fr,
    instant_fr,
)

PARIS = ZoneInfo("Europe/Paris")
NOUMEA = ZoneInfo("Pacific/Noumea")
RENTREE = HorlogeFixe(datetime(2021, 8, 23, 6, 0, tzinfo=UTC), PARIS)


def test_fixed_clock_tells_utc_local_and_day() -> None:
    """The day is the académie's: at 20:00 UTC it is already tomorrow in Nouméa."""
    horloge = HorlogeFixe(datetime(2018, 7, 23, 22, 13, tzinfo=UTC), NOUMEA)
    assert horloge.maintenant() == datetime(2018, 7, 23, 22, 13, tzinfo=UTC)
    assert horloge.maintenant().tzinfo is UTC
    assert horloge.local().isoformat() == "2018-07-24T09:13:00+11:00"
    assert horloge.aujourd_hui() == date(2018, 7, 24)


def test_fixed_clock_wants_an_aware_instant() -> None:
    """A naive instant is a programming error and is refused at once."""
    with pytest.raises(ValueError, match="aware"):
        HorlogeFixe(datetime(2018, 7, 24), PARIS)  # noqa: DTZ001


def test_french_dates() -> None:
    """Dates and instants read as French people write them."""
    assert date_fr(date(2018, 7, 24)) == "24/07/2018"
    assert date_longue_fr(date(2021, 9, 1)) == "mercredi 1er septembre 2021"
    texte = instant_fr(datetime(2018, 7, 23, 22, 13, tzinfo=UTC), NOUMEA)
    assert texte.replace("\N{NO-BREAK SPACE}", " ") == "mardi 24 juillet 2018 à 09 h 13"


@pytest.mark.parametrize(
    ("duree", "attendu"),
    [
        (timedelta(hours=39), "1 jour 15 heures"),
        (timedelta(days=2, minutes=1), "2 jours 1 minute"),
        (timedelta(seconds=61), "1 minute 1 seconde"),
        (timedelta(0), "moins de 1 seconde"),
        (-timedelta(hours=2), "2 heures"),
    ],
)
def test_french_durations(duree: timedelta, attendu: str) -> None:
    """A duration is said in days, hours, minutes and seconds, without zeros."""
    assert duree_fr(duree).replace("\N{NO-BREAK SPACE}", " ") == attendu


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("48h", timedelta(hours=48)),
        ("+2j", timedelta(days=2)),
        ("T+24 h", timedelta(hours=24)),
        ("1j 12h", timedelta(hours=36)),
        ("90 min", timedelta(minutes=90)),
        ("1sem", timedelta(days=7)),
        ("30s", timedelta(seconds=30)),
    ],
)
def test_durations_are_read(texte: str, attendu: timedelta) -> None:
    """The durations that people type are understood."""
    assert analyser_duree(texte) == attendu


@given(st.integers(0, 900), st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
def test_written_durations_are_read_back(jours: int, heures: int, minutes: int, secondes: int) -> None:
    """A duration written with the units of the form is read back the same."""
    texte = f"{jours}j{heures}h{minutes}min{secondes}s"
    assert analyser_duree(texte) == timedelta(days=jours, hours=heures, minutes=minutes, seconds=secondes)


@pytest.mark.parametrize("texte", ["", "h", "-2j", "2 jours ouvrés", "12", "1h1j", "9" * 30 + "h", "٣h"])
def test_bad_durations_are_refused(texte: str) -> None:
    """What is not a duration is refused with a code and what to write instead."""
    with pytest.raises(Refus) as capture:
        analyser_duree(texte)
    assert capture.value.code == "DUREE_INVALIDE"
    assert "48h" in (capture.value.remede or "")


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("48h", "2021-08-25T06:00:00+00:00"),
        ("+2j", "2021-08-25T06:00:00+00:00"),
        ("2021-09-01T08:00", "2021-09-01T06:00:00+00:00"),
        ("2021-09-01 08:00:30", "2021-09-01T06:00:30+00:00"),
        ("2021-09-01", "2021-08-31T22:00:00+00:00"),
        ("2021-09-01T08:00Z", "2021-09-01T08:00:00+00:00"),
        ("01/09/2021", "2021-08-31T22:00:00+00:00"),
        ("01/09/2021 08:05", "2021-09-01T06:05:00+00:00"),
        ("01/09/2021 à 8 h 05", "2021-09-01T06:05:00+00:00"),
    ],
)
def test_instants_are_read_in_local_time(texte: str, attendu: str) -> None:
    """A duration from now or a local date gives the instant to which the clock must go."""
    lu = analyser_instant(texte, RENTREE)
    assert (lu.isoformat(), lu.tzinfo) == (attendu, UTC)


def test_days_keep_the_time_of_day_across_a_change_of_time() -> None:
    """« +2j » over the change of October is two days on the clock; « 48h » is 48 hours."""
    veille = HorlogeFixe(datetime(2021, 10, 30, 6, 0, tzinfo=UTC), PARIS)  # 08:00 local
    assert analyser_instant("+2j", veille) == datetime(2021, 11, 1, 7, 0, tzinfo=UTC)
    assert analyser_instant("48h", veille) == datetime(2021, 11, 1, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize("texte", ["", "demain", "2021-13-01", "31/02/2021", "2021-09-01T25:00", "999999j", "2021-9-1"])
def test_bad_instants_are_refused(texte: str) -> None:
    """A date that does not exist, or is out of any calendar, is refused and not guessed."""
    with pytest.raises(Refus) as capture:
        analyser_instant(texte, RENTREE)
    assert capture.value.code == "INSTANT_INVALIDE"
