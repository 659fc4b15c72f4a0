"""STS-Web: structure, services, ressources, bascule, exchanges with the timetable and BEE."""

from __future__ import annotations

from fastapi import FastAPI

from services.sts_web import models, traces
from services.sts_web.acces import ACCES
from services.sts_web.batches import LOTS
from services.sts_web.exchanges import RECEPTIONS
from shared.http.application import creer_application
from shared.http.service import Reglages, ServiceDef

SERVICE = ServiceDef(
    nom="sts_web",
    titre="STS-Web",
    metadata=models.Base.metadata,
    envoi=models.Envoi,
    journal=models.Journal,
    tracer=traces.tracer,
    lots=LOTS,
    receptions=RECEPTIONS,
    appelle={"siecle_bee": "envoi", "aaf": "envoi"},
    acces=ACCES,
)


def create_app(reglages: Reglages) -> FastAPI:
    """The application."""
    from services.sts_web import api, screens  # a worker has no use for them

    return creer_application(SERVICE, reglages, [api.routeur, screens.routeur])
