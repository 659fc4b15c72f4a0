"""Talking to the database by whole sets: a statement and its count, a COPY within the transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

import psycopg
from psycopg import sql
from sqlalchemy import CursorResult, text
from sqlalchemy.exc import OperationalError

from services.ent.models import Base
from shared.persistence.unite import Unite


def executer(u: Unite, requete: str, **parametres: Any) -> int:
    """Run a statement; how many rows it touched."""
    return cast("CursorResult[Any]", u.session.execute(text(requete), parametres)).rowcount


def copier(u: Unite, table: type[Base], colonnes: Sequence[str], lignes: Iterable[Sequence[Any]]) -> None:
    """Write rows by COPY, in the transaction of the unit."""
    brut = cast("psycopg.Connection[Any]", u.session.connection().connection.driver_connection)
    commande = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier("ent", table.__tablename__), sql.SQL(", ").join(map(sql.Identifier, colonnes))
    )
    try:
        with brut.cursor() as curseur, curseur.copy(commande) as copie:
            for ligne in lignes:
                copie.write_row(ligne)
    except psycopg.OperationalError as erreur:
        raise OperationalError("COPY", None, erreur) from erreur  # what the kernel knows as a database that lets go


def par_ensembles(u: Unite) -> None:
    """Until the end of the transaction, join whole sets.

    The database knows nothing yet of rows just written, believes them few, and would look them up one by one.
    """
    executer(u, "SET LOCAL enable_nestloop = off")
    executer(u, "SET LOCAL work_mem = '64MB'")
