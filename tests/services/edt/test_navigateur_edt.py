"""The pages added to EDT, in a browser: console, width, accessibility."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.navigateur.outils import LARGEURS, navigateur, verifier_accessibilite, verifier_largeur, verifier_page

__all__ = ["navigateur"]


@pytest.mark.parametrize("chemin", ["/exports/ent", "/pronote", "/netsynchro", "/imports/siecle"])
def test_pages_hold_in_a_browser(ecole: Any, navigateur: Browser, chemin: str) -> None:
    """No console error, no horizontal scroll, no accessibility violation."""
    base = str(ecole.bac["edt"].base_url).rstrip("/")
    page = navigateur.new_page()
    nom = f"edt{chemin.replace('/', '-')}"
    verifier_page(page, f"{base}/{ecole.uai}/2021{chemin}", LARGEURS, nom)
    page.close()


def test_a_trainee_exports_to_the_ent(ecole: Any, navigateur: Browser) -> None:
    """Without a course the refusal says what to do; with one the file is offered under its name."""
    base = f"{str(ecole.bac['edt'].base_url).rstrip('/')}/{ecole.uai}/2021"
    page = navigateur.new_page()
    page.goto(f"{base}/exports/ent")
    page.get_by_role("button", name="Exporter").click()
    expect(page.get_by_text("La base n'a aucun cours placé à exporter vers l'ENT.")).to_be_visible()
    ecole.demander("POST", "/placement")
    page.goto(f"{base}/exports/ent")
    page.get_by_role("button", name="Exporter").click()
    expect(page.get_by_role("link", name="EDT_KOSMOS.xml")).to_be_visible()
    for largeur in LARGEURS:
        page.set_viewport_size({"width": largeur, "height": 900})
        verifier_largeur(page)
        verifier_accessibilite(page)
    page.close()
