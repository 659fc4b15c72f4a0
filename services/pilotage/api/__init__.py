"""The control room's web service."""

from __future__ import annotations

from services.pilotage.api import acces, calendrier, consultation, fautes, fichiers, horloge, mondes, suivi
from shared.http.routes import Routeur

routeur = Routeur()
routeur.include_router(horloge.routeur)
routeur.include_router(consultation.routeur)
routeur.include_router(suivi.routeur)
routeur.include_router(calendrier.routeur)
routeur.include_router(fichiers.routeur)
routeur.include_router(acces.routeur)
routeur.include_router(mondes.routeur)
routeur.include_router(fautes.routeur)
