"""Files dropped to be read: a report, or the same files with other people. Nothing is kept."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from hashlib import sha256
from typing import Annotated, Any

from fastapi import File, Form, UploadFile
from starlette.responses import StreamingResponse

from services.pilotage.use_cases import fichiers as use_cases
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
    fichiers: Fichiers, secret: Annotated[str, Form()] = "", uai: Annotated[bool, Form()] = False
) -> StreamingResponse:
    """The same files with other people, in a zip with the report: `rentree fichier anonymiser`.

    Without `secret`, the key is drawn for this once and not kept: another time, other names.
    """
    return zip_pseudonymise(fichiers, secret, uai=uai)


def zip_pseudonymise(fichiers: list[UploadFile], secret: str, *, uai: bool) -> StreamingResponse:
    """The answer that carries the zip, read while it is sent."""
    cle = sha256(secret.encode()).digest() if secret else secrets.token_bytes(32)
    ouverts = ExitStack()
    flux = ouverts.enter_context(use_cases.pseudonymiser_depots(depots(fichiers), cle, remplacer_uai=uai))

    def morceaux() -> Iterator[bytes]:
        with ouverts:
            while morceau := flux.read(MORCEAU):
                yield morceau

    entetes = {"Content-Disposition": 'attachment; filename="pseudonymises.zip"'}
    return StreamingResponse(morceaux(), media_type="application/zip", headers=entetes)
