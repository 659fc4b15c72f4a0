"""The ENT's web service."""

from __future__ import annotations

from services.ent.api import annuaire, connecteurs, emploi_du_temps, fautes, secrets_connecteurs, usages
from shared.http.routes import Routeur

routeur = Routeur()
for module in (annuaire, emploi_du_temps, usages, connecteurs, fautes, secrets_connecteurs):
    routeur.include_router(module.routeur)
