"""People: agents, their appointments, and what they are given beside services."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.sts_web.models.commun import Base


class Agent(Base):
    """A person known to a school: `type` epp (from EPP) or local (created by the school)."""

    __tablename__ = "agent"
    __table_args__ = (Index("agent_id", "id"), Index("agent_cle_tri", "cle_tri"))

    uai: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    sexe: Mapped[str] = mapped_column(default="")
    civilite: Mapped[str] = mapped_column(default="")
    nom_usage: Mapped[str]
    nom_patronymique: Mapped[str] = mapped_column(default="")
    prenom: Mapped[str] = mapped_column(default="")
    date_naissance: Mapped[date | None]
    grade: Mapped[str] = mapped_column(default="")
    mel: Mapped[str] = mapped_column(default="")
    cle_tri: Mapped[str]
    recu_le: Mapped[datetime]


class Nomination(Base):
    """An appointment of an agent in a school: AFA and REP go to Ressources, SUP to Services suppléants."""

    __tablename__ = "nomination"

    uai: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    rang: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    nature: Mapped[str]
    fonction: Mapped[str] = mapped_column(default="")
    support: Mapped[str] = mapped_column(default="")
    discipline: Mapped[str] = mapped_column(default="")
    discipline_libelle: Mapped[str] = mapped_column(default="")
    heures: Mapped[float] = mapped_column(default=0.0)
    debut: Mapped[date | None]
    fin: Mapped[date | None]
    supplee_id: Mapped[int | None] = mapped_column(BigInteger)


class ProfPrincipal(Base):
    """A professeur principal of a division (indemnité, STS-51)."""

    __tablename__ = "prof_principal"

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    division: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    debut: Mapped[date | None]
    fin: Mapped[date | None]


class Are(Base):
    """Hours of an agent other than teaching (activités à responsabilité)."""

    __tablename__ = "are"

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    agent_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(primary_key=True)
    heures: Mapped[float] = mapped_column(default=0.0)


class Hsa(Base):
    """Heures supplémentaires année of an agent in one of his disciplines, as the school typed them."""

    __tablename__ = "hsa"

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    agent_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    discipline: Mapped[str] = mapped_column(primary_key=True)
    heures: Mapped[float]
    debut: Mapped[date]
    fin: Mapped[date]


class IndemniteMission(Base):
    """An indemnité pour mission particulière (IMP) of an agent; `montant`, in euros for the whole year."""

    __tablename__ = "indemnite_mission"

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    agent_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    mission: Mapped[str] = mapped_column(primary_key=True)
    montant: Mapped[float]
    debut: Mapped[date]
    fin: Mapped[date]
