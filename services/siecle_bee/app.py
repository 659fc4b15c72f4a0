"""The service: its declaration and its application."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import FastAPI

from services.siecle_bee import models
from shared.contracts.traces import Trace
from shared.http.application import creer_application
from shared.http.service import Reglages, ServiceDef
from shared.persistence.unite import Unite


def tracer(u: Unite, q: str, cles: Mapping[str, str]) -> list[Trace]:
    """Nothing is known yet."""
    return []


SERVICE = ServiceDef(
    nom="siecle_bee",
    titre="siecle_bee",
    metadata=models.Base.metadata,
    envoi=models.Envoi,
    journal=models.Journal,
    tracer=tracer,
)


def create_app(reglages: Reglages) -> FastAPI:
    """The application."""
    return creer_application(SERVICE, reglages, [])
