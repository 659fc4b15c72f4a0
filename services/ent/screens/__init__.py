"""The pages of the ENT, under the menu names of the real one (ENT-25)."""

from __future__ import annotations

from pathlib import Path

from services.ent.screens import (
    accueil,
    administration,
    cas,
    comptes,
    connecteurs,
    emploi_du_temps,
    mon_ent,
    oidc,
    pedagogie,
    projets,
    protocoles,
    secrets_connecteurs,
    usages,
    vie_scolaire,
)
from shared.http.routes import Routeur
from shared.screens.pages import gabarits

gabarits("ent", Path(__file__).parent.parent / "templates", titre="ENT")

routeur = Routeur(include_in_schema=False)
for module in (accueil, projets, mon_ent, cas, protocoles, connecteurs, pedagogie, comptes, administration):
    routeur.include_router(module.routeur)
for module in (emploi_du_temps, vie_scolaire, usages, secrets_connecteurs, oidc):
    routeur.include_router(module.routeur)
