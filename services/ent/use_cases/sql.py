"""Talking to the database by whole sets: a statement and its count, joins of whole sets."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import CursorResult, text

from shared.persistence.unite import Unite

ENTIER, GRAND = 2**31 - 1, 2**63 - 1
"""The largest integer and the largest bigint: a number beyond is nobody's."""


def executer(u: Unite, requete: str, **parametres: Any) -> int:
    """Run a statement; how many rows it touched."""
    return cast("CursorResult[Any]", u.session.execute(text(requete), parametres)).rowcount


def par_ensembles(u: Unite) -> None:
    """Until the end of the transaction, join whole sets.

    The database knows nothing yet of rows just written, believes them few, and would look them up one by one.
    """
    executer(u, "SET LOCAL enable_nestloop = off")
    executer(u, "SET LOCAL work_mem = '64MB'")
