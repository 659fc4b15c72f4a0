"""What is kept of a document once read, for the checks between documents: keys only, never a name.

Memory: an integer or a short text for each pupil, person and link of the set, whatever the size of the files.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from sys import intern


class Sorte(StrEnum):
    """Kinds of keys that one document defines and another cites."""

    ELEVE = "élève"
    ELEVE_PRIVE = "élève du logiciel privé"
    INE = "INE"
    PERSONNE = "personne"
    ADRESSE = "adresse"
    DIVISION = "division"
    GROUPE = "groupe"
    MEF = "MEF"
    MATIERE = "matière"
    MODALITE = "modalité de cours"
    ENSEIGNANT = "enseignant"
    ENSEIGNANT_ID = "enseignant, sans type"
    ALTERNANCE = "alternance"
    SALLE = "salle"
    REGIME = "régime"
    PARENTE = "lien de parenté"
    PROFESSION = "profession"
    STATUT = "statut"
    MOTIF_SORTIE = "motif de sortie"
    PROVENANCE = "provenance"


@dataclass(slots=True)
class Citation:
    """Where a key is first cited, and how many times."""

    ligne: int | None
    nombre: int = 1


@dataclass(slots=True)
class Cles:
    """The keys of one document.

    `definies`: key → line, by kind; `citees`: key → `Citation`, by kind. `mef_des_eleves`: ELEVE_ID → MEF;
    `ine_des_eleves`: ELEVE_ID → INE; `partis`: pupils who left; `avec_responsable`: pupils whom a link of a
    responsable names. `mefs_des_groupes`: group → its MEF. `dates_de_liens`: (début, fin) of group links → line.
    `liens`: (ELEVE_ID, INE or "", group) → line, of links whose pupil is designated by one of the two.
    `debut`, `fin`: the school year, as the document tells it; `sud`: STS year of the southern calendar.
    """

    definies: dict[Sorte, dict[Hashable, int | None]] = field(default_factory=dict)
    citees: dict[Sorte, dict[Hashable, Citation]] = field(default_factory=dict)
    mef_des_eleves: dict[int, str] = field(default_factory=dict)
    ine_des_eleves: dict[int, str] = field(default_factory=dict)
    partis: set[int] = field(default_factory=set)
    avec_responsable: set[int] = field(default_factory=set)
    mefs_des_groupes: dict[str, frozenset[str]] = field(default_factory=dict)
    dates_de_liens: dict[tuple[date | None, date | None], Citation] = field(default_factory=dict)
    liens: dict[tuple[int | str, str], int | None] = field(default_factory=dict)
    debut: date | None = None
    fin: date | None = None
    sud: bool = False

    def definit(self, sorte: Sorte, cle: Hashable, ligne: int | None) -> bool:
        """Keep a key that the document defines; False when it had it already."""
        connues = self.definies.setdefault(sorte, {})
        if cle in connues:
            return False
        connues[intern(cle) if isinstance(cle, str) else cle] = ligne
        return True

    def cite(self, sorte: Sorte, cle: Hashable | None, ligne: int | None) -> None:
        """Keep a key that the document cites; nothing when it is None or empty."""
        if cle is None or cle == "":
            return
        citees = self.citees.setdefault(sorte, {})
        citation = citees.get(cle)
        if citation is None:
            citees[cle] = Citation(ligne)
        else:
            citation.nombre += 1

    def connait(self, sorte: Sorte) -> bool:
        """Whether the document defines at least one key of this kind."""
        return bool(self.definies.get(sorte))
