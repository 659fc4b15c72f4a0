"""Shapes of the values in ExportEmploiDuTemps: text to Python and back.

Source: reference sts-edt, section 5.3 (types of the published schema, labels of places, masks).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from enum import StrEnum
from typing import Any

from msgspec import Struct

_CHIFFRES = re.compile(r"\+?\d{1,20}", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:Z|[+-]\d\d:\d\d|T[\d:.]*)?", re.ASCII)
_DATE_FR = re.compile(r"(\d\d)/(\d\d)/(\d{4})", re.ASCII)
_HEURE = re.compile(r"(\d{1,2})[:hH](\d\d)(?::(\d\d)(?:\.0+)?)?", re.ASCII)
_LETTRES = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef"
)
_SIGNES = f"{_LETTRES}0-9.\\-\u00b7\u0300-\u036f\u203f-\u2040"
_JETON = re.compile(f"[{_SIGNES}:]+")
NOM_XML = re.compile(f"[{_LETTRES}][{_SIGNES}]*")
"""A local name of XML (sections 2.3 of XML 1.0), of the alphabets that these files may use."""
MASQUE_MAX = 2**63 - 1
"""Readers hold masks in a signed 64-bit number."""


class Sexe(StrEnum):
    """Sex of a pupil, as the file words it."""

    MASCULIN = "Masculin"
    FEMININ = "Feminin"


class Forme(Struct, frozen=True):
    """How a value is read and written (`ValueError` when it cannot be), and called in a sentence."""

    lit: Callable[[str], Any]
    ecrit: Callable[[Any], str]
    quoi: str


def _entier(maximum: int) -> Forme:
    def lit(texte: str) -> int:
        if not _CHIFFRES.fullmatch(texte) or int(texte) > maximum:
            raise ValueError(texte)
        return int(texte)

    def ecrit(valeur: int) -> str:
        if not 0 <= valeur <= maximum:
            raise ValueError(valeur)
        return str(valeur)

    return Forme(lit, ecrit, f"un nombre entier de 0 à {maximum}")


def lire_date(texte: str) -> date:
    """A day, `AAAA-MM-JJ` (an hour or a zone after it is left out) or `JJ/MM/AAAA`. Raises `ValueError`."""
    if trouve := _DATE.fullmatch(texte):
        return date(int(trouve[1]), int(trouve[2]), int(trouve[3]))
    if trouve := _DATE_FR.fullmatch(texte):
        return date(int(trouve[3]), int(trouve[2]), int(trouve[1]))
    raise ValueError(texte)


def lire_heure(texte: str) -> time:
    """An hour of the day, `HH:MM:SS`, `HH:MM` or `HHhMM`. Raises `ValueError`."""
    trouve = _HEURE.fullmatch(texte)
    if trouve is None:
        raise ValueError(texte)
    return time(int(trouve[1]), int(trouve[2]), int(trouve[3] or 0))


def _ecrire_heure(valeur: time) -> str:
    if valeur.microsecond or valeur.tzinfo is not None:
        raise ValueError(valeur)
    return valeur.isoformat("seconds")


def _jeton(texte: str) -> str:
    if not _JETON.fullmatch(texte):
        raise ValueError(texte)
    return texte


TEXTE = Forme(str, str, "un texte")
JETON = Forme(_jeton, _jeton, "un identifiant sans espace")
IDENT = _entier(2**32 - 1)
COURT = _entier(2**16 - 1)
MASQUE = _entier(MASQUE_MAX)
DATE = Forme(lire_date, date.isoformat, "une date de la forme AAAA-MM-JJ")
HEURE = Forme(lire_heure, _ecrire_heure, "une heure de la forme HH:MM:SS")
SEXE = Forme(Sexe, str, "« Masculin » ou « Feminin »")
