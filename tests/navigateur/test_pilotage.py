"""The control room in a browser: every page, wide and narrow, and a map that moves with the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from shared.contracts import echanges as msg
from shared.identifiers import fabriquer_uai

from .outils import (  # noqa: F401 - `navigateur` is a fixture
    CAPTURES,
    LARGEURS,
    navigateur,
    verifier_accessibilite,
    verifier_largeur,
    verifier_page,
)

pytestmark = pytest.mark.navigateur

UAI = fabriquer_uai("096", 7)
PAGES = {
    "carte": "/",
    "horloge": "/horloge",
    "journal": "/journal",
    "suivre": "/suivre?q=talbour",
    "suivre-vide": "/suivre?q=personne",
    "bacs": "/bacs",
    "sante": "/sante",
}


def peupler(bac: Any) -> None:
    """A school, an agent and nomenclatures in the rectorat, then one night."""
    ecole = msg.EtablissementMsg(uai=UAI, nom="DES CARTES", commune="VALFONTAINE")
    agents = [
        msg.AgentMsg(
            id=70001 + rang,
            nom_usage=f"TALBOUR{'' if rang == 0 else rang}",
            prenom="Inès",
            date_naissance=date(1980, 5, 4),
            affectations=(msg.AffectationAgentMsg(uai=UAI),) if rang < 2 else (),
        )
        for rang in range(3)
    ]
    rectorat = bac["rectorat"]
    assert rectorat.post("/api/etablissements", json=[ecole.model_dump(mode="json")]).status_code == 201
    assert rectorat.post("/api/agents", json=[a.model_dump(mode="json") for a in agents]).status_code == 201
    assert rectorat.post("/api/nomenclatures", json={"jeu": "national"}).status_code == 201


@pytest.fixture
def adresse(bac: Any) -> str:
    """A bac with something in it, one night old: the address of its control room."""
    peupler(bac)
    bac.avancer("nuit")
    agent = msg.AgentMsg(id=70009, nom_usage="VERNOULT", prenom="Abel", date_naissance=date(1971, 1, 2))
    assert bac["rectorat"].post("/api/agents", json=[agent.model_dump(mode="json")]).status_code == 201
    return f"{bac.installation.implantation.adresses['pilotage']}/b/{bac.nom}"


@pytest.fixture
def page(navigateur: Browser) -> Iterator[Page]:  # noqa: F811
    """A page of its own context."""
    contexte = navigateur.new_context(locale="fr-FR")
    contexte.set_default_timeout(15_000)
    yield contexte.new_page()
    contexte.close()


def test_every_page_is_readable_wide_and_narrow(page: Page, adresse: str, bac: Any) -> None:
    """At 1280 and 390 px no page has a console error, a sideways scroll or an accessibility fault."""
    for nom, chemin in {**PAGES, "bac": f"/bacs/{bac.nom}"}.items():
        for largeur in LARGEURS:
            verifier_page(page, adresse + chemin, largeur, f"pilotage-{nom}")


def test_pages_hold_in_the_dark(navigateur: Browser, adresse: str) -> None:  # noqa: F811
    """The map and an investigation stay readable in a dark colour scheme."""
    contexte = navigateur.new_context(color_scheme="dark")
    page = contexte.new_page()
    for nom in ("carte", "suivre"):
        verifier_page(page, adresse + PAGES[nom], 1280, f"pilotage-{nom}-sombre")
    contexte.close()
