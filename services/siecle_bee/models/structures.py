"""What comes from elsewhere: structures and services of STS-Web, nomenclatures of the académie."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Identity, Index, Numeric, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.siecle_bee.models.socle import Base


class Division(Base):
    """A division, as last received from STS-Web."""

    __tablename__ = "division"

    uai: Mapped[str] = mapped_column(primary_key=True)
    millesime: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(primary_key=True)
    libelle: Mapped[str] = mapped_column(default="")
    mefs: Mapped[list[str]] = mapped_column(ARRAY(Text))
    effectif_prevu: Mapped[int] = mapped_column(default=0)


class Groupe(Base):
    """A group, as last received from STS-Web; one without a MEF is not known to BEE (STS-24)."""

    __tablename__ = "groupe"

    uai: Mapped[str] = mapped_column(primary_key=True)
    millesime: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(primary_key=True)
    libelle: Mapped[str] = mapped_column(default="")
    mefs: Mapped[list[str]] = mapped_column(ARRAY(Text))
    divisions: Mapped[list[str]] = mapped_column(ARRAY(Text))
    effectif_prevu: Mapped[int] = mapped_column(default=0)


class EchangeSts(Base):
    """One line of Suivi des échanges > STS Web - Structures. `genre`: structure or services."""

    __tablename__ = "echange_sts"
    __table_args__ = (Index("echange_sts_base", "uai", "millesime", "genre"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    uai: Mapped[str]
    millesime: Mapped[int] = mapped_column(SmallInteger)
    genre: Mapped[str]
    exporte_le: Mapped[datetime]
    recu_le: Mapped[datetime]
    resume: Mapped[dict[str, Any]]


class JeuNomenclature(Base):
    """A set of national codes loaded by the académie, as its message says it."""

    __tablename__ = "jeu_nomenclature"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recu_le: Mapped[datetime]
    contenu: Mapped[dict[str, Any]]


class MefBase(Base):
    """A MEF of a base: selected, then profiled (`profile`)."""

    __tablename__ = "mef_base"

    uai: Mapped[str] = mapped_column(primary_key=True)
    millesime: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(primary_key=True)
    formation: Mapped[str]
    specialite: Mapped[str] = mapped_column(default="")
    libelle_long: Mapped[str]
    libelle_edition: Mapped[str] = mapped_column(default="")
    mefstat11: Mapped[str] = mapped_column(default="")
    profile: Mapped[bool] = mapped_column(default=False)


class MatiereBase(Base):
    """A matière of a base: selected, then profiled. `locale`: defined by the lycée professionnel itself (NOM-05)."""

    __tablename__ = "matiere_base"

    uai: Mapped[str] = mapped_column(primary_key=True)
    millesime: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(primary_key=True)
    code_gestion: Mapped[str]
    libelle_court: Mapped[str] = mapped_column(default="")
    libelle_long: Mapped[str]
    libelle_edition: Mapped[str] = mapped_column(default="")
    profile: Mapped[bool] = mapped_column(default=False)
    locale: Mapped[bool] = mapped_column(default=False, server_default="false")


class ProgrammeBase(Base):
    """A line of the programme of a profiled MEF. `rang`: of a compulsory option, 0 otherwise."""

    __tablename__ = "programme_base"

    uai: Mapped[str] = mapped_column(primary_key=True)
    millesime: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    mef: Mapped[str] = mapped_column(primary_key=True)
    matiere: Mapped[str] = mapped_column(primary_key=True)
    modalite: Mapped[str] = mapped_column(primary_key=True)
    horaire: Mapped[Decimal] = mapped_column(Numeric(5, 2))
