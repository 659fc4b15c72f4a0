"""Writing many rows at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import psycopg
from psycopg import sql
from sqlalchemy import Table, text
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session


def insertion(table: type[Any]) -> Insert:
    """An INSERT for many rows of a mapped table, which must all have the same keys.

    Of the table, not of its class: that one leaves None out, hence as many statements as there are sorts of holes
    in the rows, eight times slower. A None for a JSON column is JSON's null here.
    """
    return insert(cast(Table, table.__table__))


def inserer(session: Session, table: type[Any], lignes: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, none of which is there yet."""
    if lignes:
        session.flush()
        session.execute(insertion(table), lignes)


def copier(session: Session, table: Any, colonnes: Sequence[str], lignes: Iterable[Sequence[Any]]) -> None:
    """COPY rows into a mapped table, within the session's transaction. JSON columns take text or `Jsonb`.

    The rows must not be there yet: psycopg's errors are raised. A database that lets go raises SQLAlchemy's
    `OperationalError`, as any other statement does (architecture, "Storage": COPY, never row by row).
    """
    cible = cast(Table, table.__table__)
    session.flush()
    brute = session.connection().connection.driver_connection
    assert isinstance(brute, psycopg.Connection)
    requete = sql.SQL("COPY {}.{} ({}) FROM STDIN").format(
        sql.Identifier(str(cible.schema)),
        sql.Identifier(cible.name),
        sql.SQL(", ").join(map(sql.Identifier, colonnes)),
    )
    try:
        with brute.cursor() as curseur, curseur.copy(requete) as copie:
            for ligne in lignes:
                copie.write_row(ligne)
    except psycopg.OperationalError as erreur:
        raise OperationalError("COPY", None, erreur) from erreur


def actualiser_statistiques(session: Session) -> None:
    """Have the planner look at the tables of this service to which this transaction has added a tenth of their rows.

    To be asked after a load: between two nights nobody else does, a year that the planner has not seen is one row to
    it, and a page takes ten times longer.
    """
    session.flush()
    session.execute(text("SELECT sim.actualiser_statistiques()"))
