"""« Changement support » (REP) and « Services suppléants - Saisie rapide » (SUP): STS-30 to STS-37."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Query, Request
from starlette.responses import HTMLResponse, Response

from services.sts_web.screens import saisies
from services.sts_web.screens.annees import ANNEE
from services.sts_web.screens.cadre import agir, matieres, ouvrir, page
from services.sts_web.use_cases import lecture, services
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()
SUITE = (
    "Il faut maintenant lancer « Exports » > « Structure », puis « Exports » > « Services » : ces étapes "
    "sont essentielles pour que l'enseignant arrive dans l'annuaire, puis dans l'ENT."
)


@routeur.get(ANNEE + "/services/changement-support", response_class=HTMLResponse)
def changement_support(
    request: Request, u: Lecture, uai: str, annee: int, origine: Annotated[int, Query()] = 0
) -> HTMLResponse:
    """Choose the teacher, then his services, then who takes them (STS-30 to STS-32)."""
    c = ouvrir(u, uai, annee)
    gens = lecture.personnes(u, uai, annee)[0]
    choisi = next((p for p in gens if p.id == origine), None)
    tenus = [
        (s, e)
        for s in lecture.services(u, uai, annee)
        for e in s.enseignants
        if e.id == origine and e.supplee_id is None
    ]
    return page(
        request,
        u,
        c,
        "changement_support.html",
        "Services et ARE - Changement de support",
        personnes=gens,
        choisi=choisi,
        tenus=tenus,
        matieres=matieres(u),
    )


@routeur.post(ANNEE + "/services/changement-support")
def rattacher(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    origine: Annotated[int, Form()],
    destinataire: Annotated[str, Form()] = "",
    numeros: Annotated[list[int] | None, Form()] = None,
) -> Response:
    """« Rattacher » (STS-33)."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        nb = services.changer_support(u, uai, annee, origine, saisies.personne(destinataire), numeros or [])
        return f"Services basculés : {nb}. {SUITE}"

    return agir(request, u, c, f"services/changement-support?origine={origine}", action)


@routeur.get(ANNEE + "/services-suppleants/saisie-rapide", response_class=HTMLResponse)
def saisie_rapide(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """The suppléants, to tick (STS-34, STS-35)."""
    c = ouvrir(u, uai, annee)
    titre = (
        "Services suppléants - Saisie rapide - Sélection des suppléants pour rattachement automatique "
        "des services des absents"
    )
    return page(request, u, c, "saisie_rapide.html", titre, lignes=services.suppleances(u, uai, annee))


@routeur.post(ANNEE + "/services-suppleants/saisie-rapide")
def valider(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    suppleances: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """« Valider » (STS-36)."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        faits = services.rattacher_suppleants(u, uai, annee, suppleances or [])
        return f"Services rattachés : {sum(faits.values())}. {SUITE}"

    return agir(request, u, c, "services-suppleants/saisie-rapide", action)
