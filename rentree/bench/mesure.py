"""A measure, and how one is taken: durations only, never a date."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable

from msgspec import Struct


class Mesure(Struct, frozen=True):
    """One line of the table.

    `valeur` is in `unite` (s, ms, ×); `plancher` names and values what it is compared with, in the same unit, when
    there is something to compare with; `visee` is the aim, in words.
    """

    nom: str
    valeur: float
    unite: str
    visee: str = ""
    plancher_nom: str = ""
    plancher: float | None = None

    @property
    def rapport(self) -> float | None:
        """How many times the floor."""
        return self.valeur / self.plancher if self.plancher else None


def duree(action: Callable[[], object]) -> float:
    """Seconds that `action` takes."""
    debut = time.perf_counter()
    action()
    return time.perf_counter() - debut


def medianes(actions: Iterable[Callable[[], object]], fois: int) -> list[float]:
    """The median duration of each action, taken in turn `fois` times: what slows the machine slows them all."""
    actions = list(actions)
    tours = [[duree(action) for action in actions] for _ in range(fois)]
    return [statistics.median(colonne) for colonne in zip(*tours, strict=True)]
