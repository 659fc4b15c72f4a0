"""Montée de niveau: the MEF proposed for the coming year.

Source: procedures REC-11, BEE-21; SIECLE reference, section 12.5 (the 11th character of a MEF: 0 for a national one,
another for the variant of an académie or a school).
"""

from __future__ import annotations

from collections.abc import Collection

from shared.nomenclatures import mef_existe, mef_suivant

LONGUEUR = 11
NATIONAL = "0"


def mef_propose(code: str, connus: Collection[str]) -> str:
    """The MEF that follows `code`, "" when there is none (end of cycle, orientation) or the code says nothing.

    A local MEF is followed by the same variant of what follows its national MEF, where `connus` (the codes of the
    nomenclatures loaded last) has it; by the national one otherwise.
    """
    if mef_existe(code):
        return mef_suivant(code) or ""
    racine = code[: LONGUEUR - 1]
    if len(code) != LONGUEUR or not mef_existe(racine + NATIONAL):
        return ""
    suivant = mef_suivant(racine + NATIONAL) or ""
    variante = suivant[: LONGUEUR - 1] + code[-1]
    return variante if variante in connus else suivant
