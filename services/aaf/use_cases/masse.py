"""Writing many rows at once, inside the session's transaction (architecture, "Storage": COPY, never row by row)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, cast

import psycopg
from psycopg import sql
from sqlalchemy import ARRAY, ColumnElement, Table, Text, any_, literal
from sqlalchemy.orm import InstrumentedAttribute, Session

PAQUET = 1000
"""Rows handed over at once where COPY does not fit."""


def copier(session: Session, table: Any, colonnes: Sequence[str], lignes: Iterable[Sequence[Any]]) -> None:
    """COPY rows into a mapped table. JSON columns take text. The rows must not be there yet."""
    cible = cast(Table, table.__table__)
    session.flush()
    brute = session.connection().connection.driver_connection
    assert isinstance(brute, psycopg.Connection)
    requete = sql.SQL("COPY {}.{} ({}) FROM STDIN").format(
        sql.Identifier(str(cible.schema)),
        sql.Identifier(cible.name),
        sql.SQL(", ").join(map(sql.Identifier, colonnes)),
    )
    with brute.cursor() as curseur, curseur.copy(requete) as copie:
        for ligne in lignes:
            copie.write_row(ligne)


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
