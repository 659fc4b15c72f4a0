"""Faults of a connector, switched on and off on its page."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from jinja2 import Environment
from starlette.responses import Response

from services.ent.use_cases import fautes
from shared.contracts.fautes import FAUTES, FautePosee
from shared.contracts.refus import Refus
from shared.http.dependances import Ecriture
from shared.http.routes import Routeur
from shared.screens.pages import rediriger

routeur = Routeur(prefix="/connecteurs")
GRAINE_MAXIMALE = 2**31 - 1


@routeur.post("/{code}/fautes")
def poser(
    request: Request,
    u: Ecriture,
    code: str,
    faute: Annotated[str, Form(max_length=60)] = "",
    graine: Annotated[str, Form(max_length=12)] = "1",
) -> Response:
    """Switch one on."""
    if not (graine.isascii() and graine.isdecimal() and int(graine) <= GRAINE_MAXIMALE):
        raise Refus("La graine n'est pas un nombre entier.", code="FAUTE_REGLAGE", remede="Écrivez un nombre, comme 1.")
    fautes.poser(u, code, FautePosee(faute=faute, graine=int(graine)))
    return rediriger(request, f"/connecteurs/{code}", f"La faute « {faute} » est posée.")


@routeur.post("/{code}/fautes/retrait")
def retirer(request: Request, u: Ecriture, code: str) -> Response:
    """Switch all off."""
    fautes.retirer(u, code)
    return rediriger(request, f"/connecteurs/{code}", "Les fautes sont retirées.")


def decrire(env: Environment) -> None:
    """What the pages of connectors call to show theirs."""
    env.globals.update(
        fautes_posees=fautes.posees,
        fautes_connues=FAUTES,
        fautes_possibles=lambda protocole: [(n, f"{n} : {FAUTES[n].quoi}") for n in fautes.possibles(protocole)],
    )
