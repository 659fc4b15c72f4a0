"""Cases, and what became of each: the same for every protocol."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from msgspec import Struct

from shared.contracts.refus import Refus

T = TypeVar("T")
Etat = Literal["reussi", "averti", "echoue", "sans_objet"]
LIBELLES: dict[Etat, str] = {
    "reussi": "Réussi",
    "averti": "À revoir",
    "echoue": "Échec",
    "sans_objet": "Sans objet",
}


class Cas(Struct, Generic[T], frozen=True):
    """A case: its code does not change. `pourquoi`: what goes wrong in a school where it is not so.

    `jouer(banc)` plays it; it says what was seen by `Constat`, or raises it.
    """

    code: str
    titre: str
    pourquoi: str
    jouer: Callable[[T], str]
    faute: str = ""


class Constat(Exception):
    """What a case ends with when it does not just succeed."""

    def __init__(self, etat: Etat, phrase: str) -> None:
        super().__init__(phrase)
        self.etat = etat


def echec(phrase: str) -> Constat:
    """The software does what it must not."""
    return Constat("echoue", phrase)


def averti(phrase: str) -> Constat:
    """Nothing wrong gets in, but users would suffer."""
    return Constat("averti", phrase)


def sans_objet(phrase: str) -> Constat:
    """The case could not be played, or does not apply."""
    return Constat("sans_objet", phrase)


class Verdict(Struct, frozen=True):
    """What became of a case. `echanges`: what was said between the ENT and the software, latest first."""

    code: str
    titre: str
    pourquoi: str
    faute: str
    etat: Etat
    constat: str
    duree: float
    echanges: tuple[str, ...] = ()


@dataclass
class Bilan:
    """Every verdict on a target."""

    protocole: str
    cible: str
    verdicts: list[Verdict] = field(default_factory=list)

    def combien(self, etat: Etat) -> int:
        """How many ended so."""
        return sum(v.etat == etat for v in self.verdicts)

    @property
    def conforme(self) -> bool:
        """No case failed."""
        return not self.combien("echoue")


def jouer(
    bilan: Bilan,
    catalogue: Sequence[Cas[T]],
    banc: T,
    dire: Callable[[Verdict], None],
    echanges: Callable[[], Sequence[str]] = tuple,
) -> Bilan:
    """Play a catalogue in order; each verdict is told as it comes. `echanges()`: what was said during the last case."""
    for cas in catalogue:
        debut = time.monotonic()
        etat: Etat = "reussi"
        try:
            constat = cas.jouer(banc)
        except Constat as vu:
            etat, constat = vu.etat, str(vu)
        except Refus as refus:
            etat, constat = "sans_objet", f"Rentrée n'a pas pu jouer ce cas : {refus.phrase}"
            if refus.code == "CIBLE_ILLISIBLE":
                etat, constat = "echoue", refus.phrase
        duree = time.monotonic() - debut
        verdict = Verdict(
            cas.code, cas.titre, cas.pourquoi, cas.faute, etat, constat, round(duree, 2), tuple(echanges())
        )
        bilan.verdicts.append(verdict)
        dire(verdict)
    return bilan
