"""INE of the national registry (RNIE): nine digits and a two-letter key.

Source: reference SIECLE section 12.1: the key is 97 minus the number modulo 97, its two digits written with
the letters A to K (no I) standing for 0 to 9.
"""

from __future__ import annotations

import re

_CHIFFRES = "ABCDEFGHJK"
_FORME = re.compile(r"[0-9]{9}[A-HJK]{2}")

INE_NUMERO_MIN = 990_000_000
INE_NUMERO_MAX = 999_999_999


def cle_ine(numero: int) -> str:
    """The two letters of the key of a nine-digit number. Raises `ValueError` out of 0 to 999 999 999."""
    if not 0 <= numero <= INE_NUMERO_MAX:
        raise ValueError(f"un numéro d'INE a neuf chiffres : {numero}")
    cle = 97 - numero % 97
    return _CHIFFRES[cle // 10] + _CHIFFRES[cle % 10]


def fabriquer_ine(numero: int) -> str:
    """The INE of `numero`, which must be in the reserved range 990 000 000 to 999 999 999.

    Raises `ValueError` outside it: the project writes no INE that could be a real pupil's.
    """
    if not INE_NUMERO_MIN <= numero <= INE_NUMERO_MAX:
        raise ValueError(f"numéro d'INE hors de la plage réservée : {numero}")
    return f"{numero:09d}{cle_ine(numero)}"


def ine_valide(ine: str) -> bool:
    """Whether `ine` has the shape of an RNIE number and the right key, in upper case."""
    return _FORME.fullmatch(ine) is not None and ine[9:] == cle_ine(int(ine[:9]))


def est_ine_reserve(ine: str) -> bool:
    """Whether `ine` is valid and belongs to the range kept for invented pupils."""
    return ine_valide(ine) and int(ine[:9]) >= INE_NUMERO_MIN
