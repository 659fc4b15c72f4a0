"""Writing many rows at once, inside the session's transaction (architecture, "Storage": COPY, never row by row)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

import psycopg
from psycopg import sql
from sqlalchemy import Table
from sqlalchemy.orm import Session

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
