"""Syntax of the codes that travel: MEF, matière, code de gestion, division and group codes.

Source: reference nomenclatures section 0.2 (MEF, matière); STS-19, STS-20, STS-21, STS-22 (structures).
"""

from __future__ import annotations

import re

LONGUEUR_STRUCTURE = 8
"""Longest division or group code; a *profil académique* may allow 20 (STS-21)."""

CARACTERES_STRUCTURE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 _-"
"""What the guides allow in a division or group name: letters, digits, space, « - » and « _ »."""

_MEF = re.compile(r"[0-9A-Z]{11}")
_MATIERE = re.compile(r"[0-9A-Z]{6}")
_GESTION = re.compile(r"[0-9A-Z][0-9A-Z &.-]{0,4}")


def code_mef_valide(code: str) -> bool:
    """Whether `code` has the shape of a MEF: 11 characters, three digits first, letters possible after."""
    return _MEF.fullmatch(code) is not None and code[:3].isdecimal()


def code_matiere_valide(code: str) -> bool:
    """Whether `code` has the shape of a matière: 6 digits or capitals (local matières hold letters)."""
    return _MATIERE.fullmatch(code) is not None


def code_gestion_valide(code: str) -> bool:
    """Whether `code` has the shape of a code de gestion: 1 to 5 characters (« AGL 8 », « PH-CH »)."""
    return _GESTION.fullmatch(code) is not None


def caracteres_interdits(code: str) -> str:
    """The characters of `code` that STS-Web refuses in a structure name, each once, in their order."""
    return "".join(dict.fromkeys(c for c in code if c not in CARACTERES_STRUCTURE))


def code_structure_valide(code: str, longueur: int = LONGUEUR_STRUCTURE) -> bool:
    """Whether a division or group code can be kept by STS-Web.

    `longueur` is the most characters allowed (8, or 20 where the profil académique says so). Spaces inside
    are allowed, not at either end: codes are compared after trimming.
    """
    return 0 < len(code) <= longueur and code == code.strip() and not caracteres_interdits(code)
