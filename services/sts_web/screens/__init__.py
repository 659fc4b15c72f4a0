"""The pages of STS-Web, under the real application's menu names (STS-01 to STS-05)."""

from __future__ import annotations

from services.sts_web.screens import annees, echanges, locales, remplacements, services, structure
from shared.http.routes import Routeur

routeur = Routeur(include_in_schema=False)
for _module in (annees, structure, locales, services, remplacements, echanges):
    routeur.include_router(_module.routeur)
