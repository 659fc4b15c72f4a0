"""Tables of the rectorat: schools, agents (EPP, GI/GC), AFFELNET results, nomenclatures, INE registry."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.persistence.tables import EnvoiMixin, JournalMixin


class Base(DeclarativeBase):
    """Tables of the schema `rectorat`."""

    metadata = MetaData(schema="rectorat")
    type_annotation_map = {str: Text, datetime: DateTime(timezone=True), dict[str, Any]: JSONB}  # noqa: RUF012


class Envoi(EnvoiMixin, Base):
    """What goes to STS-Web, BEE and the AAF."""


class Journal(JournalMixin, Base):
    """What the académie did."""


class Academie(Base):
    """The académie of this bac: one row."""

    __tablename__ = "academie"

    code: Mapped[str] = mapped_column(primary_key=True)
    nom: Mapped[str]


class Etablissement(Base):
    """A school of the académie (`donnees` is an EtablissementMsg). `a_diffuser`: STS-Web must hear of its agents."""

    __tablename__ = "etablissement"

    uai: Mapped[str] = mapped_column(primary_key=True)
    donnees: Mapped[dict[str, Any]]
    a_diffuser: Mapped[bool] = mapped_column(default=True)


class Agent(Base):
    """A dossier administratif: `source` is epp or gigc, `donnees` an AgentMsg."""

    __tablename__ = "agent"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    source: Mapped[str]
    cle_tri: Mapped[str] = mapped_column(index=True)
    donnees: Mapped[dict[str, Any]]
    saisi_le: Mapped[datetime]


class Affectation(Base):
    """Where an agent is appointed (a copy of `donnees` that nights can filter on)."""

    __tablename__ = "affectation"
    __table_args__ = (Index("affectation_uai", "uai"),)

    agent_id: Mapped[int] = mapped_column(ForeignKey(Agent.id, ondelete="CASCADE"), primary_key=True)
    rang: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    uai: Mapped[str]
    nature: Mapped[str]


class JeuNomenclatures(Base):
    """A set of nomenclatures that the académie loaded; its message stands in the file store."""

    __tablename__ = "jeu_nomenclatures"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str]
    charge_le: Mapped[datetime]
    diffuse_le: Mapped[datetime | None]


class DossierAffectation(Base):
    """A pupil placed by AFFELNET (`donnees` is a DossierEleveMsg), published to the school or not yet."""

    __tablename__ = "dossier_affectation"

    uai: Mapped[str] = mapped_column(primary_key=True)
    millesime: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cle: Mapped[str] = mapped_column(primary_key=True)
    tour: Mapped[str]
    donnees: Mapped[dict[str, Any]]
    publie_le: Mapped[datetime | None]


class DemandeIne(Base):
    """A fiche of BEE that waits for its INE. `etat`: `recue`, `a_verifier` (by a person), `attribuee`."""

    __tablename__ = "demande_ine"
    __table_args__ = (Index("demande_ine_etat", "etat"),)

    uai: Mapped[str] = mapped_column(primary_key=True)
    millesime: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cle: Mapped[str] = mapped_column(primary_key=True)
    identite: Mapped[dict[str, Any]]
    etat: Mapped[str]
    motif: Mapped[str] = mapped_column(default="")
    recue_le: Mapped[datetime]
    ine: Mapped[str | None]
    diffusee_le: Mapped[datetime | None]


class IneAttribue(Base):
    """The registry: one INE for one identity."""

    __tablename__ = "ine_attribue"

    cle_identite: Mapped[str] = mapped_column(primary_key=True)
    numero: Mapped[int] = mapped_column(BigInteger, unique=True)


class BasculeBee(Base):
    """A base of SIECLE BEE that the académie opened."""

    __tablename__ = "bascule_bee"

    uai: Mapped[str] = mapped_column(primary_key=True)
    millesime: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    faite_le: Mapped[datetime]
