"""Looking up a row by what somebody typed: a value that the database cannot hold names nothing."""

from __future__ import annotations

from typing import TypeVar

from services.sts_web.models import Base
from shared.persistence.unite import Unite

T = TypeVar("T", bound=Base)
PLUS_GRAND = 2**31 - 1
PLUS_GRAND_AGENT = 2**63 - 1


def possible(valeur: str | int, plus_grand: int = PLUS_GRAND_AGENT) -> bool:
    """Whether a column may hold it: text without NUL, a number from 0 to `plus_grand`."""
    return "\x00" not in valeur if isinstance(valeur, str) else 0 <= valeur <= plus_grand


def chercher(u: Unite, table: type[T], cle: tuple[str | int, ...]) -> T | None:
    """The row of that primary key, or None."""
    return u.session.get(table, cle) if all(possible(v) for v in cle) else None
