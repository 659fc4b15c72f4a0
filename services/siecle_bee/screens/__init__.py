"""The pages of SIECLE, under the menu names of the real application: one module per menu."""

from __future__ import annotations

from pathlib import Path

from services.siecle_bee.screens import accueil, echanges, fiches, importations, modules, responsables
from shared.http.routes import Routeur
from shared.screens.pages import gabarits

gabarits("siecle_bee", Path(__file__).parent.parent / "templates", titre="SIECLE | Base élèves")

routeur = Routeur(include_in_schema=False)
for module in (accueil, fiches, responsables, importations, echanges, modules):
    routeur.include_router(module.routeur)
