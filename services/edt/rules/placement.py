"""Placing courses: what must stand together, where it finds room, who would be in two places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import time
from decimal import Decimal

from msgspec import Struct

from services.edt.rules.reparation import Creneau, reparer

JOURS: dict[int, tuple[time, ...]] = {
    jour: tuple(time(h, 0) for h in ((8, 9, 10, 11) if jour == 3 else (8, 9, 10, 11, 13, 14, 15, 16)))
    for jour in (1, 2, 3, 4, 5)
}
"""Open slots of one hour, by day (1 = Monday); Wednesday afternoon is free."""

HEBDOMADAIRE = "H"
QUINZAINES = ("Q1", "Q2")
SEMAINES = {HEBDOMADAIRE: QUINZAINES} | {q: (q,) for q in QUINZAINES}
"""The weeks of each alternance, when there are two kinds of weeks."""

Cle = tuple[str, str, str]
"""A service: (structure, matière, modalité)."""


class AServir(Struct, frozen=True):
    """A service to place: the classes its pupils come from, its teachers, the barrette of its group, weekly hours."""

    cle: Cle
    classes: frozenset[str]
    professeurs: frozenset[int]
    heures: Decimal
    barrette: str | None = None


class APlacer(Struct, frozen=True):
    """What must stand at the same time: services of one barrette, or one service alone.

    `occupes`: everything that cannot be elsewhere meanwhile (teachers, classes); `heures` per week.
    """

    services: tuple[Cle, ...]
    occupes: frozenset[str]
    heures: Decimal


class Place(Struct, frozen=True):
    """A slot given to a service."""

    service: Cle
    alternance: str
    jour: int
    debut: time
    minutes: int


class Piece(Struct, frozen=True):
    """A weekly hour of a block to place; `quinzaine`: one week in two."""

    bloc: APlacer
    minutes: int
    quinzaine: bool

    @property
    def creneaux(self) -> list[Creneau]:
        """Every slot that it may take, in the order of the week."""
        alternances = QUINZAINES if self.quinzaine else (HEBDOMADAIRE,)
        return [(jour, debut, a) for jour, debuts in JOURS.items() for debut in debuts for a in alternances]


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


def placer(pieces: Sequence[Piece]) -> dict[int, Creneau]:
    """The slots of pieces, by rank, such that nobody is in two places; a piece that finds no room has none.

    Reproducible: the most constrained blocks first, each at the earliest slot of its least loaded day; what finds no
    room then drives others out, which look again (`reparer`).
    """
    places = _au_plus_tot(pieces)
    if len(places) == len(pieces):
        return places
    return reparer([p.bloc.occupes for p in pieces], [p.creneaux for p in pieces], places, SEMAINES)


def decouper(blocs: Iterable[APlacer]) -> list[Piece]:
    """The pieces of blocks, the most constrained blocks first."""
    ordre = sorted(blocs, key=lambda b: (-len(b.occupes), -b.heures, b.services))
    return [Piece(bloc, minutes, quinzaine) for bloc in ordre for minutes, quinzaine in _heures(bloc.heures)]


def rendre(pieces: Sequence[Piece], places: Mapping[int, Creneau]) -> tuple[list[Place], list[APlacer]]:
    """The courses of pieces that have a slot, and the blocks that have a piece without one."""
    cours = [
        Place(service, alternance, jour, debut, piece.minutes)
        for rang, piece in enumerate(pieces)
        if rang in places
        for jour, debut, alternance in [places[rang]]
        for service in piece.bloc.services
    ]
    restants = {piece.bloc.services: piece.bloc for rang, piece in enumerate(pieces) if rang not in places}
    return cours, list(restants.values())


def _au_plus_tot(pieces: Sequence[Piece]) -> dict[int, Creneau]:
    pris: dict[tuple[int, time, str], set[str]] = defaultdict(set)
    charge: dict[tuple[str, int], int] = defaultdict(int)
    places: dict[int, Creneau] = {}
    for rang, piece in enumerate(pieces):
        trouve = _chercher(piece.bloc, piece.quinzaine, pris, charge)
        if trouve is None:
            continue
        jour, debut, alternance = places[rang] = trouve
        for semaine in SEMAINES[alternance]:
            pris[jour, debut, semaine] |= piece.bloc.occupes
        for qui in piece.bloc.occupes:
            charge[qui, jour] += 1
    return places


def _heures(heures: Decimal) -> list[tuple[int, bool]]:
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
        for semaine in SEMAINES[p.alternance]:
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
