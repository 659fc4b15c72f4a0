"""The control room's web service."""

from __future__ import annotations

from fastapi import APIRouter

from services.pilotage.api import consultation, horloge

routeur = APIRouter()
routeur.include_router(horloge.routeur)
routeur.include_router(consultation.routeur)
