"""School calendars: rentrée, sortie, holidays, working days.

Dates of a few years are known; others follow rules found on them, close enough to rehearse a year. The real
reference of a school is the calendar typed in SIECLE Communs (procedures COM-02 to COM-04): this module gives
its first values.
Source: reference nomenclatures §5.3 (métropole, three zones) and §5.4 (Nouvelle-Calédonie); guide 004
§3.5.2.2.1 for 2018; arrêtés of the school calendar for 2013-2014, 2021-2022 and 2022-2023.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from shared.horloge.annees import Calendrier

Zone = Literal["A", "B", "C"]

# What the rules below do not give. Key: year of the day itself.
_RENTREES = {2013: date(2013, 9, 3), 2021: date(2021, 9, 2)}
_NOEL_REPRISES = {2023: date(2023, 1, 3)}
_ETES = {2022: date(2022, 7, 8)}
_HIVERS: dict[int, dict[Zone, date]] = {
    2014: {"A": date(2014, 3, 1), "B": date(2014, 2, 22), "C": date(2014, 2, 15)},
    2022: {"A": date(2022, 2, 12), "B": date(2022, 2, 5), "C": date(2022, 2, 19)},
}
_PRINTEMPS: dict[int, dict[Zone, date]] = {
    2014: {"A": date(2014, 4, 26), "B": date(2014, 4, 19), "C": date(2014, 4, 12)},
    2022: {"A": date(2022, 4, 16), "B": date(2022, 4, 9), "C": date(2022, 4, 23)},
    2023: {"A": date(2023, 4, 8), "B": date(2023, 4, 15), "C": date(2023, 4, 22)},
}
# The zones leave one after the other for the winter holidays, by year modulo 3.
_ORDRE_ZONES = {0: "BCA", 1: "ABC", 2: "CAB"}


class Periode(Struct, frozen=True):
    """A holiday: its name, its first day without class, the first day of class after it."""

    nom: str
    debut: date
    reprise: date


class CalendrierScolaire(Struct, frozen=True):
    """The calendar of STS year `annee` (north: 2021 is 2021-2022; south: the civil year)."""

    annee: int
    calendrier: Calendrier
    rentree_eleves: date
    sortie_eleves: date
    rentree_professeurs: date
    sortie_professeurs: date
    vacances: tuple[Periode, ...]

    def en_vacances(self, jour: date) -> bool:
        """Tell whether `jour` falls in one of the holidays or outside the pupils' year."""
        if not self.rentree_eleves <= jour <= self.sortie_eleves:
            return True
        return any(p.debut <= jour < p.reprise for p in self.vacances)

    def en_classe(self, jour: date) -> bool:
        """Tell whether pupils may have class on `jour` (Monday to Saturday, not a public holiday)."""
        if self.en_vacances(jour) or jour.weekday() == 6:
            return False
        return jour not in jours_feries(jour.year, self.calendrier)


def calendrier_scolaire(annee: int, calendrier: Calendrier = "nord", zone: Zone = "A") -> CalendrierScolaire:
    """Return the school calendar of STS year `annee`; `zone` matters in the north only."""
    return _nord(annee, zone) if calendrier == "nord" else _sud(annee)


def _nord(annee: int, zone: Zone) -> CalendrierScolaire:
    rentree = _RENTREES.get(annee) or _premier(annee, 9, 1, range(4))
    professeurs = rentree - timedelta(days=1)
    while professeurs.weekday() > 4:
        professeurs -= timedelta(days=1)
    suivante = annee + 1
    toussaint = _samedi(annee, 10, 17)
    noel = _samedi(annee, 12, 17)
    depart = _samedi(suivante, 2, 4) + timedelta(weeks=_ORDRE_ZONES[suivante % 3].index(zone))
    hiver = _HIVERS[suivante][zone] if suivante in _HIVERS else depart
    printemps = _PRINTEMPS[suivante][zone] if suivante in _PRINTEMPS else hiver + timedelta(weeks=8)
    pont = paques(suivante) + timedelta(days=40)
    ete = _ETES.get(suivante) or _samedi(suivante, 7, 3)
    sortie = ete - timedelta(days=1)
    reprise_noel = _NOEL_REPRISES.get(suivante) or _reprise(noel, "nord")
    periodes = [
        Periode("Vacances de la Toussaint", toussaint, _reprise(toussaint, "nord")),
        Periode("Vacances de Noël", noel, reprise_noel),
        Periode("Vacances d'hiver", hiver, _reprise(hiver, "nord")),
        Periode("Vacances de printemps", printemps, _reprise(printemps, "nord")),
        Periode("Pont de l'Ascension", pont, pont + timedelta(days=3)),
    ]
    return CalendrierScolaire(
        annee, "nord", rentree, sortie, professeurs, sortie, tuple(sorted(periodes, key=lambda p: p.debut))
    )


def _sud(annee: int) -> CalendrierScolaire:
    rentree = _premier(annee, 2, 14, range(1))
    ete = _samedi(annee, 12, 15)
    periodes = tuple(
        Periode(f"Vacances de la {rang} période", debut, _reprise(debut, "sud"))
        for rang, ecart in (("1re", 47), ("2e", 110), ("3e", 173), ("4e", 236))
        for debut in (rentree + timedelta(days=ecart),)
    )
    # Teachers leave one day after pupils: the trap of guide 004 (COM-04, BEE-102).
    return CalendrierScolaire(
        annee, "sud", rentree, ete - timedelta(days=1), rentree - timedelta(days=3), ete, periodes
    )


def _premier(annee: int, mois: int, jour: int, jours: range) -> date:
    trouve = date(annee, mois, jour)
    while trouve.weekday() not in jours:
        trouve += timedelta(days=1)
    return trouve


def _samedi(annee: int, mois: int, jour: int) -> date:
    return _premier(annee, mois, jour, range(5, 6))


def _reprise(debut: date, calendrier: Calendrier) -> date:
    """The Monday two weeks after a Saturday, or the day after if that Monday is a public holiday."""
    reprise = debut + timedelta(days=16)
    while reprise in jours_feries(reprise.year, calendrier):
        reprise += timedelta(days=1)
    return reprise


def paques(annee: int) -> date:
    """Return Easter Sunday of a civil year (Gregorian computus)."""
    siecle, reste = divmod(annee, 100)
    cycle = annee % 19
    correction = (8 * siecle + 13) // 25
    epacte = (19 * cycle + siecle - siecle // 4 - correction + 15) % 30
    epacte -= (cycle + 11 * epacte) // 319
    semaine = (2 * (siecle % 4) + 2 * (reste // 4) - reste % 4 - epacte + 32) % 7
    mois = (epacte + semaine + 90) // 25
    jour = (epacte + semaine + mois + 19) % 32
    return date(annee, mois, jour)


def jours_feries(annee: int, calendrier: Calendrier = "nord") -> dict[date, str]:
    """Return the public holidays of a civil year, in order, with their names."""
    dimanche = paques(annee)
    feries = {
        date(annee, 1, 1): "Jour de l'an",
        dimanche + timedelta(days=1): "Lundi de Pâques",
        date(annee, 5, 1): "Fête du travail",
        date(annee, 5, 8): "Victoire de 1945",
        dimanche + timedelta(days=50): "Lundi de Pentecôte",
        date(annee, 7, 14): "Fête nationale",
        date(annee, 8, 15): "Assomption",
        date(annee, 11, 1): "Toussaint",
        date(annee, 11, 11): "Armistice de 1918",
        date(annee, 12, 25): "Noël",
    }
    if calendrier == "sud":
        feries[date(annee, 9, 24)] = "Fête de la citoyenneté"
    # Set last: in 2008 the Ascension fell on 1 May, and the day keeps its first name.
    feries.setdefault(dimanche + timedelta(days=39), "Ascension")
    return dict(sorted(feries.items()))


@lru_cache(maxsize=64)
def _feries(annee: int, calendrier: Calendrier) -> frozenset[date]:
    return frozenset(jours_feries(annee, calendrier))


def est_ferie_en_semaine(jour: date, calendrier: Calendrier = "nord") -> bool:
    """Tell whether `jour` is a public holiday that falls from Monday to Friday."""
    return jour.weekday() < 5 and jour in _feries(jour.year, calendrier)


def est_jour_ouvre(jour: date, calendrier: Calendrier = "nord") -> bool:
    """Tell whether administrations work on `jour`: Monday to Friday, not a public holiday."""
    return jour.weekday() < 5 and not est_ferie_en_semaine(jour, calendrier)


def jours_ouvres(debut: date, fin: date, calendrier: Calendrier = "nord") -> list[date]:
    """Return the working days from `debut` to `fin`, both included."""
    jours = (debut + timedelta(days=n) for n in range((fin - debut).days + 1))
    return [jour for jour in jours if est_jour_ouvre(jour, calendrier)]
