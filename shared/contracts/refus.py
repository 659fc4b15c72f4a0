"""Refusals: what every application answers when it will not do something.

Source: architecture, "Nothing is lost, everything can be explained": a refusal has a stable code,
a French sentence as the real application words it, the rule that decided, and what to do next.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field


class Lieu(Struct, frozen=True):
    """Where a problem stands: file name, line (1-based), element or record, all optional."""

    fichier: str | None = None
    ligne: int | None = None
    element: str | None = None

    def __str__(self) -> str:
        parts = [self.fichier or ""]
        if self.ligne is not None:
            parts.append(f"ligne {self.ligne}")
        if self.element:
            parts.append(self.element)
        return ", ".join(p for p in parts if p)


class Refus(Exception):
    """A refusal that a person will read.

    Arguments: `code`, stable, upper case with underscores, searchable; `phrase`, a French sentence saying
    what; `remede`, a French sentence saying what to do; `statut`, the HTTP status of the API's answer;
    `lieu`, where; `regle`, the rule that decided; `details`, plain JSON values for programs.

    Subclasses may fix `code` and `statut` as class attributes.
    """

    code: str = "REFUS"
    statut: int = 422

    def __init__(
        self,
        phrase: str,
        *,
        code: str | None = None,
        remede: str | None = None,
        statut: int | None = None,
        lieu: Lieu | None = None,
        regle: str | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(phrase)
        self.phrase = phrase
        self.code = code or type(self).code
        self.statut = statut or type(self).statut
        self.remede = remede
        self.lieu = lieu
        self.regle = regle
        self.details: dict[str, Any] = details or {}

    def as_problem(self) -> dict[str, Any]:
        """The problem document of RFC 9457: `type`, `title`, `status`, `detail` and our own members."""
        problem: dict[str, Any] = {
            "type": f"urn:rentree:refus:{self.code}",
            "title": self.phrase,
            "status": self.statut,
            "code": self.code,
            "detail": " ".join(p for p in (self.phrase, self.remede) if p),
        }
        if self.remede:
            problem["remede"] = self.remede
        if self.regle:
            problem["regle"] = self.regle
        if self.lieu:
            problem["lieu"] = {
                "fichier": self.lieu.fichier,
                "ligne": self.lieu.ligne,
                "element": self.lieu.element,
            }
        if self.details:
            problem["details"] = self.details
        return problem


class Inconnu(Refus):
    """What was asked for does not exist (404)."""

    code = "INCONNU"
    statut = 404


class NuitEnCours(Refus):
    """A write came while the clock advances (409)."""

    code = "NUIT_EN_COURS"
    statut = 409


class FichierRefuse(Refus):
    """A file that cannot be taken: hostile, unreadable, of another school or year (422)."""

    code = "FICHIER_REFUSE"
    statut = 422


class Remarque(Struct, frozen=True):
    """One remark on a file that was read: code, sentence, where, what to do. Never stops a reading."""

    code: str
    phrase: str
    lieu: Lieu = field(default_factory=Lieu)
    remede: str | None = None
