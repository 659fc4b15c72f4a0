"""The AAF in a browser: every page, wide and narrow."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.navigateur.outils import LARGEURS, navigateur, verifier_page

from . import jeu_aaf as jeu

__all__ = ["navigateur"]
pytestmark = pytest.mark.navigateur


def test_every_page_is_clean(bac: Any, navigateur: Browser) -> None:
    """Every page, empty then filled, at both widths: no console error, no sideways scroll, nothing for axe-core."""
    adresse = str(bac["aaf"].base_url).rstrip("/")

    def regarder(pages: dict[str, str]) -> None:
        page = navigateur.new_page()
        for nom, chemin in pages.items():
            verifier_page(page, adresse + chemin, LARGEURS, f"aaf-{nom}", 404 if nom == "refus" else 200)
        page.close()

    regarder({"accueil-vide": "/", "projets-vide": "/projets", "annuaire-vide": "/annuaire"})
    chaine = jeu.Chaine(bac)
    arret = {"debut": "2021-12-18", "fin": "2022-01-02", "motif": "Vacances de Noël"}
    chaine.projet(jeu.A, jeu.B, calendrier={"jours_sans": [0], "jours_complets": [2, 5], "suspensions": [arret]})
    eleves = [jeu.eleve(1, groupes=("3AGR1", "X")), jeu.eleve(2, "3Z"), jeu.eleve(3, mef="99999999999")]
    chaine.bee(jeu.A, eleves=eleves, responsables=[jeu.responsable(1)], liens=[jeu.lien(1, 1)])
    chaine.rectorat(jeu.A, jeu.agent(3, jeu.A, fonction="DIR"), jeu.agent(5, jeu.A))
    chaine.jusqu_a(2)
    regarder(
        {
            "accueil": "/",
            "etablissement": f"/etablissements/{jeu.A}",
            "exclusions": f"/etablissements/{jeu.A}/exclusions",
            "annuaire": "/annuaire?q=nom",
            "eleve": f"/annuaire/Eleve/{chaine.numeros()[jeu.ine(1)]}",
            "structure": "/annuaire/EtabEducNat/1001",
            "projets": "/projets",
            "projet": "/projets/ENT96",
            "alimentation": "/projets/ENT96/alimentations/1",
            "fonctionnement": "/fonctionnement",
            "refus": "/projets/RIEN",
        }
    )
