"""The key that the ENT and a connector share (OAuth 1.0a, notifications, SCIM); accounts pushed to a SCIM server."""

from __future__ import annotations

from fastapi import Request
from pydantic import BaseModel

from services.ent.screens import session
from services.ent.use_cases import connecteurs, jetons_registre, provisionnement
from shared.http.dependances import Ecriture, Lecture
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


class Provisionnement(BaseModel):
    """Which accounts (AAF numbers); None for every live account."""

    comptes: list[int] | None = None


class Provisionnes(BaseModel):
    """How many accounts were put in the outbox."""

    comptes: int


@routeur.post("/{code}/provisionnement", status_code=202)
def pousser(u: Ecriture, code: str, corps: Provisionnement) -> Provisionnes:
    """Push accounts to a connector's SCIM server; they leave at once."""
    connecteur = provisionnement.trouver(u, code)
    return Provisionnes(comptes=provisionnement.pousser(u, connecteur, corps.comptes, immediat=True))
