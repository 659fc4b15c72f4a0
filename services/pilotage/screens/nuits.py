"""The clock: its buttons, the nights to come, going back before one of them."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Form, Request
from starlette.responses import HTMLResponse, Response

from services.pilotage.api.etat import cadence, diffusion, gestion
from services.pilotage.screens.cadre import PosteLu, chemin_sur, page
from services.pilotage.use_cases.retour import revenir
from shared.contracts.refus import Refus
from shared.horloge.horloge import analyser_instant, instant_fr
from shared.horloge.nuits import horaire
from shared.http.routes import Routeur
from shared.screens.pages import rediriger

routeur = Routeur()

LOTS = {
    "rectorat_diffusion": ("Diffusion du rectorat (EPP, nomenclatures, INE, certificats)", "Rectorat"),
    "bee_depots": ("Import des liens élève-groupe déposés", "SIECLE BEE"),
    "remontee_bee": ("Remontée de la base élèves vers l'AAF", "SIECLE BEE"),
    "remontee_sts": ("Remontée de STS-Web vers l'AAF", "STS-Web"),
    "remontee_rectorat": ("Remontée du rectorat vers l'AAF", "Rectorat"),
    "aaf_integration": ("Intégration des remontées", "AAF"),
    "aaf_alimentation": ("Alimentation écrite pour l'ENT", "AAF"),
    "ent_gar": ("Export de l'ENT vers le GAR", "ENT"),
    "ent_alimentation": ("Import de l'alimentation", "ENT"),
    "edt_envoi_ent": ("Envoi de l'emploi du temps à l'ENT", "EDT"),
}


@routeur.get("/horloge")
def horloge(request: Request, lu: PosteLu) -> HTMLResponse:
    """The nights to come, and how long what is deposited now takes to reach the ENT."""
    nuits = horaire(lu.profil)
    return page(
        request,
        lu,
        "horloge.html",
        "Horloge et nuits",
        lots=LOTS,
        suite=nuits.suite(lu.instant, lu.fuseau),
        trajet=nuits.trajet(lu.instant, lu.fuseau),
    )


@routeur.post("/horloge/avance")
def avancer(
    request: Request,
    lu: PosteLu,
    mode: Annotated[Literal["lot", "nuit", "24h", "48h", "instant"], Form()],
    instant: Annotated[str, Form()] = "",
    retour: Annotated[str, Form()] = "/",
) -> Response:
    """Start a step of the clock, and go back to the page that asked."""
    try:
        but = analyser_instant(instant, lu.horloge) if mode == "instant" else None
        cadence(request).demander(lu.bac, mode, but)
    except Refus as refus:
        return _dire(request, retour, refus)
    return rediriger(request, chemin_sur(retour))


@routeur.post("/horloge/retour")
def reculer(
    request: Request,
    lu: PosteLu,
    numero: Annotated[int, Form()],
    confirme: Annotated[str, Form()] = "",
    retour: Annotated[str, Form()] = "/",
) -> Response:
    """« Revenir avant la nuit »: put the bac back as a snapshot was, once confirmed."""
    if confirme != "oui":
        return page(
            request,
            lu,
            "confirmer.html",
            "Revenir avant la nuit ?",
            action="/horloge/retour",
            champs={"numero": numero, "retour": chemin_sur(retour)},
            phrases=("Tout ce qui a été fait depuis cet instantané sera perdu, dans toutes les applications.",),
            ok="Revenir",
            annuler=chemin_sur(retour),
        )
    try:
        copie = revenir(cadence(request), gestion(request), diffusion(request), lu.bac, numero)
    except Refus as refus:
        return _dire(request, retour, refus)
    return rediriger(
        request, chemin_sur(retour), f"Toute la chaîne est revenue au {instant_fr(copie.instant, lu.fuseau)}."
    )


def _dire(request: Request, retour: str, refus: Refus) -> Response:
    """The refusal as a message on the page that asked."""
    phrase = " ".join(p for p in (refus.phrase, refus.remede) if p)
    return rediriger(request, chemin_sur(retour), phrase, "erreur")
