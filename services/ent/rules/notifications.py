"""Notifications: what a connector is told of, how they are signed, when a failure is tried again. Rentrée's own.

No French ENT is known to notify third parties (connectors reference §10): names, signature and delays are ours.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.echanges.socle import Message

GENRES = {
    "account.created": "compte créé",
    "account.updated": "compte modifié",
    "account.activated": "compte activé",
    "account.disappeared": "personne absente de l'alimentation",
    "account.disabled": "compte désactivé",
    "account.reactivated": "compte réactivé",
    "account.merged": "compte fusionné avec un autre",
    "account.purged": "compte supprimé",
    "class.changed": "classe : composition ou existence changée",
    "group.changed": "groupe : composition ou existence changée",
    "import.done": "alimentation",
}
"""Every kind, and how pages say it."""
DE_COMPTE = {
    "cree": "account.created",
    "renomme": "account.updated",
    "modifie": "account.updated",
    "active": "account.activated",
    "retrait_annonce": "account.disappeared",
    "absent": "account.disappeared",
    "desactive": "account.disabled",
    "reactive": "account.reactivated",
    "fusionne": "account.merged",
    "purge": "account.purged",
}
"""Event of an account → kind."""
D_ENSEMBLE = {"division": "class.changed", "groupe": "group.changed"}
PAR_ENVOI = 100
"""Notifications of a delivery, at most."""
ATTENTES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=24),
)


class ReglagesNotifications(BaseModel):
    """The settings of a connector that is notified."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    comptes: bool = Field(default=True, title="Comptes", description="Créés, modifiés, désactivés, supprimés…")
    classes: bool = Field(default=True, title="Classes et groupes", description="Quand leur composition change.")
    imports: bool = Field(default=True, title="Imports", description="Chaque alimentation, acceptée ou refusée.")

    def veut(self, genre: str) -> bool:
        """Whether it is told of that kind."""
        if genre.startswith("account."):
            return self.comptes
        return self.imports if genre.startswith("import.") else self.classes


def attente(echecs: int) -> timedelta:
    """How long nothing is sent again after so many failures in a row, on the simulated clock."""
    return ATTENTES[min(max(echecs, 1), len(ATTENTES)) - 1]


def signature(cle: str, horodatage: int, corps: bytes) -> str:
    """HMAC-SHA256 of « horodatage.corps », in hexadecimal."""
    return hmac.new(cle.encode(), f"{horodatage}.".encode() + corps, hashlib.sha256).hexdigest()


def entetes(cle: str, horodatage: int, corps: bytes, *, message: str, essai: int) -> dict[str, str]:
    """The headers of a delivery. `message`: its key, the same at each attempt; `essai`: 1, 2, 3…"""
    return {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": message,
        "X-Rentree-Essai": str(essai),
        "X-Rentree-Horodatage": str(horodatage),
        "X-Rentree-Signature": f"v1={signature(cle, horodatage, corps)}",
    }


class Envoyees(Message, frozen=True, kw_only=True):
    """The body of a delivery, as the outbox keeps it. Numbers follow each other, but for kinds not wanted."""

    projet: str
    connecteur: str
    de: int
    a: int
    notifications: list[dict[str, Any]]
