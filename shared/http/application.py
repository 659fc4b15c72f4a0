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
from shared.http.intergiciels import BacDuChemin, Garde
from shared.http.noyau import Noyau
from shared.http.reponses import repondre
from shared.http.routes import Routeur
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
    champs = [
        {"champ": ".".join(str(p) for p in e["loc"]), "regle": e["type"], "message": e["msg"]} for e in erreur.errors()
    ]
    noms = ", ".join(c["champ"] for c in champs[:4])
    return repondre(
        request,
        Refus(
            f"La demande est mal formée : {noms}.",
            code="DEMANDE_MAL_FORMEE",
            statut=422,
            remede="Les champs attendus sont décrits sur la page /docs de ce service.",
            details={"champs": champs[:20]},
        ),
    )


async def _repondre_http(request: Request, erreur: Exception) -> Response:
    assert isinstance(erreur, HTTPException)
    phrases = {
        404: ("PAGE_INCONNUE", "Cette adresse n'existe pas.", "Revenez à l'accueil de l'application."),
        405: ("METHODE_REFUSEE", "Cette adresse n'accepte pas cette méthode.", "Voyez la page /docs."),
    }
    code, phrase, remede = phrases.get(erreur.status_code, ("ERREUR_HTTP", str(erreur.detail), None))
    return repondre(request, Refus(phrase, code=code, statut=erreur.status_code, remede=remede))


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
