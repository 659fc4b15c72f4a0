"""Converting files of the chain between generations of their format; repairing an encoding.

`convertir` and `reparer` are the whole of it; `rapport` describes what they return. Neither terminal nor HTTP here.
"""

from __future__ import annotations

from shared.formats.conversion.cibles import VERSIONS, Cles
from shared.formats.conversion.conversion import ReglagesConversion, convertir, reparer
from shared.formats.conversion.edt import Chiffrement
from shared.formats.conversion.rapport import Ecart, RapportConversion, Sort

NON_PORTES: tuple[str, ...] = (
    "l'écriture des exports de SIECLE au profil d'avant 2018",
    "les exports hors contrat (BEE_EPHC_…), qui n'ont pas de forme courante",
    "la correspondance des parentés à un caractère d'avant 2018, dont la liste n'est pas publique",
    "EXP_COURS, UDCal, emp_sts et l'AAF du premier degré, qui n'ont qu'une génération",
    "les éléments que nos lecteurs ne connaissent pas : ils sont dits, et non écrits",
)
"""What cannot be converted, or not wholly."""

__all__ = [
    "NON_PORTES",
    "VERSIONS",
    "Chiffrement",
    "Cles",
    "Ecart",
    "RapportConversion",
    "ReglagesConversion",
    "Sort",
    "convertir",
    "reparer",
]
