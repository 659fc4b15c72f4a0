"""The pages of the portal and of the accesses, in a browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.navigateur.outils import LARGEURS, navigateur, verifier_page

from .conftest import ANNEE, AUTRE, UAI

__all__ = ["navigateur"]


@pytest.mark.navigateur
@pytest.mark.procedure("ACC-01", "ACC-03")
def test_a_visit_from_the_portal(academie: Any, navigateur: Browser) -> None:
    """Sign in by a button, take an entry, be refused another school, sign out: each page is clean at both widths."""
    adresses = academie.installation.implantation.adresses
    portail = f"{adresses['rectorat']}/b/{academie.nom}/arena"
    bee = f"{adresses['siecle_bee']}/b/{academie.nom}"
    contexte = navigateur.new_context()
    page = contexte.new_page()
    verifier_page(page, f"{portail}/connexion?uai={UAI}", LARGEURS, "arena-connexion")
    page.get_by_role("form", name="Se connecter : Chef d'établissement").get_by_role("button").click()
    page.wait_for_url(portail)
    verifier_page(page, portail, LARGEURS, "arena")
    page.get_by_role("link", name="Consultation", exact=True).click()
    page.goto(f"{bee}/{UAI}/{ANNEE}/eleves")
    assert page.get_by_text("« Consultation »").is_visible()
    assert page.get_by_text("Importations").count() == 0
    verifier_page(page, f"{bee}/{AUTRE}/{ANNEE}/eleves", LARGEURS, "arena-refus", statut=403)
    assert page.get_by_text("AUTRE_ETABLISSEMENT").is_visible()
    page.get_by_role("link", name="Déconnexion").click()
    page.wait_for_url(f"{portail}/connexion")
    contexte.close()


@pytest.mark.navigateur
def test_the_page_of_accounts_and_tokens(academie: Any, navigateur: Browser) -> None:
    """The page *Accès*, empty and with a token just given, is clean at both widths."""
    adresse = f"{academie.installation.implantation.adresses['pilotage']}/b/{academie.nom}/acces"
    page = navigateur.new_page()
    verifier_page(page, f"{adresse}?uai={UAI}", LARGEURS, "acces")
    page.get_by_label("Libellé").fill("Essai de page")
    page.get_by_role("button", name="Donner un jeton").click()
    page.get_by_text("Copiez-le").wait_for()
    numero = academie["pilotage"].get("/api/jetons").json()[-1]["numero"]
    academie["pilotage"].delete(f"/api/jetons/{numero}")
    page.close()
