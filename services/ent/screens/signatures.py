"""The signing key of a connector: shown on the page that answers the button. Rentrée's own."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from services.ent.screens import session
from services.ent.screens.cadre import page_de_projet
from services.ent.use_cases import connecteurs, jetons_registre
from shared.http.dependances import Lecture
from shared.http.routes import Routeur

routeur = Routeur(prefix="/connecteurs")


@routeur.post("/{code}/signature")
def dire(request: Request, u: Lecture, code: str) -> Response:
    """Show the key."""
    connecteur = connecteurs.trouver(u, code)
    return page_de_projet(
        request,
        "connecteur_signature.html",
        "Clé de signature",
        dans=("Connecteurs", "/connecteurs"),
        connecteur=connecteur,
        cle=jetons_registre.cle_de_signature(u, session.secret(request), connecteur),
    )
