"""Choosing a school and a year, home of the year, bascule, changement d'année."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from starlette.responses import HTMLResponse, Response

from services.sts_web.rules.annees import CONSEIL_BASCULE, RECONDUCTIBLES
from services.sts_web.screens.cadre import GABARITS, agir, ouvrir, page
from services.sts_web.use_cases import alertes, bascule, etablissements, exports, lecture, messages
from shared.horloge.annees import libelle_annee
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()
ANNEE = "/{uai}/{annee:int}"

GENRES = {
    "structure": "Exports > Structure",
    "services": "Exports > Services",
    "services_editeur": "Exports > Services (éditeur privé)",
    "emploi_du_temps": "Exports > Emploi du temps",
}


@routeur.get("/", response_class=HTMLResponse)
def accueil(request: Request, u: Lecture) -> HTMLResponse:
    """Choose a school and a year (STS-06)."""
    return GABARITS.rendre(
        request,
        "accueil.html",
        titre="Choix de l'établissement et de l'année",
        menu=(),
        barre=(),
        version="",
        etablissements=etablissements.lister(u),
    )


@routeur.get(ANNEE, response_class=HTMLResponse)
def annee_choisie(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """Home of the year: what it holds, and what was exported of it."""
    c = ouvrir(u, uai, annee)
    structure = messages.structure(u, uai, annee)
    services = messages.services(u, uai, annee)
    return page(
        request,
        u,
        c,
        "annee.html",
        "Accueil",
        nombres=(
            ("Divisions", len(structure.divisions)),
            ("Groupes", len(structure.groupes)),
            ("Ressources", len(lecture.personnes(u, uai, annee)[0])),
            ("Services", len(services.services)),
        ),
        alertes=alertes.alertes(u, uai, annee),
        exports=exports.derniers(u, uai, annee),
        genres=GENRES,
    )


@routeur.get(ANNEE + "/bascule", response_class=HTMLResponse)
def bascule_page(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """« Bascule »: what to carry over, and the advice."""
    c = ouvrir(u, uai, annee)
    return page(
        request,
        u,
        c,
        "bascule.html",
        "Bascule",
        conseil=CONSEIL_BASCULE,
        choix=RECONDUCTIBLES,
        annees=etablissements.decrire(u, uai).annees,
    )


@routeur.post(ANNEE + "/bascule")
def bascule_faite(
    request: Request, u: Ecriture, uai: str, annee: int, reconduire: Annotated[list[str] | None, Form()] = None
) -> Response:
    """Open the year in preparation."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        suivante = bascule.basculer(u, uai, reconduire or [])
        return f"La bascule est faite : l'année en préparation {libelle_annee(suivante)} est ouverte."

    return agir(request, u, c, "changement-annee", action)


@routeur.get(ANNEE + "/changement-annee", response_class=HTMLResponse)
def changement_annee(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """Change the year without leaving (STS-09)."""
    c = ouvrir(u, uai, annee)
    annees = etablissements.decrire(u, uai).annees
    return page(request, u, c, "changement_annee.html", "Changement d'année", annees=annees)
