"""Examining the files of the chain, wherever they come from: what they are, how many of what, every problem.

`examiner` is the whole of it; `rapport` describes what it returns. Neither terminal nor HTTP is known here.
"""

from __future__ import annotations

from shared.formats.examen.examen import LIBELLES, examiner
from shared.formats.examen.rapport import (
    DocumentExamine,
    Gravite,
    Probleme,
    RapportExamen,
    Recueil,
)

__all__ = ["LIBELLES", "DocumentExamine", "Gravite", "Probleme", "RapportExamen", "Recueil", "examiner"]
