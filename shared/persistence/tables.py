"""Tables that every service has in its own schema: the outbox and the journal.

Source: architecture, "Nothing is lost": each exchange is a row in the sender's outbox in the same
transaction as the change it speaks of, and a row in the receiver's journal.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Identity, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column


class EnvoiMixin:
    """One message to another service. The body stands in the file store under `digest`.

    `etat`: `en_attente` → `livre`, or `refuse` when the receiver said no (its answer is in `reponse`).
    """

    __tablename__ = "envoi"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    cle: Mapped[str] = mapped_column(Text, unique=True)
    genre: Mapped[str] = mapped_column(Text)
    destinataire: Mapped[str] = mapped_column(Text)
    uai: Mapped[str | None] = mapped_column(Text)
    annee: Mapped[int | None]
    digest: Mapped[str] = mapped_column(Text)
    nb: Mapped[int] = mapped_column(default=0)
    cree_le: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    livre_le: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    etat: Mapped[str] = mapped_column(Text, default="en_attente", index=True)
    tentatives: Mapped[int] = mapped_column(default=0)
    reponse: Mapped[dict[str, Any] | None] = mapped_column(JSONB)


class JournalMixin:
    """One line of what happened: an exchange received, a batch run, an act of a user.

    `sens` is `recu`, `lot` or `action`; `cle` is the idempotency key of an exchange; `nb` counts what passed
    and `nb_refus` what did not; `resume` holds the counts and codes (never a name nor an INE).
    """

    __tablename__ = "journal"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    instant: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    sens: Mapped[str] = mapped_column(Text)
    genre: Mapped[str] = mapped_column(Text)
    origine: Mapped[str | None] = mapped_column(Text)
    uai: Mapped[str | None] = mapped_column(Text)
    annee: Mapped[int | None]
    cle: Mapped[str | None] = mapped_column(Text, unique=True)
    nb: Mapped[int] = mapped_column(default=0)
    nb_refus: Mapped[int] = mapped_column(default=0)
    libelle: Mapped[str] = mapped_column(Text, default="")
    resume: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    digest: Mapped[str | None] = mapped_column(Text)
