"""The real time, for what an unmodified software compares with its own clock: dates in tokens and in assertions.

Read here, at the edge, and given as an argument: the ENT itself judges every life on the simulated clock.
"""

from __future__ import annotations

from datetime import UTC, datetime


def heure_reelle() -> datetime:
    """The computer's, aware, UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251
