"""A brake on guesses: after some failures in a row, the same one waits. In memory, by process; real durations."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from threading import Lock

from shared.contracts.refus import Refus

MAXIMUM = 10_000
"""Keys that are remembered: the oldest go."""


@dataclass
class Frein:
    """`essais` failures of one key within `fenetre` seconds, then it waits until the first of them is older."""

    essais: int = 10
    fenetre: float = 60.0
    _echecs: dict[str, deque[float]] = field(default_factory=dict)
    _verrou: Lock = field(default_factory=Lock)

    def verifier(self, cle: str, maintenant: float) -> None:
        """Raises `Refus` TROP_D_ESSAIS (429). `maintenant`: seconds of `time.monotonic()`."""
        with self._verrou:
            if len(self._recents(cle, maintenant)) >= self.essais:
                raise Refus(
                    "Trop d'essais manqués à la suite.",
                    code="TROP_D_ESSAIS",
                    statut=429,
                    remede=f"Attendez {round(self.fenetre)} secondes, puis recommencez.",
                )

    def manquer(self, cle: str, maintenant: float) -> None:
        """One failure more."""
        with self._verrou:
            recents = self._recents(cle, maintenant)
            recents.append(maintenant)
            self._echecs.pop(cle, None)
            self._echecs[cle] = recents
            while len(self._echecs) > MAXIMUM:
                del self._echecs[next(iter(self._echecs))]

    def reussir(self, cle: str) -> None:
        """The right answer: what came before is forgotten."""
        with self._verrou:
            self._echecs.pop(cle, None)

    def _recents(self, cle: str, maintenant: float) -> deque[float]:
        recents = self._echecs.get(cle, deque())
        while recents and maintenant - recents[0] > self.fenetre:
            recents.popleft()
        return recents
