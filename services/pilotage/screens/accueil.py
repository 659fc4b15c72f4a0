"""The home page: the map and the clock."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import HTMLResponse

from services.pilotage.api.consultation import dresser_carte
from services.pilotage.rules.chaine import TITRES
from services.pilotage.screens.cadre import PosteLu, page
from services.pilotage.screens.plan import PLANS, reperes
from shared.http.routes import Routeur

routeur = Routeur()


@routeur.get("/")
def carte(request: Request, lu: PosteLu) -> HTMLResponse:
    """The chain drawn: each exchange, what last passed, what waits and until when."""
    dressee = dresser_carte(request, lu)
    return page(
        request,
        lu,
        "carte.html",
        "Carte de la chaîne",
        carte=dressee,
        plans=PLANS,
        titres=TITRES,
        reperes={f.fleche.cle: reperes(f, lu.profil.nom) for f in dressee.fleches},
    )
