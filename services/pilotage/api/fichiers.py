"""Files dropped to be read: a report, or the same files with other people. Nothing is kept."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Annotated, Any, BinaryIO

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


@routeur.post("/comparaison")
def comparer(
    avant: Fichiers,
    apres: Fichiers,
    par_ine: Annotated[bool, Form()] = False,
    autre_ecole: Annotated[bool, Form()] = False,
) -> dict[str, Any]:
    """What changed from the first files to the second, category by category: `rentree fichier comparer`."""
    return use_cases.comparer_depots(depots(avant), depots(apres), par_ine=par_ine, autre_ecole=autre_ecole).as_json()


@routeur.post("/chargement")
def charger(request: Request, fichiers: Fichiers, verifier: Annotated[bool, Form()] = False) -> dict[str, Any]:
    """Load the files of any number of schools into this bac, identities replaced: `rentree charger`."""
    return charges(request, fichiers, verifier=verifier)


def charges(request: Request, fichiers: list[UploadFile], *, verifier: bool) -> dict[str, Any]:
    """The report of a loading into the bac of the request."""
    chargeur: use_cases.Chargeur = request.app.state.charger
    return use_cases.charger_depots(depots(fichiers), chargeur, request.state.bac, verifier=verifier)


@routeur.post("/conversion", response_class=StreamingResponse)
def convertir(fichiers: Fichiers, vers: Annotated[str, Form()] = "") -> StreamingResponse:
    """The file in another generation of its format, in a zip with what that loses: `rentree fichier convertir`."""
    return zip_converti(fichiers, vers)


def zip_converti(fichiers: list[UploadFile], vers: str) -> StreamingResponse:
    """The answer that carries the converted file and the report."""
    return _envoyer(use_cases.convertir_depot(depots(fichiers), vers.strip() or None), "converti.zip")


def zip_pseudonymise(request: Request, fichiers: list[UploadFile], secret: str, *, uai: bool) -> StreamingResponse:
    """The answer that carries the same files with other people, and the report."""
    from shared.formats.pseudonymes.cle import deriver

    installation = (noyau(request).reglages.secret or "").encode()
    cle = deriver(secret.encode()) if secret else hmac.digest(installation, b"rentree/pseudonymes", hashlib.sha256)
    return _envoyer(use_cases.pseudonymiser_depots(depots(fichiers), cle, remplacer_uai=uai), "pseudonymises.zip")


def _envoyer(rendu: AbstractContextManager[BinaryIO], nom: str) -> StreamingResponse:
    """A zip, read while it is sent; a refusal is raised before anything is."""
    ouverts = ExitStack()
    flux = ouverts.enter_context(rendu)

    def morceaux() -> Iterator[bytes]:
        with ouverts:
            while morceau := flux.read(MORCEAU):
                yield morceau

    entetes = {"Content-Disposition": f'attachment; filename="{nom}"'}
    return StreamingResponse(morceaux(), media_type="application/zip", headers=entetes)
