"""What a pseudonymisation says of itself. Codes and numbers only: no name, no INE."""

from __future__ import annotations

from typing import Any, cast

import msgspec
from msgspec import Struct, field

from shared.formats.pseudonymes.indices import Rare


class FichierRendu(Struct, frozen=True):
    """One file given back: its new name, its family (several for an archive), its records."""

    nom: str
    familles: tuple[str, ...]
    fiches: int


class FichierEcarte(Struct, frozen=True):
    """One file left out, and why. The name is as `Pseudonymes` writes it."""

    nom: str
    raison: str


class ChampVide(Struct, frozen=True):
    """A field that no table lists: its values were emptied."""

    famille: str
    champ: str
    nombre: int


class Rapport(Struct, frozen=True):
    """The whole.

    `uais`: those of the schools as the files now give them; `uai_remplace`: whether they were replaced;
    `remplaces`: values replaced, by kind; `rares`, `combinaisons_rares`, `sortants`: what can still identify, among
    `eleves` pupils; `homonymes_de_matieres`: members of staff whose name is also a subject's word, kept in labels.
    """

    fichiers: tuple[FichierRendu, ...]
    ecartes: tuple[FichierEcarte, ...]
    vides: tuple[ChampVide, ...]
    oublis: int
    uais: tuple[str, ...]
    uai_remplace: bool
    remplaces: dict[str, int] = field(default_factory=dict)
    eleves: int = 0
    rares: tuple[Rare, ...] = ()
    combinaisons_rares: int = 0
    sortants: int = 0
    homonymes_de_matieres: int = 0

    def as_json(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        return cast("dict[str, Any]", msgspec.to_builtins(self))
