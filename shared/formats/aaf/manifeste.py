"""The manifest of a feed: what each file holds, so that a reader knows when something is missing.

It is ours: the real feed has none, and every known reader ignores it (reference aaf.md, section 1.4).
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from shared.contracts.refus import FichierRefuse, Lieu
from shared.formats.aaf.grammaire import Grammaire
from shared.formats.aaf.noms import TypeAlimentation, lire_nom

NOM_MANIFESTE = "manifeste.json"
MANIFESTE_MAX = 16 * 1024**2


class FichierEcrit(Struct, frozen=True):
    """One file of a feed: its name, requests by kind, size in bytes, SHA-256 in hexadecimal."""

    nom: str
    ajouts: int
    modifications: int
    suppressions: int
    octets: int
    sha256: str

    @property
    def operations(self) -> int:
        """Requests of any kind."""
        return self.ajouts + self.modifications + self.suppressions


class Manifeste(Struct, frozen=True):
    """A feed and its files, in reading order. `code_academie`: two digits."""

    projet: str
    type_: TypeAlimentation
    jour: date
    code_academie: str
    grammaire: Grammaire
    fichiers: tuple[FichierEcrit, ...]

    def octets(self) -> bytes:
        """The manifest as JSON, the same bytes for the same feed."""
        document = {
            "projet": self.projet,
            "type": self.type_.value,
            "date": self.jour.isoformat(),
            "code_academie": self.code_academie,
            "grammaire": self.grammaire.value,
            "fichiers": [asdict(fichier) for fichier in self.fichiers],
        }
        return (json.dumps(document, ensure_ascii=True, indent=1) + "\n").encode("ascii")


def lire_manifeste(octets: bytes) -> Manifeste:
    """Reads a manifest. Raises `FichierRefuse` (AAF_MANIFESTE) when it is not one of ours."""
    try:
        document = json.loads(octets)
        return Manifeste(
            projet=_texte(document["projet"]),
            type_=TypeAlimentation(document["type"]),
            jour=date.fromisoformat(document["date"]),
            code_academie=_texte(document["code_academie"]),
            grammaire=Grammaire(document["grammaire"]),
            fichiers=tuple(_fichier(fichier) for fichier in document["fichiers"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        raise FichierRefuse(
            f"Le fichier « {NOM_MANIFESTE} » est illisible.",
            code="AAF_MANIFESTE",
            remede="Demandez à nouveau l'alimentation, ou retirez ce fichier pour s'en passer.",
            lieu=Lieu(fichier=NOM_MANIFESTE),
        ) from None


def _texte(valeur: Any) -> str:
    if not isinstance(valeur, str):
        raise TypeError("text expected")
    return valeur


def _fichier(document: dict[str, Any]) -> FichierEcrit:
    fichier = FichierEcrit(**{nom: document[nom] for nom in FichierEcrit.__struct_fields__})
    nombres = (fichier.ajouts, fichier.modifications, fichier.suppressions, fichier.octets)
    if not all(type(nombre) is int and nombre >= 0 for nombre in nombres):
        raise TypeError("counts expected")
    if lire_nom(_texte(fichier.nom)) is None or not _texte(fichier.sha256):
        raise ValueError("not a file of a feed")
    return fichier
