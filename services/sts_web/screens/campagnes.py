"""« Campagne »: dates, date butoir, validation of the V.S. (STS-07, STS-08, REC-18)."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from starlette.responses import HTMLResponse, Response

from services.sts_web.screens import saisies
from services.sts_web.screens.annees import ANNEE
from services.sts_web.screens.cadre import agir, chemin_api, ouvrir, page
from services.sts_web.use_cases import campagnes, validation
from shared.contracts.refus import Refus
from shared.http.acces import peut
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()


@routeur.get(ANNEE + "/campagne", response_class=HTMLResponse)
def campagne(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """The campagne « Rentrée » of the year."""
    c = ouvrir(u, uai, annee)
    return page(
        request,
        u,
        c,
        "campagne.html",
        "Campagne",
        campagne=campagnes.campagne(u, uai, annee),
        vs=validation.lire(u, uai, annee),
        api=chemin_api(request, c),
        academie=peut(request, "rectorat"),
        sud=u.profil.calendrier == "sud",
    )


@routeur.post(ANNEE + "/campagne/validation")
def valider(request: Request, u: Ecriture, uai: str, annee: int) -> Response:
    """« Valider les V.S. »."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        validation.valider(u, uai, annee)
        return "Les V.S. sont validées. Les exports restent possibles et nécessaires après chaque modification."

    return agir(request, u, c, "campagne", action)


@routeur.post(ANNEE + "/campagne/annulation")
def annuler(request: Request, u: Ecriture, uai: str, annee: int) -> Response:
    """Take the validation back."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        validation.annuler(u, uai, annee)
        return "La validation des V.S. est annulée."

    return agir(request, u, c, "campagne", action)


@routeur.post("/campagnes/{annee:int}")
def fixer(
    request: Request,
    u: Ecriture,
    annee: int,
    uai: Annotated[str, Form()],
    debut: Annotated[str, Form()] = "",
    fin: Annotated[str, Form()] = "",
) -> Response:
    """The académie fixes the dates; `uai`: the school whose page one was on."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        premier, dernier = saisies.jour(debut), saisies.jour(fin)
        if premier is None or dernier is None:
            raise Refus(
                "Le début et la fin de la campagne sont obligatoires.",
                code="DATES_ABSENTES",
                remede="Saisissez les deux dates.",
            )
        campagnes.fixer(u, annee, premier, dernier)
        return "Les dates de la campagne sont fixées pour tous les établissements."

    return agir(request, u, c, "campagne", action)
