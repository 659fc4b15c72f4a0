"""Every address of every service, asked for by a school that it is not of."""

from __future__ import annotations

import re
from typing import Any

import pytest

from shared.persistence.acces import SERVICES
from shared.security.acces import DROITS, Identite

from .conftest import AUTRE, UAI

TOUT = Identite("chef", "Chef", "Chef d'établissement", "essai", UAI, tuple(DROITS))
"""Of one school, with every right: nothing but the school can refuse him."""


def adresses(application: Any) -> list[tuple[str, str]]:
    """(method, path) of every route, its parameters filled in with the other school's."""
    trouvees = []
    for route in application.routes:
        for methode in sorted(getattr(route, "methods", None) or ()):
            chemin = re.sub(r"\{uai(:\w+)?\}", AUTRE, route.path)
            trouvees.append((methode, re.sub(r"\{\w+(:\w+)?\}", "2021", chemin)))
    return trouvees


@pytest.mark.parametrize("service", SERVICES)
def test_no_address_of_another_school_opens(installation: Any, service: str) -> None:
    """Whatever the right that it wants, an address that names another school is refused for that."""
    application = installation.applications[service]
    regles = application.state.noyau.service.acces
    nommees = [(m, c) for m, c in adresses(application) if AUTRE in c]
    ouvertes = [
        (m, c) for m, c in nommees if (r := regles.refus(TOUT, m, c)) is None or r.code != "AUTRE_ETABLISSEMENT"
    ]
    assert ouvertes == []
    assert nommees or service == "pilotage"


@pytest.mark.parametrize("service", SERVICES)
def test_an_address_without_school_says_why_it_opens(installation: Any, service: str) -> None:
    """To a school, only addresses declared « soi », open to all, or of the académie's own rights are not refused."""
    application = installation.applications[service]
    regles = application.state.noyau.service.acces
    for methode, chemin in adresses(application):
        if AUTRE not in chemin and regles.refus(TOUT, methode, chemin) is None:
            exigence = regles.exigence(methode, chemin)
            assert exigence.libre or exigence.droit is None or exigence.porte == "soi", (methode, chemin)
