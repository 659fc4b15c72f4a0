"""What the files gave, joined: the state between reading and completing. Everything here may still be missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rentree.population import Adresse, Agent, Eleve, Lien, Responsable, Service

INVENTE = "inventé"


@dataclass
class DivisionLue:
    """A division: its level (6 to 3, 2 to 0), MEF, pupils expected for each MEF and in all (None: not said)."""

    code: str
    libelle: str
    niveau: int
    mefs: dict[str, int | None] = field(default_factory=dict)
    prevu: int | None = None


@dataclass
class GroupeLu:
    """A group: divisions, matières taught, pupils expected, members (ELEVE_ID), slots of its courses if known.

    `barrette`: with which groups it is taught, when that was decided here.
    """

    code: str
    libelle: str
    divisions: list[str] = field(default_factory=list)
    matieres: list[str] = field(default_factory=list)
    prevu: int | None = None
    membres: list[int] = field(default_factory=list)
    creneaux: frozenset[tuple[object, ...]] = frozenset()
    barrette: str | None = None


@dataclass
class Ecole:
    """The school as the files describe it; `completer` steps fill in what is missing.

    `partis`: pupils whose exit the files record; `an_dernier`: (UAI, MEF, division) of last year by pupil, each
    None when not said; `principaux`: professeur principal by division.
    """

    divisions: dict[str, DivisionLue] = field(default_factory=dict)
    groupes: dict[str, GroupeLu] = field(default_factory=dict)
    services: list[Service] = field(default_factory=list)
    agents: list[Agent] = field(default_factory=list)
    principaux: dict[str, int] = field(default_factory=dict)
    eleves: list[Eleve] = field(default_factory=list)
    partis: list[Eleve] = field(default_factory=list)
    an_dernier: dict[int, tuple[str | None, str | None, str | None]] = field(default_factory=dict)
    responsables: list[Responsable] = field(default_factory=list)
    liens: list[Lien] = field(default_factory=list)
    adresses: list[Adresse] = field(default_factory=list)

    def division_de(self, e: Eleve) -> str | None:
        """The division of a pupil."""
        return e.scolarite.division if e.scolarite else None

    def eleves_de(self, divisions: Iterable[str]) -> list[Eleve]:
        """The pupils of some divisions, in the order of the school's list."""
        voulues = set(divisions)
        return [e for e in self.eleves if self.division_de(e) in voulues]


class Sources:
    """Where each part of what is played came from: lines without any person's name."""

    def __init__(self) -> None:
        self.lignes: list[dict[str, str]] = []

    def noter(self, partie: str, origine: str, complement: str = "") -> None:
        """Say where a part comes from: file names, « inventé », or both when files were completed."""
        texte = origine or INVENTE
        self.lignes.append({"partie": partie, "origine": f"{texte} ; {complement}" if complement else texte})
