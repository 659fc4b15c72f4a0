"""What the application keeps while it runs, for the routes and the pages."""

from __future__ import annotations

from typing import cast

from fastapi import Request

from services.pilotage.use_cases.diffusion import Diffusion
from services.pilotage.use_cases.horloge import Cadence
from services.pilotage.use_cases.journaux import Memoire
from services.pilotage.use_cases.poste import Poste, lire_poste
from services.pilotage.use_cases.voisins import Voisins
from shared.http.dependances import noyau
from shared.persistence.bacs import GestionBacs


def cadence(request: Request) -> Cadence:
    """What moves the clocks."""
    return cast(Cadence, request.app.state.cadence)


def gestion(request: Request) -> GestionBacs:
    """What keeps the bacs."""
    return cast(GestionBacs, request.app.state.gestion)


def diffusion(request: Request) -> Diffusion:
    """What tells the events."""
    return cast(Diffusion, request.app.state.diffusion)


def memoire(request: Request) -> Memoire:
    """What was read of the services' journals."""
    return cast(Memoire, request.app.state.memoire)


def voisins(request: Request) -> Voisins:
    """What asks the other services."""
    return cast(Voisins, request.app.state.voisins)


def poste(request: Request) -> Poste:
    """Where the bac of the request stands; its connection is given back at once.

    A page asks the services, which may ask for a connection of pilotage in their turn: none is held meanwhile.
    """
    return _lire(request, avec_lots=True)


def horloge_du_poste(request: Request) -> Poste:
    """The same without the batches of the nights."""
    return _lire(request, avec_lots=False)


def _lire(request: Request, *, avec_lots: bool) -> Poste:
    lu = lire_poste(noyau(request).fabrique, cadence(request), gestion(request), request.state.bac, avec_lots=avec_lots)
    request.state.horloge = lu.horloge
    request.state.donnees_reelles = lu.donnees_reelles
    return lu
