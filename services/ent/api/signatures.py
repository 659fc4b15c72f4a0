"""The key that the ENT and a connector share to sign: OAuth 1.0a requests, notifications."""

from __future__ import annotations

from fastapi import Request
from pydantic import BaseModel

from services.ent.screens import session
from services.ent.use_cases import connecteurs, jetons_registre
from shared.http.dependances import Lecture
from shared.http.routes import Routeur

routeur = Routeur(prefix="/api/connecteurs", tags=["connecteurs"])


class CleDeSignature(BaseModel):
    """The key, in clear."""

    cle: str


@routeur.post("/{code}/signature")
def dire(request: Request, u: Lecture, code: str) -> CleDeSignature:
    """The signing key of a connector; it changes with the connector's secret. Kept nowhere, told to who asks here."""
    connecteur = connecteurs.trouver(u, code)
    return CleDeSignature(cle=jetons_registre.cle_de_signature(u, session.secret(request), connecteur))
