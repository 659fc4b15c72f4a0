"""The pages of STS-Web, under the real application's menu names (STS-01 to STS-05)."""

from __future__ import annotations

from services.sts_web.screens import (
    annees,
    besoins,
    campagnes,
    echanges,
    etats,
    informations,
    locales,
    moyens,
    remplacements,
    services,
    structure,
)
from shared.http.routes import Routeur

routeur = Routeur(include_in_schema=False)
_ROUTEURS = (
    annees.routeur,
    campagnes.routeur,
    structure.routeur,
    locales.routeur,
    besoins.routeur,
    services.routeur,
    moyens.routeur,
    etats.routeur,
    remplacements.routeur,
    echanges.routeur,
    informations.routeur,
)
for _partie in _ROUTEURS:
    routeur.include_router(_partie)
