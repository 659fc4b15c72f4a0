"""Finding room for what found none: a piece takes the slot that disturbs least, what it drives out looks again.

Iterative forward search: the more often a piece was driven out, the dearer it is to drive out again. No chance in it:
the same pieces give the same timetable.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time

Creneau = tuple[int, time, str]
"""Day, hour, alternance (H, Q1, Q2)."""

PATIENCE = 3000
"""Moves in all, before what is still without a slot is given up."""
INTERDIT = 12
"""Moves during which a piece may not go back to the slot it was driven out of."""


@dataclass(slots=True)
class _Grille:
    """Who is where: `present[day, hour, week][who]` is a piece; `places[piece]` its slot."""

    occupes: Sequence[frozenset[str]]
    semaines: Mapping[str, tuple[str, ...]]
    present: dict[tuple[int, time, str], dict[str, int]] = field(default_factory=dict)
    places: dict[int, Creneau] = field(default_factory=dict)

    def cases(self, creneau: Creneau) -> Iterator[dict[str, int]]:
        jour, debut, alternance = creneau
        for semaine in self.semaines[alternance]:
            yield self.present.setdefault((jour, debut, semaine), {})

    def poser(self, piece: int, creneau: Creneau) -> None:
        for case in self.cases(creneau):
            case.update(dict.fromkeys(self.occupes[piece], piece))
        self.places[piece] = creneau

    def lever(self, piece: int) -> Creneau:
        creneau = self.places.pop(piece)
        for case in self.cases(creneau):
            for qui in self.occupes[piece]:
                del case[qui]
        return creneau

    def genes(self, piece: int, creneau: Creneau) -> list[int]:
        return sorted({c[q] for c in self.cases(creneau) for q in self.occupes[piece] if q in c})


def reparer(
    occupes: Sequence[frozenset[str]],
    possibles: Sequence[Sequence[Creneau]],
    places: Mapping[int, Creneau],
    semaines: Mapping[str, tuple[str, ...]],
) -> dict[int, Creneau]:
    """Slots of the pieces, at least as many of them as in `places`, and nobody in two places.

    Arguments: by piece, who cannot be elsewhere meanwhile and the slots it may take; the slots already given; the
    weeks of each alternance.
    """
    grille = _Grille(occupes, semaines)
    for piece, creneau in sorted(places.items()):
        grille.poser(piece, creneau)
    attente = deque(p for p in range(len(occupes)) if p not in places)
    chassees = [0] * len(occupes)
    interdits: dict[tuple[int, Creneau], int] = {}
    meilleures = dict(grille.places)
    for tour in range(PATIENCE):
        if not attente:
            break
        piece = attente.popleft()
        couts = []
        for rang, creneau in enumerate(possibles[piece]):
            if interdits.get((piece, creneau), -1) < tour:
                genes = grille.genes(piece, creneau)
                couts.append((sum(1 + chassees[g] for g in genes), rang, genes))
        if not couts:
            attente.append(piece)
            continue
        _, rang, genes = min(couts)
        for gene in genes:
            interdits[gene, grille.lever(gene)] = tour + INTERDIT
            chassees[gene] += 1
            attente.append(gene)
        grille.poser(piece, possibles[piece][rang])
        if len(grille.places) > len(meilleures):
            meilleures = dict(grille.places)
    return meilleures
