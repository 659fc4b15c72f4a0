"""The ENT: accounts, classes and groups made from the AAF's feeds."""

from __future__ import annotations

from fastapi import FastAPI

from services.ent import models
from services.ent.acces import ACCES
from services.ent.batches import LOTS
from services.ent.exchanges import RECEPTIONS
from services.ent.traces import tracer
from services.ent.use_cases.connecteurs import ecrire
from services.ent.use_cases.livraison_dehors import livrer
from services.ent.use_cases.rencontre import FautesEnChemin
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
    receptions=RECEPTIONS,
    appelle={"aaf": "demande"},
    acces=ACCES,
    dehors=livrer,
    differe=ecrire,
)


def create_app(reglages: Reglages) -> FastAPI:
    """The application."""
    from services.ent import api, screens  # a worker has no use for them

    app = creer_application(SERVICE, reglages, [screens.connectes, api.routeur, screens.routeur])
    app.add_middleware(FautesEnChemin)
    return app
