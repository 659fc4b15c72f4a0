"""The schema, the outbox, the journal."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, MetaData, Text
from sqlalchemy.orm import DeclarativeBase

from shared.persistence.tables import EnvoiMixin, JournalMixin

SCHEMA = "sts_web"


class Base(DeclarativeBase):
    """Tables of this service's schema."""

    metadata = MetaData(schema=SCHEMA)
    type_annotation_map = {str: Text, datetime: DateTime(timezone=True)}  # noqa: RUF012 - read by SQLAlchemy


class Envoi(EnvoiMixin, Base):
    """Messages to BEE and to the AAF."""


class Journal(JournalMixin, Base):
    """What « Edition journal » lists, and what was received."""
