"""The ENT's web service."""

from __future__ import annotations

from services.ent.api import (
    annuaire,
    connecteurs,
    emploi_du_temps,
    fautes,
    gar,
    notifications,
    oneroster,
    oneroster_carnet,
    oneroster_csv,
    saml,
    scim,
    secrets_connecteurs,
    signatures,
    usages,
)
from shared.http.routes import Routeur

routeur = Routeur()
for module in (
    annuaire,
    emploi_du_temps,
    usages,
    connecteurs,
    fautes,
    secrets_connecteurs,
    saml,
    signatures,
    oneroster_csv,
    oneroster_carnet,
    oneroster,
    scim,
    notifications,
):
    routeur.include_router(module.routeur)
routeur.include_router(gar.api)
routeur.include_router(gar.publique)
