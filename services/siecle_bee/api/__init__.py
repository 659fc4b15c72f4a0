"""The web service of SIECLE BEE: thin routes, one module per menu."""

from __future__ import annotations

from services.siecle_bee.api import bases, echanges, eleves, importations, nomenclatures, responsables
from shared.http.routes import Routeur

routeur = Routeur(prefix="/api", tags=["SIECLE BEE"])
for module in (bases, nomenclatures, importations, eleves, responsables, echanges):
    routeur.include_router(module.routeur)
