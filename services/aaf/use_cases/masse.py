"""Looking for many rows at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import ARRAY, ColumnElement, Text, any_, literal
from sqlalchemy.orm import InstrumentedAttribute

PAQUET = 1000
"""Rows handed over at once where COPY does not fit."""


def parmi(colonne: InstrumentedAttribute[str], valeurs: Sequence[str]) -> ColumnElement[bool]:
    """`colonne` is one of `valeurs`, as one array: thousands of them are one parameter, read through a hash."""
    return colonne == any_(literal(list(valeurs), ARRAY(Text)))


def par_premier(paires: Iterable[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """Pairs gathered by their first member, sorted.

    A condition `a = x AND b = ANY(…)` is read through an index or a hash; `(a, b) IN (…)` is compared pair by pair.
    """
    groupes: dict[str, list[str]] = defaultdict(list)
    for premier, second in sorted(paires):
        groupes[premier].append(second)
    return sorted(groupes.items())
