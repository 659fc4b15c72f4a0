"""The weeks of a timetable: masks of ExportEmploiDuTemps, and the keys that never change.

Source: reference sts-edt, section 5.3 (« Semaines », « Links to other systems »).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta

SEMAINE_MAX = 53
_ALPHABET = "2345789ABCDEFGHJKMNPQRSTUVWXYZ"
_LONGUEUR_IDPN = 16


def masque(semaines: Iterable[int]) -> int:
    """The mask of weeks numbered from 1: bit n for week n, bit 0 never used. `ValueError` beyond 1 to 53."""
    valeur = 0
    for semaine in semaines:
        if not 1 <= semaine <= SEMAINE_MAX:
            raise ValueError(f"semaine hors de l'année : {semaine}")
        valeur |= 1 << semaine
    return valeur


def semaines_du_masque(valeur: int) -> tuple[int, ...]:
    """The weeks of a mask, in order; bit 0 is left out."""
    return tuple(n for n in range(1, max(valeur.bit_length(), 1)) if valeur >> n & 1)


def numero_semaine(jour: date, premier_jour_semaine1: date) -> int:
    """The number of the week that holds a day: 1 for the week beginning on `premier_jour_semaine1`."""
    return (jour - premier_jour_semaine1).days // 7 + 1


def jours_du_masque(valeur: int, jour: int, premier_jour_semaine1: date) -> tuple[date, ...]:
    """The dates of a course: `jour` from 1 (the first day of the week) to 7, in the weeks of the mask."""
    debut = premier_jour_semaine1 + timedelta(days=jour - 1)
    return tuple(debut + timedelta(weeks=n - 1) for n in semaines_du_masque(valeur))


def fabriquer_idpn(*parties: str) -> str:
    """A key of the shape of `IDPN` (16 characters), always the same for the same parts (UAI, kind, number)."""
    nombre = int.from_bytes(hashlib.sha256("\x1f".join(parties).encode()).digest(), "big")
    signes: list[str] = []
    for _ in range(_LONGUEUR_IDPN):
        nombre, reste = divmod(nombre, len(_ALPHABET))
        signes.append(_ALPHABET[reste])
    return "".join(signes)
