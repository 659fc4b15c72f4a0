"""Tables of the timetable that EDT gives, and of what it makes: groups, members, courses, séances.

They belong to a school and a year, not to a feed of the AAF, which leaves them alone: groups made from the timetable
stand beside those of the AAF (ENT-31). Only the last import's differences are looked at, all are kept.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import BigInteger, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.ent.models.base import Base


class ReglageEdt(Base):
    """The answers given to the assistant (ENT-29), which later imports take up (ENT-34).

    `groupes_crees`: EDT or STS; `peuplement`: EDT or Ailleurs; `option`: the piloting they choose (ENT-30).
    """

    __tablename__ = "reglage_edt"

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    projet: Mapped[str]
    logiciel: Mapped[str]
    version: Mapped[str]
    agricole: Mapped[bool]
    groupes_crees: Mapped[str]
    peuplement: Mapped[str]
    option: Mapped[int]
    modifie_le: Mapped[datetime]


class ImportEdt(Base):
    """A timetable taken in. `origine`: assistant, main, automatique; masks count weeks from `semaine1`, a Monday."""

    __tablename__ = "import_edt"

    numero: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    projet: Mapped[str]
    instant: Mapped[datetime]
    origine: Mapped[str]
    fichier: Mapped[str]
    digest: Mapped[str]
    option: Mapped[int]
    debut: Mapped[date]
    fin: Mapped[date]
    semaine1: Mapped[date]
    compteurs: Mapped[dict[str, Any]]


class EcartEdt(Base):
    """Someone or something of the file that has no counterpart in the ENT (ENT-27).

    `genre`: eleve, professeur, classe, groupe, cours, fichier; `code`: a key of `rules.emploi_du_temps.ECARTS`.
    """

    __tablename__ = "ecart_edt"
    __table_args__ = (Index("ecart_edt_import", "numero", "uai", "annee"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    uai: Mapped[str]
    annee: Mapped[int]
    numero: Mapped[int]
    genre: Mapped[str]
    code: Mapped[str]
    nom: Mapped[str]
    detail: Mapped[str]


class EnsembleEdt(Base):
    """A class (`genre` division) or a group (groupe) of the timetable.

    `pilote`: edt, the ENT made it from the timetable (ENT-31); aaf, it is one that the AAF declares.
    """

    __tablename__ = "ensemble_edt"

    nom: Mapped[str] = mapped_column(primary_key=True)
    genre: Mapped[str] = mapped_column(primary_key=True)
    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    projet: Mapped[str]
    pilote: Mapped[str]
    divisions: Mapped[list[str]]


class MembreEdt(Base):
    """Who is in a class or group of the timetable. `role`: eleve, enseignant; `origine`: import, main (ENT-32)."""

    __tablename__ = "membre_edt"
    __table_args__ = (Index("membre_edt_ensemble", "nom", "genre", "uai", "annee"),)

    aaf_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    nom: Mapped[str] = mapped_column(primary_key=True)
    genre: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    projet: Mapped[str]
    origine: Mapped[str]
    depuis: Mapped[datetime]


class CoursEdt(Base):
    """A course of the week, for one class or group and one teacher (None: his account was not found, DIAG-22).

    `semaines`: mask of the weeks when both are there; `jour`: 1 is Monday.
    """

    __tablename__ = "cours_edt"
    __table_args__ = (
        Index("cours_edt_ensemble", "nom", "genre", "uai", "annee"),
        Index("cours_edt_enseignant", "aaf_id", "uai", "annee"),
    )

    numero: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    projet: Mapped[str]
    jour: Mapped[int]
    debut: Mapped[time]
    fin: Mapped[time]
    matiere: Mapped[str]
    genre: Mapped[str]
    nom: Mapped[str]
    aaf_id: Mapped[int | None] = mapped_column(BigInteger)
    enseignant: Mapped[str]
    semaines: Mapped[int] = mapped_column(BigInteger)


class SeanceEdt(Base):
    """A dated séance of the cahier de textes (ENT-37)."""

    __tablename__ = "seance_edt"
    __table_args__ = (Index("seance_edt_ensemble", "nom", "genre", "uai", "annee"),)

    jour: Mapped[date] = mapped_column(primary_key=True)
    debut: Mapped[time] = mapped_column(primary_key=True)
    nom: Mapped[str] = mapped_column(primary_key=True)
    genre: Mapped[str] = mapped_column(primary_key=True)
    matiere: Mapped[str] = mapped_column(primary_key=True)
    aaf_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    projet: Mapped[str]
    fin: Mapped[time]
    generee_le: Mapped[datetime]


class AccesAutomatise(Base):
    """Who is authorised for the imports automatisés of a school, and the secret of the URL he received (ENT-38)."""

    __tablename__ = "acces_automatise"

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    projet: Mapped[str]
    aaf_id: Mapped[int] = mapped_column(BigInteger)
    jeton: Mapped[str] = mapped_column(unique=True)
    rang: Mapped[int]
    declare_le: Mapped[datetime]
