"""The pages of SIECLE, under the menu names of the real application: one module per menu."""

from __future__ import annotations

from pathlib import Path

from services.siecle_bee.screens import (
    accueil,
    communs,
    echanges,
    familles,
    fiche,
    fiches,
    impacts,
    importations,
    logiciel_prive,
    modules,
    recherches,
    responsables,
    saisie,
    specifiques,
)
from shared.http.routes import Routeur
from shared.screens.pages import gabarits

gabarits("siecle_bee", Path(__file__).parent.parent / "templates", titre="SIECLE | Base élèves")

routeur = Routeur(include_in_schema=False)
for module in (
    accueil,
    fiches,
    fiche,
    saisie,
    recherches,
    impacts,
    responsables,
    familles,
    importations,
    specifiques,
    logiciel_prive,
    echanges,
    modules,
    communs,
):
    routeur.include_router(module.routeur)
