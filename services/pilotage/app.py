"""The control room: wires the rooms, nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from services.pilotage import models
from services.pilotage.use_cases.diffusion import Diffusion
from services.pilotage.use_cases.horloge import Cadence
from services.pilotage.use_cases.journaux import Memoire
from services.pilotage.use_cases.voisins import Voisins
from shared.contracts.traces import Trace
from shared.http.application import creer_application
from shared.http.service import Reglages, ServiceDef
from shared.persistence.acces import SERVICES
from shared.persistence.bacs import GestionBacs
from shared.persistence.unite import Unite


def tracer(u: Unite, q: str, cles: Mapping[str, str]) -> list[Trace]:
    """Pilotage knows nobody: it joins what the others say."""
    return []


SERVICE = ServiceDef(
    nom="pilotage",
    titre="Poste de pilotage",
    metadata=models.Base.metadata,
    envoi=models.Envoi,
    journal=models.Journal,
    tracer=tracer,
    appelle={nom: "demande" for nom in SERVICES if nom != "pilotage"},
)


def create_app(reglages: Reglages) -> FastAPI:
    """The application; its own lifespan resumes interrupted steps and sends live listeners home at the end."""
    if reglages.acces_gestion is None:
        raise ValueError("pilotage needs the role that owns the bacs")
    from services.pilotage import api, screens  # a worker has no use for them

    app = creer_application(SERVICE, reglages, [api.routeur, screens.routeur])
    screens.monter_statique(app)
    noyau = app.state.noyau

    app.state.voisins = Voisins(noyau)

    def lacher(bac: str) -> None:
        noyau.lacher(bac)
        app.state.voisins.lacher(bac)

    app.state.gestion = GestionBacs(reglages.acces_gestion, lacher, reglages.racine)
    app.state.diffusion = Diffusion()
    app.state.cadence = Cadence(noyau, app.state.gestion, app.state.diffusion)
    app.state.memoire = Memoire(app.state.voisins)
    vie_commune = app.router.lifespan_context

    @asynccontextmanager
    async def vie(application: FastAPI) -> AsyncIterator[None]:
        async with vie_commune(application):
            await run_in_threadpool(app.state.cadence.reprendre_tout)
            yield
            app.state.diffusion.fermer()
            app.state.voisins.fermer()
            await run_in_threadpool(app.state.cadence.fermer)

    app.router.lifespan_context = vie
    return app
