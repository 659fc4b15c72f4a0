"""The map of an académie: which schools, how large, in which secteur.

A secteur is what a basin of life has: six collèges, two lycées généraux et technologiques, one lycée professionnel.
Source: reference nomenclatures, section 6.1 (typical sizes).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle, islice

from rentree.population.academie_modeles import EcolePrevue, Genre
from rentree.population.parametres import EFFECTIF_MAX, EFFECTIF_MIN, RANG_MAX, ParametresRefuses
from shared.horloge.annees import Calendrier
from shared.identifiers import fabriquer_uai

_SECTEUR: tuple[tuple[Genre, int], ...] = (
    ("CLG", 490),
    ("LGT", 830),
    ("CLG", 790),
    ("CLG", 185),
    ("LP", 380),
    ("CLG", 440),
    ("CLG", 620),
    ("LGT", 1400),
    ("CLG", 490),
)
"""Kinds and typical sizes, in an order such that the first few schools already are of the three kinds."""

ETABLISSEMENTS_MIN = 2
MOYENNE_MAX = EFFECTIF_MAX // 3
"""The mean size above which the largest lycée would not fit in one school's block of identifiers."""


@dataclass(frozen=True, slots=True)
class ParametresAcademie:
    """An académie to invent: how many schools (no école), how many pupils in all, exactly.

    `annee`: STS year; `millesime`: BEE's; `seed`: the same one gives the same people, on any machine.
    Raises `ParametresRefuses`.
    """

    etablissements: int
    eleves: int
    seed: int | str = 1
    annee: int = 2026
    millesime: int | None = None
    calendrier: Calendrier = "nord"

    def __post_init__(self) -> None:
        """Refuse what cannot be generated, in the words of whoever typed the command."""
        if not ETABLISSEMENTS_MIN <= self.etablissements <= RANG_MAX + 1:
            raise ParametresRefuses(
                f"{self.etablissements} établissements : ce n'est pas possible.",
                remede=f"Demandez de {ETABLISSEMENTS_MIN} à {RANG_MAX + 1} établissements (--etablissements).",
            )
        if not EFFECTIF_MIN * self.etablissements <= self.eleves <= MOYENNE_MAX * self.etablissements:
            raise ParametresRefuses(
                f"{self.eleves} élèves dans {self.etablissements} établissements : ce n'est pas possible.",
                remede=f"Pour {self.etablissements} établissements, demandez de {EFFECTIF_MIN * self.etablissements} à "
                f"{MOYENNE_MAX * self.etablissements} élèves (--eleves).",
            )


def dresser(p: ParametresAcademie) -> tuple[EcolePrevue, ...]:
    """Every school of the académie, secteur after secteur; their sizes add up to what was asked for."""
    modeles = list(islice(cycle(_SECTEUR), p.etablissements))
    effectifs = _partager(p.eleves, [taille for _, taille in modeles])
    return tuple(
        EcolePrevue(rang, fabriquer_uai("096", rang + 1), genre, rang // len(_SECTEUR), effectif)
        for rang, ((genre, _), effectif) in enumerate(zip(modeles, effectifs, strict=True))
    )


def _partager(total: int, poids: list[int]) -> list[int]:
    """`total` in proportion of the weights, none under the least nor over the most that a school may have."""
    fixes: dict[int, int] = {}
    while True:
        libres = [i for i in range(len(poids)) if i not in fixes]
        reste, somme = total - sum(fixes.values()), sum(poids[i] for i in libres)
        parts = {i: reste * poids[i] // somme for i in libres}
        hors = {i: EFFECTIF_MIN for i, n in parts.items() if n < EFFECTIF_MIN}
        hors |= {i: EFFECTIF_MAX for i, n in parts.items() if n > EFFECTIF_MAX}
        if not hors:
            break
        fixes |= hors
    parts |= fixes
    manquent = total - sum(parts.values())
    for i in islice(cycle(libres), manquent):
        parts[i] += 1
    return [parts[i] for i in range(len(poids))]
