"""The rectorat's pages: EPP and GI/GC, AFFELNET, nomenclatures, bascule, INE registry, assistance."""

from __future__ import annotations

from services.rectorat.screens import accueil, agents, campagnes
from shared.http.routes import Routeur

routeur = Routeur(include_in_schema=False)
for _partie in (accueil, agents, campagnes):
    routeur.include_router(_partie.routeur)
