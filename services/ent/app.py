"""The ENT: accounts, classes and groups made from the AAF's feeds."""

from __future__ import annotations

from fastapi import FastAPI

from services.ent import api, models, screens
from services.ent.batches import LOTS
from services.ent.traces import tracer
from shared.http.application import creer_application
from shared.http.service import Reglages, ServiceDef

SERVICE = ServiceDef(
    nom="ent",
    titre="ENT",
    metadata=models.Base.metadata,
    envoi=models.Envoi,
    journal=models.Journal,
    tracer=tracer,
    lots=LOTS,
    appelle={"aaf": "demande"},
)


def create_app(reglages: Reglages) -> FastAPI:
    """The application."""
    return creer_application(SERVICE, reglages, [api.routeur, screens.routeur])
