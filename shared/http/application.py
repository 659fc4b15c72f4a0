"""Building a service's FastAPI application: middleware, refusals as problem documents, common routes.

Source: architecture, "The houses" (`create_app(settings)` wires the rooms, nothing else) and RFC 9457.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from shared.contracts.refus import Refus
from shared.http import connexion, sim
from shared.http.erreurs import inconnue, mal_formee, methode_refusee
from shared.http.intergiciels import BacDuChemin, Garde
from shared.http.noyau import Noyau
from shared.http.reponses import repondre
from shared.http.routes import Aiguillage, Routeur
from shared.http.service import Reglages, ServiceDef
from shared.screens.documentation import documentation_hors_ligne
from shared.screens.pages import monter_statique

journal = structlog.get_logger("http")


def creer_application(service: ServiceDef, reglages: Reglages, routeurs: Sequence[Routeur]) -> FastAPI:
    """The application of a service.

    Arguments: `service`, its declaration; `reglages`, the settings of this process; `routeurs`, its api and screens.
    """

    @asynccontextmanager
    async def vie(app: FastAPI) -> AsyncIterator[None]:
        yield
        await app.state.noyau.directes.fermer()
        app.state.noyau.fermer()

    app = FastAPI(
        title=f"Rentrée — {service.titre}",
        version="1",
        description="Simulation : établissements et personnes inventés.",
        docs_url=None,
        redoc_url=None,
        lifespan=vie,
    )
    app.state.noyau = Noyau(service, reglages)
    for routeur in (sim.routeur, connexion.routeur, *routeurs):
        routeur.installer(app)
    monter_statique(app)
    documentation_hors_ligne(app)
    Aiguillage(app)
    app.add_exception_handler(Refus, _repondre_refus)
    app.add_exception_handler(RequestValidationError, _repondre_validation)
    app.add_exception_handler(HTTPException, _repondre_http)
    app.add_exception_handler(Exception, _repondre_panne)
    app.add_middleware(Garde, reglages=reglages, service=service)
    app.add_middleware(BacDuChemin)
    return app


async def _repondre_refus(request: Request, erreur: Exception) -> Response:
    assert isinstance(erreur, Refus)
    return repondre(request, erreur)


async def _repondre_validation(request: Request, erreur: Exception) -> Response:
    assert isinstance(erreur, RequestValidationError)
    return repondre(request, mal_formee(request, erreur))


async def _repondre_http(request: Request, erreur: Exception) -> Response:
    assert isinstance(erreur, HTTPException)
    if erreur.status_code == 404:
        return repondre(request, inconnue(request))
    if erreur.status_code == 405:
        refus, permises = methode_refusee(request)
        reponse = repondre(request, refus)
        reponse.headers["Allow"] = permises
        return reponse
    return repondre(request, Refus(str(erreur.detail), code="ERREUR_HTTP", statut=erreur.status_code))


async def _repondre_panne(request: Request, erreur: Exception) -> Response:
    journal.error("panne", chemin=request.url.path, cause=type(erreur).__name__, exc_info=erreur)
    return repondre(
        request,
        Refus(
            "L'application a rencontré une erreur qui vient d'elle.",
            code="ERREUR_INTERNE",
            statut=500,
            remede="Rien n'a été enregistré. Le journal du service en dit la cause.",
        ),
    )
