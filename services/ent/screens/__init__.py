"""The pages of the ENT, under the menu names of the real one (ENT-25)."""

from __future__ import annotations

from pathlib import Path

from services.ent.screens import (
    accueil,
    administration,
    cas,
    cas_validation,
    comptes,
    connecteurs,
    emploi_du_temps,
    fautes,
    federation,
    gar,
    mon_ent,
    notifications,
    oidc,
    pedagogie,
    projets,
    protocoles,
    saml,
    secrets_connecteurs,
    signatures,
    usages,
    vie_scolaire,
)
from shared.http.routes import Routeur
from shared.screens.pages import gabarits

fautes.decrire(gabarits("ent", Path(__file__).parent.parent / "templates", titre="ENT").env)

connectes = Routeur(include_in_schema=False)
"""What software asks, by the hundred in a second: to be looked for before any page."""
connectes.include_router(cas_validation.routeur)

routeur = Routeur(include_in_schema=False)
for module in (accueil, projets, mon_ent, cas, protocoles, connecteurs, pedagogie, comptes):
    routeur.include_router(module.routeur)
for module in (administration, fautes, emploi_du_temps, vie_scolaire, usages, secrets_connecteurs, oidc, gar):
    routeur.include_router(module.routeur)
for module in (saml, federation, notifications, signatures):
    routeur.include_router(module.routeur)
