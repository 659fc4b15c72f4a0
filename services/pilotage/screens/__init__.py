"""The control room's pages: map and clock, calendar, nights, journal, Suivre, bacs, files, health."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from services.pilotage.screens import acces, accueil, bacs, calendrier, fichiers, journal, nuits, sante, suivre
from services.pilotage.screens.cadre import STATIQUE
from shared.http.routes import Routeur

routeur = Routeur(include_in_schema=False)
for _page in (accueil, calendrier, nuits, journal, suivre, bacs, acces, fichiers, sante):
    routeur.include_router(_page.routeur)


def monter_statique(app: FastAPI) -> None:
    """Serve the style sheet and the script of the control room under /_pilotage."""
    app.mount("/_pilotage", StaticFiles(directory=STATIQUE), name="_pilotage")
