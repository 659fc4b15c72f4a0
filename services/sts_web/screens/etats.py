"""« Etat des services », of the school and of one teacher; « Services / discipline »."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import HTMLResponse

from services.sts_web.screens.annees import ANNEE
from services.sts_web.screens.cadre import chemin_api, matieres, ouvrir, page
from services.sts_web.use_cases import etats
from shared.contracts.refus import Inconnu
from shared.http.dependances import Lecture
from shared.http.routes import Routeur

routeur = Routeur()


@routeur.get(ANNEE + "/services/etat-des-services", response_class=HTMLResponse)
def etat(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """Hours due, done and paid of each teacher."""
    c = ouvrir(u, uai, annee)
    return page(
        request,
        u,
        c,
        "etat.html",
        "Services et ARE - Etat des services",
        etat=etats.etat(u, uai, annee),
        api=chemin_api(request, c),
    )


@routeur.get(ANNEE + "/services/etat-des-services/agent", response_class=HTMLResponse)
def etat_agent(request: Request, u: Lecture, uai: str, annee: int, numero: Annotated[int, Query()]) -> HTMLResponse:
    """The état of one teacher: support, services, ARE, HSA, indemnités."""
    c = ouvrir(u, uai, annee)
    lu = etats.etat(u, uai, annee)
    siens = [a for a in [*lu.agents, *lu.suppleants] if a.id == numero]
    if not siens:
        raise Inconnu(
            f"L'enseignant n° {numero} n'est ni dans les Ressources ni parmi les suppléants.",
            code="PERSONNE_INCONNUE",
            remede="Choisissez-le dans « Etat des services ».",
        )
    return page(
        request,
        u,
        c,
        "etat_agent.html",
        "Services et ARE - Etat des services",
        nom=siens[0].nom,
        etats=siens,
        matieres=matieres(u),
    )


@routeur.get(ANNEE + "/services/services-discipline", response_class=HTMLResponse)
def disciplines(
    request: Request, u: Lecture, uai: str, annee: int, discipline: Annotated[str | None, Query()] = None
) -> HTMLResponse:
    """Apports, services and HSA by discipline; the agents of one of them."""
    c = ouvrir(u, uai, annee)
    lu = etats.etat(u, uai, annee)
    lignes = etats.par_discipline(u, uai, annee)
    choisie = next((d for d in lignes if d.code == discipline), None)
    return page(
        request,
        u,
        c,
        "services_discipline.html",
        "Services et ARE - Services / discipline",
        lignes=lignes,
        etat=lu,
        choisie=choisie,
        agents=[a for a in lu.agents if a.enseigne and choisie and a.discipline == choisie.code],
    )
