"""The zip of OneRoster: for who administers the project, and for the connector itself with its token.

Source: connectors reference §6.2; the addresses are Rentrée's own.
"""

from __future__ import annotations

import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from fastapi import Query, Request
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from services.ent.api.oneroster import exiger_registre, garder, porteur_de, refuser
from services.ent.models import Connecteur
from services.ent.use_cases import connecteurs, oneroster_csv
from shared.contracts.refus import Inconnu, Refus
from shared.formats.oneroster.fiches import Version
from shared.http.dependances import Ecriture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite

routeur = Routeur(tags=["oneroster"])

Numero = Annotated[Literal["1.1", "1.2"], Query(description="Version de OneRoster.")]
Depuis = Annotated[datetime | None, Query(description="Ce qui a changé depuis (delta) ; tout, sans lui (bulk).")]
VERSIONS: dict[str, Version] = {"1.1": "v1p1", "1.2": "v1p2"}


@routeur.get("/api/connecteurs/{code}/oneroster.zip", response_class=Response)
def telecharger(u: Ecriture, code: str, version: Numero = "1.1", depuis: Depuis = None) -> Response:
    """The zip that a OneRoster connector would be given."""
    connecteur = connecteurs.trouver(u, code)
    if connecteur.protocole != "oneroster":
        raise Inconnu(
            f"« {connecteur.nom} » ne lit pas OneRoster.", code="PAS_ONEROSTER", remede="Choisissez-en un autre."
        )
    return _archive(u, connecteur, version, depuis)


@routeur.get("/ims/oneroster/csv", response_class=Response)
def prendre(request: Request, u: Ecriture, version: Numero = "1.1", depuis: Depuis = None) -> Response:
    """The same for the connector itself: its token, with the scope roster."""
    demande = f"GET {request.url.path}?{request.url.query}"
    try:
        porteur = porteur_de(request, u)
        exiger_registre(porteur)
    except Refus as refus:
        return refuser(refus)
    return _archive(u, connecteurs.trouver(u, porteur.code), version, depuis, demande)


def _archive(
    u: Unite, connecteur: Connecteur, version: str, depuis: datetime | None, demande: str = ""
) -> FileResponse:
    """Written beside, sent as a stream, then forgotten."""
    dossier = Path(tempfile.mkdtemp(prefix="ent-oneroster-"))
    quand = depuis if depuis is None or depuis.tzinfo else depuis.replace(tzinfo=u.horloge.fuseau)
    try:
        archive = oneroster_csv.ecrire(u, connecteur, VERSIONS[version], dossier, quand)
    except BaseException:
        shutil.rmtree(dossier)
        raise
    dit = "\n".join(f"{nom}.csv : {nombre} lignes" for nom, nombre in archive.lignes.items())
    garder(u, connecteur.code, "archive CSV", demande or "téléchargée de la page", Response(f"{archive.nom}\n{dit}"))
    return FileResponse(
        archive.chemin,
        media_type="application/zip",
        filename=archive.nom,
        background=BackgroundTask(shutil.rmtree, dossier),
    )
