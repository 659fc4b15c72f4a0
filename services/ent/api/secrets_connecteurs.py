"""The secret of a connector by web service: drawn anew, told once."""

from __future__ import annotations

from fastapi import Request
from pydantic import BaseModel

from services.ent.screens import session
from services.ent.use_cases import secrets_connecteurs
from shared.http.dependances import Ecriture
from shared.http.routes import Routeur

routeur = Routeur(prefix="/api/connecteurs", tags=["connecteurs"])


class SecretDonne(BaseModel):
    """The secret, in clear: this answer is the only place where it is told."""

    secret: str


@routeur.post("/{code}/secret")
def donner(request: Request, u: Ecriture, code: str) -> SecretDonne:
    """A new secret for a connector; the one before is worth nothing from now on."""
    return SecretDonne(secret=secrets_connecteurs.donner(u, session.secret(request), code))
