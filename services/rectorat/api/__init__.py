"""The rectorat's web service."""

from __future__ import annotations

from services.rectorat.api import assistance, nomenclatures, portail, remontees, socle
from shared.http.routes import Routeur

routeur = Routeur(prefix="/api", tags=["rectorat"])
for _partie in (socle, nomenclatures, remontees, assistance, portail):
    routeur.include_router(_partie.routeur)
