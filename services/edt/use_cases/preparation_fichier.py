"""The file that « Préparer l'année suivante » writes: a ZIP named as PRONOTE names it, its content is ours.

Source: EDT-07, EDT-44; what the real file holds is not public: `preparation.json`, and the photos beside it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from msgspec import Struct
from pydantic import BaseModel, Field, StringConstraints, ValidationError

from services.edt.use_cases.pronote import LONGUEUR_MAX, TEXTE_MAX, Genre
from shared.contracts.refus import FichierRefuse, Lieu
from shared.security.archives import LimitesZip, open_zip
from shared.security.ecriture_archives import write_zip

DOCUMENT = "preparation.json"
PHOTOS = "photos/"
LIMITES = LimitesZip(max_membres=5001, max_membre=20_000_000, max_total=500_000_000)
_REMEDE = "Prenez le fichier écrit par « Préparer l'année suivante », tel quel."

Court = Annotated[str, StringConstraints(min_length=1, max_length=LONGUEUR_MAX, pattern=r"^[^\x00]+$")]


class Element(BaseModel, extra="forbid"):
    """A line of the document; a photo's bytes are the member `photos/<code>`."""

    genre: Genre
    code: Court
    libelle: Court
    texte: Annotated[str, StringConstraints(max_length=TEXTE_MAX, pattern=r"^[^\x00]*$")] = ""


class Document(BaseModel, extra="forbid"):
    """`preparation.json`. `annee`: of the base that wrote it."""

    version: Literal[1]
    uai: str
    annee: int
    elements: Annotated[list[Element], Field(max_length=20_000)]


class Preparation(Struct, frozen=True):
    """A file that was read: its document, the photos by code."""

    document: Document
    photos: dict[str, bytes]


def nom_fichier(uai: str, annee: int) -> str:
    """« <name of the base>_PreparerLAnneeSuivante.zip »."""
    return f"PRONOTE_{uai}_{annee}_PreparerLAnneeSuivante.zip"


def ecrire(document: Document, photos: Sequence[tuple[str, bytes]], instant: datetime) -> bytes:
    """The bytes of the file; the same for the same content and instant."""
    texte = json.dumps(document.model_dump(), ensure_ascii=False, indent=1, sort_keys=True)
    sortie = io.BytesIO()
    write_zip(sortie, [(DOCUMENT, texte.encode()), *((PHOTOS + code, octets) for code, octets in photos)], instant)
    return sortie.getvalue()


def lire(contenu: bytes, nom: str) -> Preparation:
    """Read one. Raises `FichierRefuse` PREPARATION_ILLISIBLE, and `ZipRefuse` for a hostile archive."""
    document: Document | None = None
    photos: dict[str, bytes] = {}
    with open_zip(contenu, nom, LIMITES) as archive:
        for membre in archive:
            with membre.open() as flux:
                octets = flux.read()
            if membre.nom == DOCUMENT:
                document = _document(octets, nom)
            elif membre.nom.startswith(PHOTOS):
                photos[membre.nom.removeprefix(PHOTOS)] = octets
    if document is None:
        raise _illisible(nom, f"« {DOCUMENT} » n'y est pas.")
    return Preparation(document, photos)


def _document(octets: bytes, nom: str) -> Document:
    try:
        return Document.model_validate_json(octets)
    except ValidationError as erreur:
        ou = ".".join(str(x) for x in erreur.errors()[0]["loc"]) or DOCUMENT
        raise _illisible(nom, f"« {ou} » n'est pas ce qui est attendu.") from None


def _illisible(nom: str, pourquoi: str) -> FichierRefuse:
    return FichierRefuse(
        f"Ce fichier n'est pas celui d'une préparation d'année : {pourquoi}",
        code="PREPARATION_ILLISIBLE",
        lieu=Lieu(nom),
        remede=_REMEDE,
    )
