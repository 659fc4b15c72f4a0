"""Comparing files of the chain: what was added, removed and modified, category by category.

`comparer` is the whole of it; `resultat` describes what it returns. Neither terminal nor HTTP is known here.
"""

from __future__ import annotations

from shared.formats.comparaison.comparaison import Cle, Reglages, comparer
from shared.formats.comparaison.delta_aaf import DeltaEcrit, ecrire_delta
from shared.formats.comparaison.resultat import (
    CategorieComparee,
    Changement,
    Comparaison,
    DocumentCompare,
    FicheModifiee,
    PaireComparee,
)

NON_PORTES: tuple[str, ...] = (
    "l'ordre des fiches, la mise en forme du XML et les éléments que nos lecteurs ne connaissent pas",
    "la date et l'heure de l'export (PARAMETRES)",
    "la différence entre un champ absent et un champ vide",
    "deux deltas d'AAF entre eux : un delta se compare une fois appliqué à une alimentation complète",
)
"""What two files may differ by that a comparison does not tell."""

__all__ = [
    "NON_PORTES",
    "CategorieComparee",
    "Changement",
    "Cle",
    "Comparaison",
    "DeltaEcrit",
    "DocumentCompare",
    "FicheModifiee",
    "PaireComparee",
    "Reglages",
    "comparer",
    "ecrire_delta",
]
