"""Tables of the service."""

from __future__ import annotations

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from shared.persistence.tables import EnvoiMixin, JournalMixin


class Base(DeclarativeBase):
    """Tables of the schema `ent`."""

    metadata = MetaData(schema="ent")


class Envoi(EnvoiMixin, Base):
    """The outbox."""


class Journal(JournalMixin, Base):
    """The journal."""
