"""The timetable software (EDT, PRONOTE): its declaration and its application."""

from __future__ import annotations

from fastapi import FastAPI

from services.edt import models
from services.edt.acces import ACCES
from services.edt.batches import LOTS
from services.edt.exchanges import RECEPTIONS
from services.edt.traces import tracer
from shared.http.application import creer_application
from shared.http.service import Reglages, ServiceDef

SERVICE = ServiceDef(
    nom="edt",
    titre="Emploi du temps",
    metadata=models.Base.metadata,
    envoi=models.Envoi,
    journal=models.Journal,
    tracer=tracer,
    lots=LOTS,
    receptions=RECEPTIONS,
    appelle={"siecle_bee": "demande", "rectorat": "envoi", "ent": "demande"},
    acces=ACCES,
)


def create_app(reglages: Reglages) -> FastAPI:
    """The application."""
    from services.edt import api, screens  # a worker has no use for them

    return creer_application(SERVICE, reglages, [api.routeur, screens.routeur])
