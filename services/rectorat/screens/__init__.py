"""The rectorat's pages: EPP and GI/GC, AFFELNET, nomenclatures, bascule, INE, SYSCA, EduConnect, DSI, assistance."""

from __future__ import annotations

from services.rectorat.screens import accueil, agents, arena, assistance, campagnes, nomenclatures, remontees
from shared.http.routes import Routeur

routeur = Routeur(include_in_schema=False)
for _partie in (accueil, agents, arena, campagnes, nomenclatures, remontees, assistance):
    routeur.include_router(_partie.routeur)
