"""UAI: seven digits and a check letter.

Source: reference SIECLE section 12.2, reference nomenclatures section 5.2.
"""

from __future__ import annotations

import re

_LETTRES = "ABCDEFGHJKLMNPRSTUVWXYZ"
_FORME = re.compile(r"[0-9]{7}[A-Z]")
_PREFIXES_RESERVES = ("096", "097", "098")


def cle_uai(numero: str) -> str:
    """The check letter of seven digits: element (number modulo 23) of an alphabet without I, O and Q.

    Raises `ValueError` when `numero` is not seven ASCII digits.
    """
    if not re.fullmatch(r"[0-9]{7}", numero):
        raise ValueError(f"un numéro d'UAI a sept chiffres : {numero!r}")
    return _LETTRES[int(numero) % len(_LETTRES)]


def uai_valide(uai: str) -> bool:
    """Whether `uai` is seven digits followed by their check letter, in upper case, with nothing around."""
    return _FORME.fullmatch(uai) is not None and uai[7] == cle_uai(uai[:7])


def fabriquer_uai(departement: str, numero: int) -> str:
    """The UAI of a three-digit département and a number of 0 to 9999, with its check letter.

    Nothing restricts `departement` to the reserved ones: tests need real prefixes too. Check with
    `est_reserve`. Raises `ValueError` out of these ranges.
    """
    if not re.fullmatch(r"[0-9]{3}", departement):
        raise ValueError(f"un département d'UAI a trois chiffres : {departement!r}")
    if not 0 <= numero <= 9999:
        raise ValueError(f"un numéro d'établissement va de 0 à 9999 : {numero}")
    corps = f"{departement}{numero:04d}"
    return corps + cle_uai(corps)


def est_reserve(uai: str) -> bool:
    """Whether `uai` is valid and in the ranges kept for invented schools (prefix 096, 097 or 098)."""
    return uai.startswith(_PREFIXES_RESERVES) and uai_valide(uai)
