"""The copy of a base and PRONOTE's years in a browser: console, width, accessibility, and by the menus."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.navigateur.outils import LARGEURS, navigateur, verifier_accessibilite, verifier_largeur, verifier_page
from tests.services.edt.test_annee_suivante import remplir

from .conftest import ALLEMAND, MATHS, Ecole

__all__ = ["navigateur"]


def _menu(page: Page, *entrees: str) -> None:
    menu = page.get_by_role("navigation", name="Menu principal")
    for libelle in entrees[:-1]:
        menu.locator("summary").get_by_text(libelle, exact=True).click()
    menu.get_by_role("link", name=entrees[-1], exact=True).click()


def _tenir(page: Page) -> None:
    for largeur in LARGEURS:
        page.set_viewport_size({"width": largeur, "height": 900})
        verifier_largeur(page)
        verifier_accessibilite(page)


@pytest.fixture
def annees(bac: Any) -> Any:
    """2020-2021 in use and hosted, its file written; 2021-2022 with an unfinished group, mended on a copy alone."""
    ancienne, nouvelle = Ecole(bac, 2020), Ecole(bac, 2021)
    for e in (ancienne, nouvelle):
        e.demander("POST", statut=201)
        e.importer_sts()
    ancienne.importer_siecle(ancienne.export_eleves({1001: "6A", 1009: "6B"}, millesime=2020))
    remplir(ancienne)
    ancienne.demander("PUT", "/pronote/hebergement", json={"hebergee": True})
    ancienne.demander("POST", "/exports/preparation", json={"destination": "hebergee"})
    nouvelle.importer_siecle(nouvelle.export_eleves({1001: "6A", 1002: "6B"}))
    nouvelle.groupe("6ALL1", ("6A", "6B"))
    nouvelle.service("6ALL1", ALLEMAND, 2, 40102)
    nouvelle.service("6A", MATHS, 0, 40103)
    nouvelle.demander("POST", "/placement")
    nouvelle.demander("POST", "/copie")
    copie = Ecole(bac, 2021)
    copie.base = f"/api/etablissements/{copie.uai}/copie/bases/2021"
    copie.service("6A", MATHS, 4, 40103)
    return ancienne, nouvelle


def test_every_page_of_these_is_clean(annees: Any, navigateur: Browser) -> None:
    """Wide and narrow: no console error, no sideways scroll, nothing that axe-core finds."""
    _, nouvelle = annees
    racine = f"{str(nouvelle.bac['edt'].base_url).rstrip('/')}/{nouvelle.uai}"
    pages = {
        "pronote-pleine": "2020/pronote",
        "hebergement": "2020/pronote/hebergement",
        "preparation": "2020/exports/preparation",
        "initialisation": "2021/imports/preparation",
        "copie": "2021/copie",
        "copie-ouverte": "copie/2021",
        "copie-export": "copie/2021/exports/sts",
        "copie-a-refaire": "2021/exports/sts",
        "codifications": "2021/imports/codifications",
    }
    page = navigateur.new_page()
    for nom, chemin in pages.items():
        verifier_page(page, f"{racine}/{chemin}", LARGEURS, f"edt-{nom}")
    page.close()


@pytest.mark.procedure("EDT-30")
@pytest.mark.procedure("EDT-44")
def test_a_trainee_follows_the_menus(annees: Any, navigateur: Browser) -> None:
    """From the copy to the base and back by « Fichier »; PRONOTE is initialised with the hosted file, and says so."""
    _, nouvelle = annees
    racine = f"{str(nouvelle.bac['edt'].base_url).rstrip('/')}/{nouvelle.uai}"
    page = navigateur.new_page()
    page.goto(f"{racine}/2021")
    _menu(page, "Fichier", "Créer une copie de la base")
    page.get_by_role("link", name="ouvrir la copie").click()
    expect(page.get_by_text("(copie, version monoposte)")).to_be_visible()
    expect(page.get_by_role("heading", name="Réparé sur la copie, à refaire sur la base réelle")).to_be_visible()
    _menu(page, "Fichier", "Avec STSWEB", "Exporter vers STSWEB")
    assert page.url.startswith(f"{racine}/copie/2021")
    page.get_by_role("button", name="Exporter avec l'assistant").click()
    expect(page.get_by_text("L'assistant s'arrête : Groupes sans effectif (1).")).to_be_visible()
    page.go_back()
    page.get_by_label("Mettre de côté : Groupes sans effectif").check()
    page.get_by_role("button", name="Exporter avec l'assistant").click()
    expect(page.get_by_role("link", name=f"emp_sts_{nouvelle.uai}_2021.xml")).to_be_visible()
    page.goto(f"{racine}/2021")
    _menu(page, "Fichier", "Avec PRONOTE")
    _menu(page, "Fichier", "Initialiser la base")
    page.get_by_role("button", name="Initialiser la base").click()
    expect(page.get_by_text("Repris de l'année précédente")).to_be_visible()
    expect(page.get_by_text("Convocation")).to_be_visible()
    expect(page.get_by_role("img", name="Photo de OBRIC1001 Léo (6A)")).to_be_visible()
    _tenir(page)
    page.close()
