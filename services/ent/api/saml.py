"""The metadata of a SAML software, read: what its « demande de connecteur » holds."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from shared.http.routes import Routeur

routeur = Routeur(prefix="/api/connecteurs", tags=["connecteurs"])


class MetadonneesLues(BaseModel):
    """The addresses and the settings of a connector, to be given back with a project and a name."""

    adresses: list[str]
    reglages: dict[str, Any]


@routeur.post("/saml/metadonnees")
async def lire(request: Request) -> MetadonneesLues:
    """Read metadata (the body, XML). Nothing is declared."""
    octets = await request.body()
    return await run_in_threadpool(_lire, octets)


def _lire(octets: bytes) -> MetadonneesLues:
    from services.ent.use_cases.saml import lire_metadonnees

    adresses, reglages = lire_metadonnees(octets)
    return MetadonneesLues(adresses=adresses, reglages=reglages)
