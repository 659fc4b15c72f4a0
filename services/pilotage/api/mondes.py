"""Described worlds, put in a bac by whoever tests a software; where the applications of this installation are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from fastapi import Request

from shared.contracts.mondes import MondeDecrit, MondeMis
from shared.http.dependances import noyau
from shared.http.routes import Routeur

routeur = Routeur(prefix="/api", tags=["mondes"])

Constructeur = Callable[[MondeDecrit, str, bool], MondeMis]


@routeur.get("/installation")
def lire_installation(request: Request) -> Mapping[str, str]:
    """The base address of each application."""
    return noyau(request).reglages.adresses


@routeur.post("/mondes", status_code=201)
def poser_monde(request: Request, corps: MondeDecrit) -> MondeMis:
    """Put schools and people in this bac, as their applications hold them before the night; their numbers, and what
    must become of each in the ENT."""
    return _construire(request, corps, dire=False)


@routeur.post("/mondes/annonce")
def annoncer_monde(request: Request, corps: MondeDecrit) -> MondeMis:
    """What putting that world in this bac would answer; nothing is put."""
    return _construire(request, corps, dire=True)


def _construire(request: Request, monde: MondeDecrit, *, dire: bool) -> MondeMis:
    construire = cast(Constructeur, request.app.state.construire)
    return construire(monde, request.state.bac, dire)
