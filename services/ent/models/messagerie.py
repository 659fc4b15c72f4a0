"""Tables of the messagerie and of the Médiacentre: what lives on accounts, classes and groups (ENT-23)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.ent.models.base import Base


class Message(Base):
    """A message of the messagerie. `liste`: to whom it was written; `lien`: path of an address of this ENT to copy."""

    __tablename__ = "message"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    projet: Mapped[str] = mapped_column(primary_key=True)
    uai: Mapped[str]
    expediteur: Mapped[str]
    liste: Mapped[str]
    objet: Mapped[str]
    corps: Mapped[str]
    lien: Mapped[str]
    instant: Mapped[datetime]


class Courrier(Base):
    """A message in somebody's box: one per account, however many accounts a person has (ENT-11)."""

    __tablename__ = "courrier"
    __table_args__ = (Index("courrier_message", "message_id", "projet"),)

    aaf_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    message_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    projet: Mapped[str] = mapped_column(primary_key=True)


class Manuel(Base):
    """A manuel numérique of the Médiacentre (GAR), given to a class or a group: its members alone open it (ENT-20)."""

    __tablename__ = "manuel"
    __table_args__ = (Index("manuel_ensemble", "uai", "annee"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    projet: Mapped[str] = mapped_column(primary_key=True)
    uai: Mapped[str]
    annee: Mapped[int]
    titre: Mapped[str]
    genre: Mapped[str]
    nom: Mapped[str]
    ajoute_le: Mapped[datetime]
