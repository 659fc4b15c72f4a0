"""Notifications by web service: what happened, how deliveries go, tell again from a number. Rentrée's own."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, ConfigDict

from services.ent.models import Connecteur
from services.ent.use_cases import connecteurs, notifications
from shared.contracts.refus import Inconnu
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite

routeur = Routeur(prefix="/api/connecteurs", tags=["connecteurs"])


class NotificationVue(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    numero: int
    genre: str
    instant: datetime
    objet: str
    donnees: dict[str, Any]


class EtatVu(BaseModel):
    """How deliveries go. `acquitte`: last number taken; `en_attente`: deliveries that wait."""

    acquitte: int
    dernier: int
    en_attente: int
    echecs: int
    prochain_essai: datetime | None
    notifications: list[NotificationVue]


class Rejeu(BaseModel):
    depuis: int


class RejeuFait(BaseModel):
    """How many deliveries were put in the outbox."""

    envois: int


def abonne(u: Unite, code: str) -> Connecteur:
    """A connector that is notified. Raises `Inconnu` PAS_NOTIFIE."""
    connecteur = connecteurs.trouver(u, code)
    if connecteur.protocole != notifications.PROTOCOLE:
        raise Inconnu(
            f"« {connecteur.nom} » ne reçoit pas de notifications.",
            code="PAS_NOTIFIE",
            remede="Choisissez-en un autre.",
        )
    return connecteur


@routeur.get("/{code}/notifications")
def lire(
    u: Lecture, code: str, apres: Annotated[int, Query(ge=0)] = 0, limite: Annotated[int, Query(ge=1, le=1000)] = 100
) -> EtatVu:
    """How deliveries go, and what happened after a number (the latest, without one)."""
    connecteur = abonne(u, code)
    suivi, dernier, attend = notifications.etat(u, connecteur)
    lues = notifications.lister(u, connecteur, apres, limite)
    return EtatVu(
        acquitte=suivi.acquitte,
        dernier=dernier,
        en_attente=attend,
        echecs=suivi.echecs,
        prochain_essai=suivi.prochain_essai,
        notifications=[NotificationVue.model_validate(n) for n in lues],
    )


@routeur.post("/{code}/notifications/rejeu", status_code=202)
def rejouer(u: Ecriture, code: str, corps: Rejeu) -> RejeuFait:
    """Tell again of everything from a number on; it leaves at once."""
    return RejeuFait(envois=notifications.rejouer(u, abonne(u, code), corps.depuis))


@routeur.post("/{code}/notifications/livraison", status_code=202)
def livrer(u: Ecriture, code: str) -> dict[str, str]:
    """Try now what waits, whatever the next attempt was to be."""
    notifications.essayer(u, abonne(u, code))
    return {"etat": "essai"}
