"""The service: its declaration and its application."""

from __future__ import annotations

from fastapi import FastAPI

from services.siecle_bee import models
from services.siecle_bee.acces import ACCES
from services.siecle_bee.batches import LOTS
from services.siecle_bee.exchanges import RECEPTIONS
from services.siecle_bee.traces import tracer
from shared.http.application import creer_application
from shared.http.service import Reglages, ServiceDef

SERVICE = ServiceDef(
    nom="siecle_bee",
    titre="SIECLE Base élèves",
    metadata=models.Base.metadata,
    envoi=models.Envoi,
    journal=models.Journal,
    tracer=tracer,
    lots=LOTS,
    receptions=RECEPTIONS,
    appelle={"rectorat": "envoi", "aaf": "envoi", "sts_web": "envoi"},
    acces=ACCES,
)


def create_app(reglages: Reglages) -> FastAPI:
    """The application."""
    from services.siecle_bee import api, screens  # a worker has no use for them

    return creer_application(SERVICE, reglages, [api.routeur, screens.routeur])
