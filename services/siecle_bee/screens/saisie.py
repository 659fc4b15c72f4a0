"""Affectation, Saisie en masse: many pupils at once.

Source: procedures BEE-21 to BEE-24.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import Request
from starlette.responses import Response

from services.siecle_bee.models import BaseEleves
from services.siecle_bee.screens.cadre import BASE, chemin, page
from services.siecle_bee.screens.fiches import DIVISION, NAISSANCE, NOM, en_liste
from services.siecle_bee.screens.formulaires import Formulaire
from services.siecle_bee.use_cases import bases, fiches, modification
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.nomenclatures import liste
from shared.persistence.unite import Unite
from shared.screens.composants import Colonne
from shared.screens.pages import rediriger

routeur = Routeur()

COLONNES_SAISIE = (
    "Choix",
    replace(NOM, titre="Élève"),
    NAISSANCE,
    Colonne("An dernier", "an_dernier", par=lambda f: f.eleve.an_dernier.get("code_structure", "")),
    Colonne("MEF", "mef", par=lambda f: f.eleve.mef or f.eleve.mef_propose),
    DIVISION,
    Colonne("Régime", "regime", par=lambda f: f.eleve.regime),
    "Refus",
)


@routeur.get(BASE + "/affectation")
@routeur.get(BASE + "/saisie-en-masse")
def saisie(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """Affectation, Saisie en masse: pupils by last year's division, MEF proposed."""
    return _page_saisie(request, u, bases.base(u, uai, millesime))


def _page_saisie(request: Request, u: Unite, b: BaseEleves, refus: list[dict[str, Any]] | None = None) -> Response:
    affectation = request.url.path.endswith("/affectation")
    lues = [f for f in fiches.toutes(u, b) if not f.sorti]
    choix = request.query_params.get("choix", "sans_division")
    if choix == "sans_division":
        lues = [f for f in lues if not f.eleve.division]
    elif choix:
        lues = [f for f in lues if f.eleve.division == choix]
    return page(
        request,
        u,
        b,
        "saisie.html",
        "Affectation" if affectation else "Saisie en masse",
        liste=en_liste(request, lues, COLONNES_SAISIE),
        choix=choix,
        refus={r["eleve_id"]: r for r in refus or ()},
        mefs=bases.mefs_profiles(u, b),
        divisions=bases.divisions(u, b),
        regimes=[(e.code, e.libelle_court) for e in liste("regimes")],
    )


@routeur.post(BASE + "/affectation")
@routeur.post(BASE + "/saisie-en-masse")
def enregistrer_saisie(request: Request, u: Ecriture, uai: str, millesime: int, form: Formulaire) -> Response:
    """Write the lines of the form; « pour tous » fills the ticked ones."""
    b = bases.base(u, uai, millesime)
    lignes = [
        modification.LigneSaisie(
            eleve_id,
            form.get("tous_mef") or form.get(f"mef_{eleve_id}") or None,
            form.get("tous_division") or form.get(f"division_{eleve_id}") or None,
            None,
            form.get("tous_regime") or form.get(f"regime_{eleve_id}") or None,
        )
        for eleve_id in form.numeros("eleve")
    ]
    bilan = modification.saisir_en_masse(u, b, lignes)
    if bilan["refuses"]:
        return _page_saisie(request, u, b, bilan["refus"])
    suite = "affectation" if request.url.path.endswith("/affectation") else "saisie-en-masse"
    return rediriger(request, chemin(b, suite), f"{bilan['modifies']} élève(s) mis à jour.")
