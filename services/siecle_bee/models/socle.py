"""The base of a school and year, the school itself, the counters and the treatments done."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Identity, Index, MetaData, SmallInteger, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.persistence.tables import EnvoiMixin, JournalMixin


class Base(DeclarativeBase):
    """Everything of this service lives in its own schema."""

    metadata = MetaData(schema="siecle_bee")
    type_annotation_map = {  # noqa: RUF012 - read by SQLAlchemy on the class
        str: Text(),
        str | None: Text(),
        datetime: DateTime(timezone=True),
        datetime | None: DateTime(timezone=True),
        dict[str, Any]: JSONB(),
    }


class Envoi(EnvoiMixin, Base):
    """Outbox."""


class Journal(JournalMixin, Base):
    """What happened."""


class Compteur(Base):
    """The last number given, by kind (`eleve`, `personne`, `adresse`, `depot`, `elenoet:<uai>`).

    Its row serialises who allots; a number is never given twice, even when the pupil was deleted.
    """

    __tablename__ = "compteur"

    nom: Mapped[str] = mapped_column(primary_key=True)
    dernier: Mapped[int] = mapped_column(BigInteger)


class Etablissement(Base):
    """A school. `fiche` is an `EtablissementMsg`."""

    __tablename__ = "etablissement"

    uai: Mapped[str] = mapped_column(primary_key=True)
    fiche: Mapped[dict[str, Any]]


class BaseEleves(Base):
    """The base of one school and millésime: calendar, and how far nomenclatures and exchanges have come.

    Whether it is « courante » or « en préparation » follows from the clock (rules.annees.etat_base).
    """

    __tablename__ = "base"

    uai: Mapped[str] = mapped_column(primary_key=True)
    millesime: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    origine: Mapped[str]
    ouverte_le: Mapped[datetime]
    rentree_eleves: Mapped[date]
    sortie_eleves: Mapped[date]
    rentree_professeurs: Mapped[date]
    sortie_professeurs: Mapped[date]
    version_recue: Mapped[int | None]
    recue_le: Mapped[datetime | None]
    selectionnee_le: Mapped[datetime | None]
    version_profilee: Mapped[int | None]
    profilee_le: Mapped[datetime | None]
    structures_exportees_le: Mapped[datetime | None]
    structures_recues_le: Mapped[datetime | None]
    services_exportes_le: Mapped[datetime | None]
    services_digest: Mapped[str | None]
    effectif_constate: Mapped[int | None]
    constat_le: Mapped[datetime | None]


class Traitement(Base):
    """A treatment done: 5 structures received, 20 nomenclatures profiled, 38 pupils exported, 0 other exports."""

    __tablename__ = "traitement"
    __table_args__ = (Index("traitement_etab", "uai", "type"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    uai: Mapped[str]
    millesime: Mapped[int] = mapped_column(SmallInteger)
    type: Mapped[int] = mapped_column(SmallInteger)
    nom: Mapped[str]
    instant: Mapped[datetime]
    digest: Mapped[str | None]
    taille: Mapped[int] = mapped_column(default=0)
