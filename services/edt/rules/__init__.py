"""The rules of the timetable software: copies of bases, what goes out to STS-Web, placing courses. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from services.edt.rules.placement import (
    HEBDOMADAIRE,
    JOURS,
    QUINZAINES,
    SEMAINES,
    APlacer,
    AServir,
    Cle,
    Piece,
    Place,
    conflits,
    decouper,
    former_blocs,
    placer,
    rendre,
)

__all__ = [
    "COPIE",
    "HEBDOMADAIRE",
    "JOURS",
    "QUINZAINES",
    "SEMAINES",
    "SOCLE",
    "SOCLES",
    "APlacer",
    "AServir",
    "Cle",
    "Ecart",
    "Piece",
    "Place",
    "conflits",
    "decouper",
    "etablissement",
    "former_blocs",
    "motif_ecart",
    "placer",
    "rendre",
]

COPIE = "/copie"
"""What follows the UAI in the code of a copy of a base (EDT-30)."""

SOCLES = {"Skolengo": "KOSMOS"}
"""« Socle ENT », and the partner whom the file is named for."""
SOCLE = "Skolengo"


def etablissement(code: str) -> str:
    """The UAI of the school whose base, or whose copy of a base, bears `code`."""
    return code.removesuffix(COPIE)


class Ecart(Struct, frozen=True):
    """Why a service does not go to STS-Web. `voulu`: somebody set it aside, nothing is to be mended."""

    code: str
    phrase: str
    voulu: bool = False


def motif_ecart(
    *,
    exportable: bool,
    structure_connue: bool,
    matiere_connue: bool,
    professeurs: Sequence[tuple[bool, bool]],
) -> Ecart | None:
    """Why a service stays in the base, None when it goes out.

    Arguments: whether the class and the matière have a counterpart in STS-Web (a group needs none: it is created
    there); `professeurs`: for each teacher, (has a counterpart, is exportable). Source: EDT-16, EDT-18, EDT-28, EDT-29.
    """
    if not exportable:
        return Ecart("SERVICE_NON_EXPORTABLE", "Le service est « non exportable ».", voulu=True)
    if not structure_connue:
        return Ecart("CLASSE_SANS_CORRESPONDANCE", "La classe n'a pas de correspondance dans STSWEB.")
    if not matiere_connue:
        return Ecart("MATIERE_SANS_CORRESPONDANCE", "La matière n'a pas de correspondance dans STSWEB.")
    if professeurs and not any(exporte for _, exporte in professeurs):
        return Ecart("PROFESSEUR_NON_EXPORTABLE", "Ses professeurs sont « non exportables ».", voulu=True)
    if professeurs and not any(connu and exporte for connu, exporte in professeurs):
        return Ecart("PROFESSEUR_SANS_CORRESPONDANCE", "Aucun de ses professeurs n'a de correspondance dans STSWEB.")
    return None
