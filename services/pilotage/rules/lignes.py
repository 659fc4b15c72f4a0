"""A line of a service's journal, as the control room reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


class LigneEcrite(Protocol):
    """What a row of a journal table has."""

    id: Any
    instant: Any
    sens: Any
    genre: Any
    origine: Any
    uai: Any
    annee: Any
    nb: Any
    nb_refus: Any
    libelle: Any
    resume: Any


@dataclass(frozen=True, slots=True)
class Ligne:
    """One line: who wrote it, when (simulated), what passed (`nb`) and what did not (`nb_refus`).

    `sens` is `recu` (an exchange taken in), `lot` (a batch) or `action` (a user's act).
    """

    service: str
    id: int
    instant: datetime
    sens: str
    genre: str
    libelle: str
    origine: str | None = None
    uai: str | None = None
    annee: int | None = None
    nb: int = 0
    nb_refus: int = 0
    resume: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def du_journal(cls, service: str, j: LigneEcrite) -> Ligne:
        """From a row of a journal table."""
        return cls(
            service=service,
            id=j.id,
            instant=j.instant,
            sens=j.sens,
            genre=j.genre,
            libelle=j.libelle,
            origine=j.origine,
            uai=j.uai,
            annee=j.annee,
            nb=j.nb,
            nb_refus=j.nb_refus,
            resume=j.resume or {},
        )

    @classmethod
    def du_json(cls, lu: Mapping[str, Any]) -> Ligne:
        """From an element of a service's `/_sim/journal`."""
        valeurs = {nom: lu[nom] for nom in cls.__slots__ if nom in lu}
        return cls(**{**valeurs, "instant": datetime.fromisoformat(lu["instant"]), "resume": lu.get("resume") or {}})
