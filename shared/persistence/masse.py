"""Inserting many rows at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import Insert, insert
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
