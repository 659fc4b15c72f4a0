"""Shapes of the values in the STS files: text to Python and back.

Source: reference sts-edt, section 1.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct

_ENTIER = re.compile(r"\d{1,9}", re.ASCII)
_DECIMAL = re.compile(r"\d{1,6}(?:[.,]\d{1,4})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_HHMM = re.compile(r"(\d\d|\d{1,2}(?=[:hH]))[:hH]?(\d\d)", re.ASCII)
_BOOLEENS = {"true": True, "1": True, "false": False, "0": False}
_MINUTES = 60


class Forme(Struct, frozen=True):
    """How a type is read (`ValueError` when it cannot be), written, and called in a sentence."""

    lit: Callable[[str], Any]
    ecrit: Callable[[Any], str]
    quoi: str


def _entier(texte: str) -> int:
    if not _ENTIER.fullmatch(texte):
        raise ValueError(texte)
    return int(texte)


def _decimal(texte: str) -> Decimal:
    if not _DECIMAL.fullmatch(texte):
        raise ValueError(texte)
    return Decimal(texte.replace(",", "."))


def _ecrit_decimal(valeur: Decimal) -> str:
    """At least two decimals, never fewer than the value has: what is written reads back the same."""
    exposant = valeur.as_tuple().exponent
    decimales = max(2, -exposant) if isinstance(exposant, int) else 2
    return f"{valeur:.{decimales}f}"


def _booleen(texte: str) -> bool:
    valeur = _BOOLEENS.get(texte.lower())
    if valeur is None:
        raise ValueError(texte)
    return valeur


def _date(texte: str) -> date:
    if not _DATE.fullmatch(texte):
        raise ValueError(texte)
    return date.fromisoformat(texte)


def _heures_minutes(texte: str) -> tuple[int, int]:
    trouve = _HHMM.fullmatch(texte)
    if trouve is None or int(trouve[2]) >= _MINUTES:
        raise ValueError(texte)
    return int(trouve[1]), int(trouve[2])


def _heure(texte: str) -> time:
    heures, minutes = _heures_minutes(texte)
    return time(heures, minutes)


def _duree(texte: str) -> timedelta:
    heures, minutes = _heures_minutes(texte)
    return timedelta(hours=heures, minutes=minutes)


def _ecrit_duree(duree: timedelta) -> str:
    minutes = duree // timedelta(minutes=1)
    return f"{minutes // _MINUTES:02d}{minutes % _MINUTES:02d}"


FORMES: dict[Any, Forme] = {
    str: Forme(str, str, "un texte"),
    int: Forme(_entier, str, "un nombre entier"),
    Decimal: Forme(_decimal, _ecrit_decimal, "un nombre"),
    bool: Forme(_booleen, lambda v: "true" if v else "false", "« true » ou « false »"),
    date: Forme(_date, date.isoformat, "une date de la forme AAAA-MM-JJ"),
    time: Forme(_heure, lambda v: f"{v:%H%M}", "une heure de la forme HHMM"),
    timedelta: Forme(_duree, _ecrit_duree, "une durée de la forme HHMM"),
}
