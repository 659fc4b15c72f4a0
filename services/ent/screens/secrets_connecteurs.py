"""The secret of a connector: shown once, on the page that answers the button. Rentrée's own."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from services.ent.screens import session
from services.ent.screens.cadre import page_de_projet
from services.ent.use_cases import connecteurs, secrets_connecteurs
from shared.http.dependances import Ecriture
from shared.http.routes import Routeur

routeur = Routeur(prefix="/connecteurs")


@routeur.post("/{code}/secret")
def donner(request: Request, u: Ecriture, code: str) -> Response:
    """Draw a secret, and show it."""
    secret = secrets_connecteurs.donner(u, session.secret(request), code)
    return page_de_projet(
        request,
        "connecteur_secret.html",
        "Secret du connecteur",
        dans=("Connecteurs", "/connecteurs"),
        connecteur=connecteurs.trouver(u, code),
        secret=secret,
    )
