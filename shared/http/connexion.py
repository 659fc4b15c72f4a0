"""The sign-in page of an installation protected by RENTREE_JETON: the token becomes a cookie of this service.

Source: architecture, "How it runs": cookies are named by service, with path `/`.
"""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from shared.contracts.refus import Refus
from shared.http.dependances import noyau
from shared.http.routes import Routeur
from shared.screens.pages import rendre_commun

routeur = Routeur(include_in_schema=False)


@routeur.get("/connexion")
def page(request: Request) -> Response:
    """The form."""
    return rendre_commun(request, "connexion.html", titre="Connexion")


@routeur.post("/connexion")
def entrer(request: Request, jeton: Annotated[str, Form()]) -> Response:
    """Check the token and leave the cookie. Raises `JETON_REFUSE` (401)."""
    n = noyau(request)
    if not n.reglages.jeton or not hmac.compare_digest(jeton, n.reglages.jeton):
        raise Refus(
            "Ce jeton n'est pas celui de l'installation.",
            code="JETON_REFUSE",
            statut=401,
            remede="Il est dans la variable RENTREE_JETON de la personne qui l'a démarrée.",
        )
    reponse = RedirectResponse(f"{request.state.base}/", 303)
    reponse.set_cookie(
        f"rentree_{n.service.nom}", jeton, httponly=True, samesite="strict", path=request.state.base or "/"
    )
    return reponse
