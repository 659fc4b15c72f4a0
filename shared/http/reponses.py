"""How a refusal is answered: a page for a browser, a problem document (RFC 9457) for a program."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import JSONResponse, Response

from shared.contracts.refus import Refus
from shared.screens.pages import rendre_refus

CHEMINS_MACHINE = ("/api/", "/_sim/", "/_echanges/")


def repondre(request: Request, refus: Refus) -> Response:
    """A refusal as a page for a browser, as a problem document for a program."""
    veut_page = "text/html" in request.headers.get("accept", "")
    if veut_page and not request.url.path.startswith(CHEMINS_MACHINE):
        return rendre_refus(request, refus)
    return JSONResponse(refus.as_problem(), refus.statut, media_type="application/problem+json")
