"""The buttons of connectors that the ENT calls: their signing key, shown; every account, pushed. Rentrée's own."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from services.ent.screens import session
from services.ent.screens.cadre import page_de_projet
from services.ent.use_cases import connecteurs, jetons_registre, provisionnement
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.screens.pages import rediriger

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


@routeur.post("/{code}/provisionnement")
def pousser(request: Request, u: Ecriture, code: str) -> Response:
    """Push every account to a connector's SCIM server."""
    combien = provisionnement.pousser(u, provisionnement.trouver(u, code), None, immediat=True)
    return rediriger(request, f"/connecteurs/{code}", f"{combien} comptes partent vers le logiciel.")
