"""School calendars, public holidays, working days."""

from __future__ import annotations

from datetime import date

import pytest

from shared.horloge.calendrier import (
    Zone,
    calendrier_scolaire,
    est_jour_ouvre,
    jours_feries,
    jours_ouvres,
    paques,
)


@pytest.mark.procedure("CAL-05")
def test_noumea_2018_is_that_of_the_guide() -> None:
    """The southern year 2018 has the four dates of the guide, pupils leaving one day before teachers."""
    annee = calendrier_scolaire(2018, "sud")
    assert annee.rentree_professeurs == date(2018, 2, 16)
    assert annee.rentree_eleves == date(2018, 2, 19)
    assert annee.sortie_eleves == date(2018, 12, 14)
    assert annee.sortie_professeurs == date(2018, 12, 15)


@pytest.mark.parametrize(
    ("annee", "rentree", "vacances", "fin"),
    [
        (2025, "2025-02-17", ["2025-04-05", "2025-06-07", "2025-08-09", "2025-10-11"], "2025-12-20"),
        (2026, "2026-02-16", ["2026-04-04", "2026-06-06", "2026-08-08", "2026-10-10"], "2026-12-19"),
    ],
)
def test_southern_years(annee: int, rentree: str, vacances: list[str], fin: str) -> None:
    """The rule of the south gives the published years."""
    lu = calendrier_scolaire(annee, "sud")
    assert lu.rentree_eleves.isoformat() == rentree
    assert [p.debut.isoformat() for p in lu.vacances] == vacances
    assert lu.sortie_professeurs.isoformat() == fin


@pytest.mark.parametrize(
    ("annee", "zone", "professeurs", "rentree", "hiver", "printemps", "sortie"),
    [
        (2021, "B", "2021-09-01", "2021-09-02", "2022-02-05", "2022-04-09", "2022-07-07"),
        (2013, "A", "2013-09-02", "2013-09-03", "2014-03-01", "2014-04-26", "2014-07-04"),
        (2023, "C", "2023-09-01", "2023-09-04", "2024-02-10", "2024-04-06", "2024-07-05"),
        (2024, "B", "2024-08-30", "2024-09-02", "2025-02-08", "2025-04-05", "2025-07-04"),
        (2025, "A", "2025-08-29", "2025-09-01", "2026-02-07", "2026-04-04", "2026-07-03"),
        (2026, "C", "2026-08-31", "2026-09-01", "2027-02-06", "2027-04-03", "2027-07-02"),
    ],
)
def test_northern_years(
    annee: int, zone: Zone, professeurs: str, rentree: str, hiver: str, printemps: str, sortie: str
) -> None:
    """The years of the guides and the recent ones have their published dates."""
    lu = calendrier_scolaire(annee, "nord", zone)
    debuts = {p.nom: p.debut.isoformat() for p in lu.vacances}
    assert lu.rentree_professeurs.isoformat() == professeurs
    assert lu.rentree_eleves.isoformat() == rentree
    assert debuts["Vacances d'hiver"] == hiver
    assert debuts["Vacances de printemps"] == printemps
    assert lu.sortie_eleves.isoformat() == sortie


def test_return_on_a_public_holiday_is_put_off() -> None:
    """Zone B came back on a Tuesday in April 2025, the Monday being Easter's."""
    printemps = calendrier_scolaire(2024, "nord", "B").vacances[3]
    assert printemps.reprise == date(2025, 4, 22)


@pytest.mark.parametrize(
    ("annee", "jour"),
    [(2008, "2008-03-23"), (2018, "2018-04-01"), (2026, "2026-04-05"), (2038, "2038-04-25")],
)
def test_easter(annee: int, jour: str) -> None:
    """Easter falls on its known dates, the earliest and the latest included."""
    assert paques(annee).isoformat() == jour


def test_public_holidays_and_working_days() -> None:
    """Week-ends and public holidays are not worked; the south has one holiday of its own."""
    assert len(jours_feries(2021)) == 11
    assert jours_feries(2008)[date(2008, 5, 1)] == "Fête du travail"
    assert est_jour_ouvre(date(2021, 9, 24))
    assert not est_jour_ouvre(date(2021, 9, 24), "sud")
    assert jours_ouvres(date(2021, 11, 8), date(2021, 11, 15)) == [date(2021, 11, j) for j in (8, 9, 10, 12, 15)]
    assert jours_ouvres(date(2021, 11, 15), date(2021, 11, 8)) == []


def test_days_of_class() -> None:
    """There is no class before the rentrée, on Sunday, on holidays, nor after the sortie."""
    annee = calendrier_scolaire(2021, "nord", "B")
    for jour in ("2021-09-01", "2021-09-05", "2021-10-25", "2021-11-11", "2022-07-08"):
        assert not annee.en_classe(date.fromisoformat(jour)), jour
    for jour in ("2021-09-02", "2021-09-04", "2021-11-08", "2022-07-07"):
        assert annee.en_classe(date.fromisoformat(jour)), jour
