"""Tables of the notifications: what happened, numbered once for all, and how far each connector has been told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from services.ent.models.base import Base


class Notification(Base):
    """Something that a connector may be told of. `numero`: 1, 2, 3… in its project, in the order of what happened.

    `genre`: a key of `rules.notifications.GENRES`; `objet`: the account, class or import spoken of.
    """

    __tablename__ = "notification"

    numero: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    projet: Mapped[str] = mapped_column(primary_key=True)
    genre: Mapped[str]
    instant: Mapped[datetime]
    objet: Mapped[str]
    donnees: Mapped[dict[str, Any]]


class FilNotifications(Base):
    """How far the directory of a project was looked at: last event, last import, last number given."""

    __tablename__ = "fil_notifications"

    projet: Mapped[str] = mapped_column(primary_key=True)
    evenement: Mapped[int] = mapped_column(BigInteger)
    import_id: Mapped[int]
    numero: Mapped[int] = mapped_column(BigInteger)


class EmpreinteEnsemble(Base):
    """The members of a class or group when they were last looked at, as a digest."""

    __tablename__ = "empreinte_ensemble"

    nom: Mapped[str] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    genre: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    projet: Mapped[str] = mapped_column(primary_key=True)
    empreinte: Mapped[str]


class Livraison(Base):
    """How the deliveries to a connector go. `acquitte`: number of the last notification that it took.

    `echecs`: failures since it last answered; `prochain_essai`: before that instant, nothing is sent to it again.
    """

    __tablename__ = "livraison"

    connecteur: Mapped[str] = mapped_column(primary_key=True)
    acquitte: Mapped[int] = mapped_column(BigInteger)
    echecs: Mapped[int]
    prochain_essai: Mapped[datetime | None]
