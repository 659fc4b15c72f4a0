"""Tables of the control room."""

from __future__ import annotations

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from shared.persistence.tables import EnvoiMixin, JournalMixin


class Base(DeclarativeBase):
    """Tables of the schema `pilotage`."""

    metadata = MetaData(schema="pilotage")


class Envoi(EnvoiMixin, Base):
    """The outbox (pilotage sends nothing: it asks)."""


class Journal(JournalMixin, Base):
    """The journal: every batch of every night, every move of the clock."""
