"""The rules of the ENT: logins, profiles, the sequence of feeds, the end of an account."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.ent import rules
from services.ent.rules import logins

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("prenom", "nom", "login"),
    [
        pytest.param(
            "Guy Et Yvette", "M. MME TALBOUR", "guy_et_yvette.m._mme_talbour", marks=pytest.mark.procedure("ENT-06")
        ),
        pytest.param("Tino & Suzanne", "TALBOUR", "tino_-_suzanne.talbour", marks=pytest.mark.procedure("ENT-07")),
        pytest.param("René Et Suzanne", "TALBOUR", "rene_et_suzanne.talbour", marks=pytest.mark.procedure("ENT-08")),
        pytest.param("Inès", "TALBOUR", "ines.talbour", marks=pytest.mark.procedure("ENT-05")),
        ("Jean-Noël", "d'Êtchevérry", "jean-noel.detcheverry"),
        ("Anne  Marie ", "DE LA TOUR", "anne_marie.de_la_tour"),
        ("Loïc", "CŒURBRUN", "loic.coeurbrun"),
        ("Zoé", "LE–GALVEC", "zoe.le-galvec"),
        ("Éloi2", "TALBOUR", "eloi.talbour"),
        ("", "TALBOUR", "talbour"),
        ("Ω", "Ж", "compte"),
    ],
)
def test_logins(prenom: str, nom: str, login: str) -> None:
    """The login is prénom.nom as typed, by the rule that the guide's odd examples show."""
    assert logins.login_de_base(prenom, nom) == login


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # the first draw loads Unicode tables
@given(st.text(max_size=30), st.text(max_size=30), st.integers(1, 9), st.integers(1, 9))
def test_a_numbered_login_is_of_one_name(prenom: str, nom: str, a: int, b: int) -> None:
    """A base never ends with a digit: two names, or two ranks, never share a login."""
    base = logins.login_de_base(prenom, nom)
    assert base
    assert not base[-1].isdigit()
    assert set(base) <= set("abcdefghijklmnopqrstuvwxyz._-")
    assert (logins.login_numerote(base, a) == logins.login_numerote(base, b)) == (a == b)


def test_homonyms_are_numbered_from_two() -> None:
    """The first has the plain login, the second the number 2."""
    assert [logins.login_numerote("a.b", n) for n in (1, 2, 3)] == ["a.b", "a.b2", "a.b3"]


def test_activation_codes_have_no_look_alikes() -> None:
    """A code is eight signs without i, l, o, 0 or 1, the same for the same draw."""
    codes = [logins.code_activation(random.Random(n).randbytes(32)) for n in range(200)]
    assert all(len(c) == 8 and not set(c) & set("iloqu012") for c in codes)
    assert codes[7] == logins.code_activation(random.Random(7).randbytes(32))
    assert len(set(codes)) == 200


@pytest.mark.parametrize(
    ("enseignant", "devant", "fonctions", "profil"),
    [
        (True, None, [], "enseignant"),
        (False, True, ["ENS"], "autre"),
        (None, True, [], "enseignant"),
        (None, False, ["DOC"], "enseignant"),
        (None, None, ["EDU"], "autre"),
        (None, None, [], "autre"),
    ],
)
def test_staff_profiles(enseignant: bool | None, devant: bool | None, fonctions: list[str], profil: str) -> None:
    """The feed's own flag decides; without it, pupils in front or a teaching function do."""
    assert rules.profil_personnel(enseignant, devant, fonctions) == profil


J = date(2021, 9, 6)


@pytest.mark.parametrize(
    ("suite", "complet", "numero", "jour", "code"),
    [
        (rules.Suite(0, None), True, 1, J, None),
        (rules.Suite(0, None), True, 9, J, None),
        (rules.Suite(0, None), False, 1, J, "DELTA_SANS_COMPLET"),
        (rules.Suite(4, J), False, 5, J, None),
        (rules.Suite(4, J), False, 6, J, "FLUX_TROU"),
        (rules.Suite(4, J), True, 9, J, None),
        (rules.Suite(4, J), True, 4, J, "FLUX_PERIME"),
        (rules.Suite(4, J), False, 3, J, "FLUX_PERIME"),
        (rules.Suite(4, J), True, 5, date(2021, 9, 5), "FLUX_PERIME"),
        (rules.Suite(4, J), True, None, J, None),
        (rules.Suite(4, J), False, None, J, "FLUX_PERIME"),
        (rules.Suite(4, J), False, None, date(2021, 9, 7), None),
        (rules.Suite(4, J), False, 6, None, "FLUX_TROU"),
    ],
)
def test_sequence_of_feeds(
    suite: rules.Suite, complet: bool, numero: int | None, jour: date | None, code: str | None
) -> None:
    """A delta follows without a gap, a complete feed is newer, nothing goes back."""
    if code is None:
        rules.juger_flux(suite, complet, numero, jour)
        return
    with pytest.raises(rules.FluxRefuse) as refus:
        rules.juger_flux(suite, complet, numero, jour)
    assert refus.value.code == code
    assert refus.value.remede


@pytest.mark.procedure("CAL-14")
def test_the_purge_counts_local_days() -> None:
    """Deactivated at 5 in summer, deleted at 5 in winter 56 days later, though the clocks changed."""
    desactive = datetime(2021, 9, 11, 5, tzinfo=PARIS)
    avant, apres = datetime(2021, 11, 5, 5, tzinfo=PARIS), datetime(2021, 11, 6, 5, tzinfo=PARIS)
    assert rules.jour_purge(desactive, 56, PARIS) == apres.date()
    assert not desactive < rules.seuil_purge(avant.astimezone(UTC), 56, PARIS)
    assert desactive < rules.seuil_purge(apres.astimezone(UTC), 56, PARIS)
