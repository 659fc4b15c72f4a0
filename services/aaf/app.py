"""The annuaire académique fédérateur: remontées, exclusions, numbering, feeds of the ENT projects."""

from __future__ import annotations

from fastapi import FastAPI

from services.aaf import models
from services.aaf.acces import ACCES
from services.aaf.batches import LOTS
from services.aaf.exchanges import RECEPTIONS
from services.aaf.traces import tracer
from shared.http.application import creer_application
from shared.http.service import Reglages, ServiceDef

SERVICE = ServiceDef(
    nom="aaf",
    titre="Annuaire académique fédérateur",
    metadata=models.Base.metadata,
    envoi=models.Envoi,
    journal=models.Journal,
    tracer=tracer,
    lots=LOTS,
    receptions=RECEPTIONS,
    acces=ACCES,
)


def create_app(reglages: Reglages) -> FastAPI:
    """The application."""
    from services.aaf import api, screens  # a worker has no use for them

    return creer_application(SERVICE, reglages, [api.routeur, screens.routeur])
