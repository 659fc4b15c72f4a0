"""The page of the notifications of a connector: what happened, how deliveries go, tell again. Rentrée's own."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from starlette.responses import Response

from services.ent.api.notifications import abonne
from services.ent.rules.notifications import GENRES
from services.ent.screens.cadre import page_de_projet
from services.ent.use_cases import notifications
from shared.contracts.refus import Refus
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Message
from shared.screens.pages import rediriger

routeur = Routeur(prefix="/connecteurs/{code}/notifications")
MONTREES = 50


def _page(request: Request, u: Unite, code: str, refus: Refus | None = None) -> Response:
    connecteur = abonne(u, code)
    suivi, dernier, attend = notifications.etat(u, connecteur)
    return page_de_projet(
        request,
        "connecteur_notifications.html",
        f"Notifications : {connecteur.nom}",
        refus.statut if refus else 200,
        dans=("Connecteurs", "/connecteurs"),
        connecteur=connecteur,
        suivi=suivi,
        dernier=dernier,
        attend=attend,
        genres=GENRES,
        lignes=list(reversed(notifications.lister(u, connecteur, limite=MONTREES))),
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


@routeur.get("")
def voir(request: Request, u: Lecture, code: str) -> Response:
    """What happened, latest first, and how deliveries go."""
    return _page(request, u, code)


@routeur.post("/rejeu")
def rejouer(request: Request, u: Ecriture, code: str, depuis: Annotated[str, Form()] = "") -> Response:
    """Tell again from a number on."""
    try:
        numero = int(depuis[:12]) if depuis.isascii() and depuis.isdigit() else 0
        envois = notifications.rejouer(u, abonne(u, code), numero)
    except Refus as refus:
        u.session.rollback()
        return _page(request, u, code, refus)
    return rediriger(request, f"/connecteurs/{code}/notifications", f"{envois} envois repartent depuis le n° {numero}.")


@routeur.post("/livraison")
def livrer(request: Request, u: Ecriture, code: str) -> Response:
    """Try now what waits."""
    notifications.essayer(u, abonne(u, code))
    return rediriger(request, f"/connecteurs/{code}/notifications", "Un essai est fait : voyez les derniers échanges.")
