"""Fixtures of the tests of SIECLE BEE."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .ecole import AUTRE_UAI, Ecole, preparer


@pytest.fixture
def ecole(bac: Any) -> Ecole:
    """The school of the tests, base 2021-2022 open, MEF of 6e and 5e profiled."""
    return preparer(Ecole(bac))


@pytest.fixture
def nouvelle_ecole() -> Callable[..., Ecole]:
    """Makes another school in a bac: `nouvelle_ecole(bac, uai)`."""
    return lambda bac, uai=AUTRE_UAI, millesime=2021: preparer(Ecole(bac, uai, millesime))
