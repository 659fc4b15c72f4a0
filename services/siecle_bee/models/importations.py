"""What waits and what was imported: dossiers, deposits of group links with their report, signalements."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from services.siecle_bee.models.socle import Base


class Dossier(Base):
    """A dossier that waits in Importations. `contenu` is a `DossierEleveMsg`.

    `origine`: `affectation` or `eple`; `etat`: `attente`, `importe` or `supprime`.
    """

    __tablename__ = "dossier"

    uai: Mapped[str] = mapped_column(primary_key=True)
    millesime: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    origine: Mapped[str] = mapped_column(primary_key=True)
    cle: Mapped[str] = mapped_column(primary_key=True)
    tour: Mapped[str] = mapped_column(default="")
    cle_tri: Mapped[str]
    contenu: Mapped[dict[str, Any]]
    eleve_id: Mapped[int | None] = mapped_column(BigInteger)
    uai_origine: Mapped[str] = mapped_column(default="")
    sortie_le: Mapped[date | None]
    recu_le: Mapped[datetime]
    etat: Mapped[str] = mapped_column(default="attente")
    traite_le: Mapped[datetime | None]


class Depot(Base):
    """A deposit of group links. `etat`: `attente`, `remplace` (a later one took its place), `traite`, `echec`."""

    __tablename__ = "depot"
    __table_args__ = (Index("depot_etab", "uai", "etat"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    uai: Mapped[str]
    millesime: Mapped[int] = mapped_column(SmallInteger)
    fichier: Mapped[str]
    digest: Mapped[str]
    depose_le: Mapped[datetime]
    etat: Mapped[str] = mapped_column(default="attente")
    traite_le: Mapped[datetime | None]
    lus: Mapped[int] = mapped_column(default=0)
    complets: Mapped[int] = mapped_column(default=0)
    partiels: Mapped[int] = mapped_column(default=0)
    rejetes: Mapped[int] = mapped_column(default=0)
    absents: Mapped[int] = mapped_column(default=0)
    liens: Mapped[int] = mapped_column(default=0)
    erreur: Mapped[str] = mapped_column(default="")


class Anomalie(Base):
    """One line of a report. `type`: `REJ` (section 1) or `PAR` (section 2); `rang` keeps the order of the file."""

    __tablename__ = "anomalie"
    __table_args__ = (Index("anomalie_eleve", "eleve_id", "depot_id"),)

    depot_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    rang: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ordre: Mapped[int]
    type: Mapped[str]
    eleve_id: Mapped[int] = mapped_column(BigInteger)
    id_prv: Mapped[int] = mapped_column(default=0)
    eleve: Mapped[str]
    regle: Mapped[str]
    code: Mapped[str]
    phrase: Mapped[str]
    groupe: Mapped[str] = mapped_column(default="")


class Signalement(Base):
    """A signalement académique of multi-inscription, written by the night (REC-15)."""

    __tablename__ = "signalement"

    uai: Mapped[str] = mapped_column(primary_key=True)
    millesime: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    eleve_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    rang: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    phrase: Mapped[str]
    depuis: Mapped[datetime]
