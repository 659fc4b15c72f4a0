"""What was exported, what an import rejected."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.sts_web.models.commun import Base


class DernierExport(Base):
    """The last export of each kind: what BEE and the AAF see of STS-Web (STS-67).

    `codes`: the divisions and groups that a structure held; `identique_depuis`: since when exports say the same.
    `genre` is structure, services, services_editeur or emploi_du_temps; `digest` the message or file in
    the store.
    """

    __tablename__ = "dernier_export"

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    genre: Mapped[str] = mapped_column(primary_key=True)
    instant: Mapped[datetime]
    digest: Mapped[str]
    nom_fichier: Mapped[str] = mapped_column(default="")
    nb: Mapped[int] = mapped_column(default=0)
    envoi_cle: Mapped[str | None]
    codes: Mapped[list[str]] = mapped_column(JSONB, default=list)
    identique_depuis: Mapped[datetime]


class RejetImport(Base):
    """A group that the last import of a timetable rejected, and why (STS-49)."""

    __tablename__ = "rejet_import"
    __table_args__ = (Index("rejet_import_code", "code"),)

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(primary_key=True)
    motif: Mapped[str]
    raison: Mapped[str]
    instant: Mapped[datetime]
