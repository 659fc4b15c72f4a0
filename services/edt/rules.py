"""The rules of the timetable software: placing courses. Pure functions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from decimal import Decimal

JOURS: dict[int, tuple[time, ...]] = {
    jour: tuple(time(h, 0) for h in ((8, 9, 10, 11) if jour == 3 else (8, 9, 10, 11, 13, 14, 15, 16)))
    for jour in (1, 2, 3, 4, 5)
}
"""Open slots of one hour, by day (1 = Monday); Wednesday afternoon is free."""

HEBDOMADAIRE = "H"
QUINZAINES = ("Q1", "Q2")


@dataclass(frozen=True, slots=True)
class APlacer:
    """What must stand at the same time: services of one barrette, or one service alone.

    `services` are (structure, matière, modalité); `occupes` everything that cannot be elsewhere meanwhile (teachers,
    classes); `heures` per week.
    """

    services: tuple[tuple[str, str, str], ...]
    occupes: frozenset[str]
    heures: Decimal


@dataclass(frozen=True, slots=True)
class Place:
    """A slot given to a service."""

    service: tuple[str, str, str]
    alternance: str
    jour: int
    debut: time
    minutes: int


def placer(blocs: Iterable[APlacer]) -> tuple[list[Place], list[APlacer]]:
    """A timetable in which nobody is in two places, and the blocks that found no room (in whole or in part).

    Greedy and reproducible: the most constrained blocks first, each at the earliest slot of its least loaded day.
    """
    pris: dict[tuple[int, time, str], set[str]] = defaultdict(set)
    charge: dict[tuple[str, int], int] = defaultdict(int)
    places: list[Place] = []
    restants: list[APlacer] = []
    ordre = sorted(blocs, key=lambda b: (-len(b.occupes), -b.heures, b.services))
    for bloc in ordre:
        besoins = _decouper(bloc.heures)
        for minutes, quinzaine in besoins:
            trouve = _chercher(bloc, quinzaine, pris, charge)
            if trouve is None:
                restants.append(bloc)
                break
            jour, debut, alternance = trouve
            for semaine in QUINZAINES if alternance == HEBDOMADAIRE else (alternance,):
                pris[jour, debut, semaine] |= bloc.occupes
            for qui in bloc.occupes:
                charge[qui, jour] += 1
            places.extend(Place(s, alternance, jour, debut, minutes) for s in bloc.services)
    return places, restants


def _decouper(heures: Decimal) -> list[tuple[int, bool]]:
    """Weekly hours as slots: whole hours every week, a half hour as an hour one week in two."""
    entieres = int(heures)
    creneaux = [(60, False)] * entieres
    reste = heures - entieres
    if reste:
        creneaux.append((60, True))
    return creneaux


def _chercher(
    bloc: APlacer,
    quinzaine: bool,
    pris: dict[tuple[int, time, str], set[str]],
    charge: dict[tuple[str, int], int],
) -> tuple[int, time, str] | None:
    jours = sorted(JOURS, key=lambda j: (sum(charge[q, j] for q in bloc.occupes), j))
    for jour in jours:
        for debut in JOURS[jour]:
            if quinzaine:
                for semaine in QUINZAINES:
                    if not pris[jour, debut, semaine] & bloc.occupes:
                        return jour, debut, semaine
            elif not any(pris[jour, debut, s] & bloc.occupes for s in QUINZAINES):
                return jour, debut, HEBDOMADAIRE
    return None


def conflits(
    places: Sequence[Place], occupes: dict[tuple[str, str, str], frozenset[str]]
) -> list[tuple[int, time, str]]:
    """Slots where somebody is in two places (for tests and for the page): (day, hour, who).

    Services placed together (a barrette) share their slot and do not clash with each other.
    """
    ici: dict[tuple[int, time, str, str], set[frozenset[str]]] = defaultdict(set)
    for p in places:
        for semaine in QUINZAINES if p.alternance == HEBDOMADAIRE else (p.alternance,):
            for qui in occupes[p.service]:
                ici[p.jour, p.debut, semaine, qui].add(occupes[p.service])
    return sorted({(j, h, qui) for (j, h, _, qui), blocs in ici.items() if len(blocs) > 1})
