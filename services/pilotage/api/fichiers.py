"""Files dropped to be read: a report, or the same files with other people. Nothing is kept."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Annotated, Any

from fastapi import File, Form, Request, UploadFile
from starlette.responses import StreamingResponse

from services.pilotage.use_cases import fichiers as use_cases
from shared.http.dependances import noyau
from shared.http.routes import Routeur

routeur = Routeur(prefix="/api/fichiers", tags=["fichiers"])

Fichiers = Annotated[list[UploadFile], File(description="Un ou plusieurs fichiers, archives comprises.")]
MORCEAU = 256 * 1024


def depots(fichiers: list[UploadFile]) -> list[use_cases.Depot]:
    """What was dropped, as the use cases take it."""
    return [(f.filename or "", f.file) for f in fichiers]


@routeur.post("/examen")
def examiner(fichiers: Fichiers, approfondi: Annotated[bool, Form()] = True) -> dict[str, Any]:
    """What each file is by its content, how many of what, every problem: `rentree fichier verifier`."""
    return use_cases.examiner_depots(depots(fichiers), approfondi=approfondi).as_json()


@routeur.post("/pseudonymisation", response_class=StreamingResponse)
def pseudonymiser(
    request: Request, fichiers: Fichiers, secret: Annotated[str, Form()] = "", uai: Annotated[bool, Form()] = False
) -> StreamingResponse:
    """The same files with other people, in a zip with the report: `rentree fichier anonymiser`.

    Without `secret` (16 characters at least), the installation's own serves: elsewhere, other names.
    """
    return zip_pseudonymise(request, fichiers, secret, uai=uai)


def zip_pseudonymise(request: Request, fichiers: list[UploadFile], secret: str, *, uai: bool) -> StreamingResponse:
    """The answer that carries the zip, read while it is sent."""
    from shared.formats.pseudonymes.cle import deriver

    installation = (noyau(request).reglages.secret or "").encode()
    cle = deriver(secret.encode()) if secret else hmac.digest(installation, b"rentree/pseudonymes", hashlib.sha256)
    ouverts = ExitStack()
    flux = ouverts.enter_context(use_cases.pseudonymiser_depots(depots(fichiers), cle, remplacer_uai=uai))

    def morceaux() -> Iterator[bytes]:
        with ouverts:
            while morceau := flux.read(MORCEAU):
                yield morceau

    entetes = {"Content-Disposition": 'attachment; filename="pseudonymises.zip"'}
    return StreamingResponse(morceaux(), media_type="application/zip", headers=entetes)
