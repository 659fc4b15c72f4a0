"""Keeping what is exchanged with a connector, from a route of the event loop."""

from __future__ import annotations

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from services.ent.use_cases import connecteurs
from services.ent.use_cases.connecteurs import Cahier
from shared.http.dependances import noyau
from shared.persistence.breve import ouvrir_breve


async def garder(
    request: Request, cahier: Cahier, genre: str, demande: str, reponse: str, code: str = "", dit: str = ""
) -> None:
    """Keep an exchange: in memory for a moment, or at once when the connector has faults, which the answer meets."""
    if not connecteurs.noter_plus_tard(noyau(request).fabrique, cahier, genre, demande, reponse, code, dit):
        await run_in_threadpool(_noter, request, cahier, genre, demande, reponse, code, dit)


def _noter(request: Request, cahier: Cahier, *dit: str) -> None:
    with ouvrir_breve(noyau(request).fabrique, cahier.bac) as u:
        connecteurs.noter(u, cahier.connecteur, *dit)
