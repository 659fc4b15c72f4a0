"""The page *Fonctionnement*: the drawings of the guides, at the hours of this bac (AAF-12)."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import HTMLResponse

from services.aaf.screens.cadre import ecrans
from services.aaf.use_cases.fonctionnement import DESSINS, fonctionnement
from shared.http.dependances import Lecture, noyau
from shared.http.routes import Routeur
from shared.screens.liens import lien_vers

routeur = Routeur()


@routeur.get("/fonctionnement")
def montrer(request: Request, u: Lecture) -> HTMLResponse:
    """How the directory is fed, and what it feeds."""
    return ecrans.rendre(
        request,
        "fonctionnement.html",
        titre="Fonctionnement",
        chaine=fonctionnement(u),
        dessins=DESSINS,
        carte=lien_vers(noyau(request).reglages.adresses, u.bac.nom, "pilotage"),
    )
