"""« Ressources » > ressources locales: the people whom the school declares itself."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from starlette.responses import HTMLResponse, Response

from services.sts_web.screens import saisies
from services.sts_web.screens.annees import ANNEE
from services.sts_web.screens.cadre import agir, ouvrir, page
from services.sts_web.use_cases import locales
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()


@routeur.get(ANNEE + "/ressources/locales", response_class=HTMLResponse)
def liste(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """The local people of the year, and the form of a new one."""
    c = ouvrir(u, uai, annee)
    gens = locales.lister(u, uai, annee)
    return page(request, u, c, "ressources_locales.html", "Ressources - Ressources locales", personnes=gens)


@routeur.post(ANNEE + "/ressources/locales")
def creer(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    nom: Annotated[str, Form()] = "",
    prenom: Annotated[str, Form()] = "",
    date_naissance: Annotated[str, Form()] = "",
    heures: Annotated[str, Form()] = "",
) -> Response:
    """Declare a local person."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        nombre = saisies.heures(heures, zero=True) if heures.strip() else 0.0
        saisie = locales.LocaleSaisie(nom, prenom, saisies.jour(date_naissance), nombre)
        numero = locales.creer(u, uai, annee, saisie)
        return f"La ressource locale n° {numero} est créée."

    return agir(request, u, c, "ressources/locales", action)


@routeur.post(ANNEE + "/ressources/locales/suppression")
def supprimer(request: Request, u: Ecriture, uai: str, annee: int, numero: Annotated[int, Form()]) -> Response:
    """Take a local person away."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        locales.supprimer(u, uai, annee, numero)
        return f"La ressource locale n° {numero} est supprimée."

    return agir(request, u, c, "ressources/locales", action)
