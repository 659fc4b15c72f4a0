"""The seven services, imported only when asked for (a quick `rentree --help` imports none)."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, cast

from shared.persistence.acces import SERVICES

if TYPE_CHECKING:
    from fastapi import FastAPI

    from shared.http.service import Reglages, ServiceDef


def declaration(nom: str) -> ServiceDef:
    """The declaration of a service."""
    module = importlib.import_module(f"services.{nom}.app")
    return cast("ServiceDef", module.SERVICE)


def declarations() -> dict[str, ServiceDef]:
    """All of them, in the order of their ports."""
    return {nom: declaration(nom) for nom in SERVICES}


def construire(nom: str, reglages: Reglages) -> FastAPI:
    """The application of a service."""
    module = importlib.import_module(f"services.{nom}.app")
    application = cast("FastAPI", module.create_app(reglages))
    if nom == "pilotage":
        from rentree.chargement.poste import chargeur_du_poste
        from rentree.mondes.poste import constructeur_du_poste

        application.state.charger = chargeur_du_poste(reglages)
        application.state.construire = constructeur_du_poste(reglages)
    return application
