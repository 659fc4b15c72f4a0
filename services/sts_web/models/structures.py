"""Divisions, groups, services."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.sts_web.models.commun import SCHEMA, Base


class Division(Base):
    """A class."""

    __tablename__ = "division"
    __table_args__ = (Index("division_code", "code"),)

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(primary_key=True)
    libelle: Mapped[str] = mapped_column(default="")
    effectif_prevu: Mapped[int] = mapped_column(default=0)
    effectif_calcule: Mapped[int] = mapped_column(default=0)


class DivisionMef(Base):
    """A MEF of a division (one, or several: mono-MEF or multi-MEF)."""

    __tablename__ = "division_mef"
    __table_args__ = (
        ForeignKeyConstraint(
            ["uai", "annee", "division"],
            [f"{SCHEMA}.division.{c}" for c in ("uai", "annee", "code")],
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
    )

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    division: Mapped[str] = mapped_column(primary_key=True)
    mef: Mapped[str] = mapped_column(primary_key=True)
    effectif_prevu: Mapped[int] = mapped_column(default=0)
    effectif_calcule: Mapped[int] = mapped_column(default=0)


class Groupe(Base):
    """A group of pupils of one or several divisions. Its MEF are those of its divisions."""

    __tablename__ = "groupe"
    __table_args__ = (Index("groupe_code", "code"),)

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(primary_key=True)
    libelle: Mapped[str] = mapped_column(default="")
    effectif_prevu: Mapped[int] = mapped_column(default=0)
    effectif_calcule: Mapped[int] = mapped_column(default=0)
    effectif_max_edt: Mapped[int] = mapped_column(default=0)


class GroupeDivision(Base):
    """A division whose pupils a group takes."""

    __tablename__ = "groupe_division"
    __table_args__ = (
        ForeignKeyConstraint(
            ["uai", "annee", "groupe"],
            [f"{SCHEMA}.groupe.{c}" for c in ("uai", "annee", "code")],
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
        ForeignKeyConstraint(
            ["uai", "annee", "division"],
            [f"{SCHEMA}.division.{c}" for c in ("uai", "annee", "code")],
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
        Index("groupe_division_division", "uai", "annee", "division"),
    )

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    groupe: Mapped[str] = mapped_column(primary_key=True)
    division: Mapped[str] = mapped_column(primary_key=True)
    effectif_prevu: Mapped[int] = mapped_column(default=0)
    effectif_calcule: Mapped[int] = mapped_column(default=0)


class Service(Base):
    """structure × matière × modalité × hours. Division and group codes share one name space."""

    __tablename__ = "service"
    __table_args__ = (Index("service_cle", "uai", "annee", "structure", "matiere", "modalite", "co_ens", unique=True),)

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    numero: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    structure: Mapped[str]
    type_structure: Mapped[str]
    matiere: Mapped[str]
    modalite: Mapped[str] = mapped_column(default="CG")
    heures: Mapped[float] = mapped_column(default=0.0)
    co_ens: Mapped[bool] = mapped_column(default=False)


class EnseignantService(Base):
    """A teacher of a service. `supplee_id` and `suppleance_debut`: held as suppléant, for the dates of the
    suppléance.
    """

    __tablename__ = "enseignant_service"
    __table_args__ = (
        ForeignKeyConstraint(
            ["uai", "annee", "numero"],
            [f"{SCHEMA}.service.{c}" for c in ("uai", "annee", "numero")],
            ondelete="CASCADE",
        ),
        Index("enseignant_service_agent", "uai", "annee", "agent_id"),
    )

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    numero: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    heures: Mapped[float] = mapped_column(default=0.0)
    ponderation: Mapped[float | None]
    supplee_id: Mapped[int | None] = mapped_column(BigInteger)
    suppleance_debut: Mapped[date | None]


class HorsProgramme(Base):
    """A matière that the school teaches in a MEF outside its programme, and why."""

    __tablename__ = "hors_programme"

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mef: Mapped[str] = mapped_column(primary_key=True)
    matiere: Mapped[str] = mapped_column(primary_key=True)
    heures: Mapped[float] = mapped_column(default=0.0)
    motif: Mapped[str] = mapped_column(default="")
