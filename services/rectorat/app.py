"""The rectorat: EPP, GI/GC, AFFELNET, nomenclatures, INE registry, bascule BEE, SYSCA, EduConnect, DSI, help."""

from __future__ import annotations

from fastapi import FastAPI

from services.rectorat import models
from services.rectorat.acces import ACCES
from services.rectorat.batches import LOTS
from services.rectorat.exchanges import RECEPTIONS
from services.rectorat.traces import tracer
from shared.http.application import creer_application
from shared.http.service import Reglages, ServiceDef

SERVICE = ServiceDef(
    nom="rectorat",
    titre="Rectorat",
    metadata=models.Base.metadata,
    envoi=models.Envoi,
    journal=models.Journal,
    tracer=tracer,
    lots=LOTS,
    receptions=RECEPTIONS,
    appelle={"sts_web": "envoi", "siecle_bee": "envoi", "aaf": "envoi", "edt": "envoi"},
    acces=ACCES,
)


def create_app(reglages: Reglages) -> FastAPI:
    """The application."""
    from services.rectorat import api, screens  # a worker has no use for them

    return creer_application(SERVICE, reglages, [api.routeur, screens.routeur])
