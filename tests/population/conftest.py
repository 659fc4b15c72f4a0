"""Populations that several tests look at, each invented once, when a test first wants it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from rentree.population import Parametres, Population, generer


@cache
def inventee(parametres: Parametres) -> Population:
    """The population of these parameters."""
    return generer(parametres)


@pytest.fixture
def population(request: pytest.FixtureRequest) -> Callable[[str], Population]:
    """The population of a name among the `PARAMETRES` of the module."""
    return lambda nom: inventee(request.module.PARAMETRES[nom])


@pytest.fixture
def p(request: pytest.FixtureRequest, population: Callable[[str], Population]) -> Population:
    """The population of the name that the test is given."""
    return population(request.param)
