"""The `sim` schema of a bac: its clock and the parts of its nights.

Every service may read the clock and only `pilotage` moves it; of the parts, row-level security shows
each role its own service's (see rentree/base). Source: architecture, "Storage" and "Nights".
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Index, Integer, MetaData, SmallInteger, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SCHEMA = "sim"
CANAL_PARTS = "rentree_parts"
"""Where the end of a part is notified, with its commit, to whoever waits for the parts of a bac."""


class BaseSim(DeclarativeBase):
    """Tables of the simulation itself."""

    metadata = MetaData(schema=SCHEMA)


class LigneHorloge(BaseSim):
    """The one row of the bac's clock: instant, who the bac is, and whether a step is running.

    `etat` is `ready` or `advancing`; `rang` is the rank of the last batch done at `instant` (-1: none), so that an
    interrupted step goes on where it stopped; `cible` (and `cible_rang`, to stop after one batch) is where it goes.
    `jetons` are the API tokens that the bac knows, by number (see shared.security.acces): a restored bac knows those of
    its snapshot.
    """

    __tablename__ = "horloge"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False, default=1)
    bac: Mapped[str] = mapped_column(Text)
    generation: Mapped[int] = mapped_column(BigInteger)
    graine: Mapped[int] = mapped_column(BigInteger)
    profil: Mapped[dict[str, Any]] = mapped_column(JSONB)
    instant: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    rang: Mapped[int] = mapped_column(Integer, default=0)
    etat: Mapped[str] = mapped_column(Text, default="ready")
    cible: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    cible_rang: Mapped[int | None] = mapped_column(Integer)
    donnees_reelles: Mapped[bool] = mapped_column(default=False)
    jetons: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")


class Part(BaseSim):
    """A part of a night's batch: what a worker does in one transaction.

    `etat` is `ouverte`, `faite` or `en_erreur`; a batch is over when none of its rows is `ouverte`.
    """

    __tablename__ = "part"
    __table_args__ = (Index("part_ouverte", "service", "lot", postgresql_where="etat = 'ouverte'"),)

    service: Mapped[str] = mapped_column(Text, primary_key=True)
    lot: Mapped[str] = mapped_column(Text, primary_key=True)
    instant: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    cle: Mapped[str] = mapped_column(Text, primary_key=True)
    generation: Mapped[int] = mapped_column(BigInteger)
    etat: Mapped[str] = mapped_column(Text, default="ouverte")
    donnees: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    resume: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    erreur: Mapped[str | None] = mapped_column(Text)
