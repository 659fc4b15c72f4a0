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
    "/changement-annee",
    "/exports/structure",
    "/ressources",
    "/services/services",
    "/services/equipe-pedagogique",
    "/services-suppleants/saisie-rapide",
    "/ressources/locales",
    "/services/gestion",
    "/services/modification?numero=1",
    "/exports/emploi-du-temps",
    "/services-libres",
    "/services/rattachement",
    "/services/rattachement-are",
    "/services/consultation-are",
    "/services/hors-programme",
    "/services/etat-des-services",
    "/services/etat-des-services/agent?numero=40102",
    "/services/services-discipline?discipline=L0421",
    "/indemnites",
    "/hsa",
    "/journal",
    "/aide",
    "/guide",
    "/quoi-de-neuf",
    "/informations-pratiques",
)


# One line in each list: an empty page shows less.
SAISIES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("/are", {"agent": 40102, "code": "4105", "heures": 2}),
    ("/hsa", {"agent": 40102, "discipline": "L0421", "heures": 1.5}),
    ("/indemnites/professeurs-principaux", {"agent": 40102, "division": "6A"}),
    ("/indemnites/missions", {"agent": 40104, "mission": "REF_NUM", "montant": 1250}),
    ("/services-libres", {"structure": "6A", "matiere": "061300", "heures": 4.5}),
    ("/hors-programme", {"mef": "10010012110", "matiere": "030101", "heures": 4, "motif": "Section locale"}),
    ("/vs/validation", {}),
)


@pytest.mark.navigateur
def test_main_pages_are_accessible(navigateur: Browser, ecole: Any) -> None:
    """The pages that the procedures use open cleanly, wide and narrow."""
    ecole.importer(ecole.emp_sts(groupes=(("6ALL&1", ("6A",)), ("6ALL1", ("6A", "9Z")))))
    ecole.demander("POST", "/exports/structure")
    ecole.demander("POST", "/ressources/locales", json={"nom": "ARBELAY", "prenom": "Noé"})
    for suite, corps in SAISIES:
        ecole.demander("POST", suite, json=corps)
    base = str(ecole.bac["sts_web"].base_url).rstrip("/")
    onglet = navigateur.new_page()
    for suite in PAGES:
        nom = "sts-" + (suite.split("?")[0].strip("/").replace("/", "-") or "accueil")
        verifier_page(onglet, f"{base}/{ecole.uai}/{ecole.annee}{suite}", LARGEURS, nom)
    onglet.close()
