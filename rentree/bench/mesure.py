"""A measure, and how one is taken: durations only, never a date."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path

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


def temps_pris() -> tuple[float, float] | None:
    """Seconds that the host of this machine kept for itself while something wanted to run here, and seconds in all.

    All cores together, since it started. None where the system does not tell (elsewhere than on Linux).
    """
    try:
        champs = [int(x) for x in Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]]
    except OSError:
        return None
    par_seconde = os.sysconf("SC_CLK_TCK")
    return champs[7] / par_seconde, sum(champs) / par_seconde


def medianes(actions: Iterable[Callable[[], object]], fois: int) -> list[float]:
    """The median duration of each action, taken in turn `fois` times: what slows the machine slows them all."""
    actions = list(actions)
    tours = [[duree(action) for action in actions] for _ in range(fois)]
    return [statistics.median(colonne) for colonne in zip(*tours, strict=True)]
