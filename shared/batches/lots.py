"""Declaring a nightly batch: a name of the night timetable, how it is split, what a part does.

Source: architecture, "Nights". A batch is declared once, next to what it does (services/*/batches.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

if TYPE_CHECKING:
    from shared.persistence.unite import Unite


class PartAFaire(Struct, frozen=True):
    """A part of a batch: its key (unique in the batch and the instant) and plain JSON data.

    `plan` allots, in sorted order, every identifier that will reach a file, and hands it over in `donnees`.
    """

    cle: str
    donnees: dict[str, Any] = field(default_factory=dict)


class Lot(Struct, frozen=True):
    """A nightly batch.

    Arguments: `nom`, the name of its slot in the night timetable (shared/horloge/nuits.py); `libelle`, French, for
    the journal; `planifier(unite, instant)` gives the parts, in sorted order, none when there is nothing to do;
    `executer(unite, part)` does one part in the transaction of `unite` and gives its counts
    (`nb`, `nb_refus` and anything else worth the journal; no name, no INE); `paquet`, how many parts a worker takes
    at a time, each still in a transaction of its own: more than one where they are light.
    """

    nom: str
    libelle: str
    planifier: Callable[[Unite, datetime], Sequence[PartAFaire]]
    executer: Callable[[Unite, PartAFaire], dict[str, Any]]
    paquet: int = 1
