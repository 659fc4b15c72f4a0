"""Sharing the lessons of a discipline among its teachers.

Source: reference nomenclatures section 3.6 (hours due) and 6.5; the rule that nobody is more than 3 hours away
from what he owes is ours.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from rentree.population.contexte import tirer
from rentree.population.services import Lot
from shared.nomenclatures import grade, grades

PoidsGrades = Literal["poids_clg", "poids_lgt", "poids_lp"]
"""How common each grade is: in collèges, in lycées, in lycées professionnels."""

EPS = "L1900"
HEURES_AS = Decimal(3)
ECART_MAX = Decimal(3)

_GRADES_COURANTS = ("certifiés", "agrégés", "contractuels")
_SEUIL_POSTE = Decimal(4)


@dataclass(eq=False)
class Poste:
    """A post to be filled: its grade, the lessons a full post owes (association sportive apart), those it holds.

    `cours_dus` is what its holder owes here: less than `plein` when he completes his service elsewhere.
    """

    discipline: str
    grade: str
    plein: Decimal
    cours_dus: Decimal
    lots: list[Lot] = field(default_factory=list)

    @property
    def partage(self) -> bool:
        """Whether the post is shared with another school."""
        return self.cours_dus < self.plein

    @property
    def heures(self) -> Decimal:
        """Hours of lessons held."""
        return sum((lot.heures for lot in self.lots), Decimal(0))

    @property
    def activite(self) -> Decimal:
        """Hours owed outside lessons."""
        return HEURES_AS if self.discipline == EPS else Decimal(0)

    def libre_pour(self, lot: Lot) -> bool:
        """Whether nothing the post holds is taught at the same time as the lot."""
        return all(not (lot.exclusions & autre.exclusions) for autre in self.lots)


def tirer_grade(hasard: random.Random, discipline: str, poids: PoidsGrades = "poids_clg") -> str:
    """A grade fit for the discipline, by the weights of a kind of school."""
    courants = (*_GRADES_COURANTS, "PLP") if poids == "poids_lp" else _GRADES_COURANTS
    corps = ("PEPS",) if discipline == EPS else courants
    return tirer(hasard, [(g.code, float(getattr(g, poids))) for g in grades() if g.corps in corps])


def _poste(hasard: random.Random, discipline: str, poids: PoidsGrades) -> Poste:
    code = tirer_grade(hasard, discipline, poids)
    cours = Decimal(grade(code).heures_dues) - (HEURES_AS if discipline == EPS else 0)
    return Poste(discipline, code, cours, cours)


def _ouvrir(hasard: random.Random, discipline: str, lots: list[Lot], ajout: int, poids: PoidsGrades) -> list[Poste]:
    """Enough posts for the hours and for what is taught at the same time, the last ones partial."""
    reste = sum((lot.heures for lot in lots), Decimal(0))
    simultanes = max(sum(1 for x in lots if x is lot or x.exclusions & lot.exclusions) for lot in lots)
    postes: list[Poste] = []
    while reste >= _SEUIL_POSTE or len(postes) < simultanes + ajout:
        postes.append(_poste(hasard, discipline, poids))
        reste -= postes[-1].plein
    for poste in reversed(postes):
        if reste >= 0:
            break
        retrait = min(-reste, poste.plein - _SEUIL_POSTE)
        poste.cours_dus -= retrait
        reste += retrait
    return postes


def repartir(hasard: random.Random, discipline: str, lots: list[Lot], poids: PoidsGrades = "poids_clg") -> list[Poste]:
    """Give every lot to a post; returns the posts that hold some. `lots` is not empty.

    Nobody holds more than `ECART_MAX` hours over a full post. A post under its due becomes a shared one: its
    holder owes here what he teaches here. Long lots first, each to the post with the most room.
    """
    for ajout in range(len(lots) + 1):
        postes = _ouvrir(hasard, discipline, lots, ajout, poids)
        for lot in sorted(lots, key=lambda x: (-x.heures, x.demandes[0].structure, x.second)):
            libres = [p for p in postes if p.libre_pour(lot)]
            max(libres, key=lambda p: p.cours_dus - p.heures).lots.append(lot)
        if all(p.heures <= p.plein + ECART_MAX for p in postes):
            break
    servis = [p for p in postes if p.lots]
    for poste in servis:
        poste.cours_dus = poste.plein if poste.heures >= poste.plein - ECART_MAX else poste.heures
    return servis
