"""The rectorat's pages: EPP and GI/GC, AFFELNET, nomenclatures, bascule, INE registry, assistance."""

from __future__ import annotations

from fastapi import APIRouter

from services.rectorat.screens import accueil, agents, campagnes

routeur = APIRouter(include_in_schema=False)
for _partie in (accueil, agents, campagnes):
    routeur.include_router(_partie.routeur)
