"""The web service of SIECLE BEE: thin routes, one module per menu."""

from __future__ import annotations

from services.siecle_bee.api import (
    bases,
    complements,
    echanges,
    eleves,
    importations,
    logiciel_prive,
    nomenclatures,
    recherches,
    responsables,
)
from shared.http.routes import Routeur

routeur = Routeur(prefix="/api", tags=["SIECLE BEE"])
for module in (
    bases,
    nomenclatures,
    importations,
    eleves,
    responsables,
    echanges,
    logiciel_prive,
    recherches,
    complements,
):
    routeur.include_router(module.routeur)
