"""The web service of STS-Web: thin routes over the use cases, one module per menu."""

from __future__ import annotations

from services.sts_web.api import annees, besoins, echanges, etats, moyens, services, structure
from shared.http.routes import Routeur

routeur = Routeur(prefix="/api", tags=["STS-Web"])
for module in (annees, structure, services, besoins, moyens, etats, echanges):
    routeur.include_router(module.routeur)
