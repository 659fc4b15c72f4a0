"""The web service of the AAF."""

from __future__ import annotations

from services.aaf.api import alimentations, livraisons
from services.aaf.api.alimentations import servir_archive, servir_extraction, servir_fichier
from shared.http.routes import Routeur

__all__ = ["routeur", "servir_archive", "servir_extraction", "servir_fichier"]

routeur = Routeur()
for module in (alimentations, livraisons):
    routeur.include_router(module.routeur)
