"""Placing courses: what must stand together, where it finds room, who would be in two places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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

Cle = tuple[str, str, str]
"""A service: (structure, matière, modalité)."""


@dataclass(frozen=True, slots=True)
class AServir:
    """A service to place: the classes its pupils come from, its teachers, the barrette of its group, weekly hours."""

    cle: Cle
    classes: frozenset[str]
    professeurs: frozenset[int]
    heures: Decimal
    barrette: str | None = None


@dataclass(frozen=True, slots=True)
class APlacer:
    """What must stand at the same time: services of one barrette, or one service alone.

    `occupes`: everything that cannot be elsewhere meanwhile (teachers, classes); `heures` per week.
    """

    services: tuple[Cle, ...]
    occupes: frozenset[str]
    heures: Decimal


@dataclass(frozen=True, slots=True)
class Place:
    """A slot given to a service."""

    service: Cle
    alternance: str
    jour: int
    debut: time
    minutes: int


def former_blocs(services: Iterable[AServir]) -> list[APlacer]:
    """Join services of one barrette that can stand together: same modalité and hours, no group and no teacher twice.

    Half groups of one class thus swap their two subjects, as in a real barrette. Services without hours are left out.
    """
    barrettes: dict[tuple[str, str, Decimal], list[list[AServir]]] = defaultdict(list)
    blocs: list[list[AServir]] = []
    for service in sorted(services, key=lambda s: s.cle):
        if service.heures <= 0:
            continue
        if service.barrette is None:
            blocs.append([service])
            continue
        possibles = barrettes[service.barrette, service.cle[2], service.heures]
        libre = next((b for b in possibles if not any(_se_genent(service, autre) for autre in b)), None)
        if libre is None:
            possibles.append([service])
        else:
            libre.append(service)
    blocs.extend(b for _, possibles in sorted(barrettes.items()) for b in possibles)
    return [
        APlacer(
            services=tuple(s.cle for s in bloc),
            occupes=frozenset(
                [f"classe {c}" for s in bloc for c in s.classes]
                + [f"professeur {p}" for s in bloc for p in s.professeurs]
            ),
            heures=bloc[0].heures,
        )
        for bloc in blocs
    ]


def _se_genent(a: AServir, b: AServir) -> bool:
    return a.cle[0] == b.cle[0] or bool(a.professeurs & b.professeurs)


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
            for semaine in _semaines(alternance):
                pris[jour, debut, semaine] |= bloc.occupes
            for qui in bloc.occupes:
                charge[qui, jour] += 1
            places.extend(Place(s, alternance, jour, debut, minutes) for s in bloc.services)
    return places, restants


def _semaines(alternance: str) -> tuple[str, ...]:
    return QUINZAINES if alternance == HEBDOMADAIRE else (alternance,)


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


def conflits(places: Sequence[Place], services: Mapping[Cle, AServir]) -> list[tuple[int, time, str]]:
    """Slots where somebody is in two places: (day, hour, who), sorted.

    A teacher or a group has one service at a time. A class has one too, except groups of one barrette, between
    which its pupils are shared.
    """
    ici: dict[tuple[int, time, str, str], list[AServir]] = defaultdict(list)
    for p in places:
        service = services[p.service]
        qui = [f"professeur {n}" for n in service.professeurs]
        qui += [f"classe {c}" for c in service.classes]
        qui.append(f"structure {service.cle[0]}")
        for semaine in _semaines(p.alternance):
            for occupe in qui:
                ici[p.jour, p.debut, semaine, occupe].append(service)
    return sorted({(jour, debut, qui) for (jour, debut, _, qui), presents in ici.items() if _genes(qui, presents)})


def _genes(qui: str, presents: Sequence[AServir]) -> bool:
    if len(presents) < 2:
        return False
    if not qui.startswith("classe "):
        return True
    barrettes = {s.barrette for s in presents}
    return None in barrettes or len(barrettes) > 1
