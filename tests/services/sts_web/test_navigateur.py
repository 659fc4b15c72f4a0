"""The main pages in a browser: no script error, no sideways scroll, no accessibility violation."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.navigateur.outils import LARGEURS, navigateur, verifier_page

__all__ = ["navigateur"]

PAGES = (
    "",
    "/structure",
    "/structure/modification?genre=D&code=6A",
    "/services/changement-support?origine=40102",
    "/imports/emploi-du-temps",
    "/exports/services",
    "/bascule",
    "/campagne",
    "/ressources/locales",
    "/services/gestion",
    "/services/modification?numero=1",
    "/exports/emploi-du-temps",
)


@pytest.mark.navigateur
def test_main_pages_are_accessible(navigateur: Browser, ecole: Any) -> None:
    """The pages that the procedures use open cleanly, wide and narrow."""
    ecole.importer(ecole.emp_sts(groupes=(("6ALL&1", ("6A",)), ("6ALL1", ("6A", "9Z")))))
    ecole.demander("POST", "/exports/structure")
    ecole.demander("POST", "/ressources/locales", json={"nom": "ARBELAY", "prenom": "Noé"})
    base = str(ecole.bac["sts_web"].base_url).rstrip("/")
    onglet = navigateur.new_page()
    for suite in PAGES:
        for largeur in LARGEURS:
            nom = "sts-" + (suite.split("?")[0].strip("/").replace("/", "-") or "accueil")
            verifier_page(onglet, f"{base}/{ecole.uai}/{ecole.annee}{suite}", largeur, nom)
    onglet.close()
