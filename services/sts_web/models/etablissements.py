"""Schools, their years, the campagne, and the académie's nomenclatures."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import SmallInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.sts_web.models.commun import Base


class Etablissement(Base):
    """A school, as the rectorat or its sts_emp file describes it."""

    __tablename__ = "etablissement"

    uai: Mapped[str] = mapped_column(primary_key=True)
    sigle: Mapped[str] = mapped_column(default="")
    denom_princ: Mapped[str] = mapped_column(default="")
    denom_compl: Mapped[str] = mapped_column(default="")
    nature: Mapped[str] = mapped_column(default="")
    categorie: Mapped[str] = mapped_column(default="")
    secteur: Mapped[str] = mapped_column(default="PU")
    adresse: Mapped[str] = mapped_column(default="")
    code_postal: Mapped[str] = mapped_column(default="")
    commune: Mapped[str] = mapped_column(default="")
    telephone: Mapped[str] = mapped_column(default="")
    academie_code: Mapped[str] = mapped_column(default="")
    academie_nom: Mapped[str] = mapped_column(default="")


class Annee(Base):
    """A year of a school that STS-Web holds. Its state (en cours, en préparation) follows from the clock.

    `initiale`: loaded as it was, not opened by a bascule. `edt_*`: the last import of a timetable.
    `vs_*`: the last validation of the ventilations de service, and its file in the store.
    """

    __tablename__ = "annee"

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    initiale: Mapped[bool]
    ouverte_le: Mapped[datetime]
    reconduit: Mapped[list[str]] = mapped_column(JSONB, default=list)
    edt_importe_le: Mapped[datetime | None]
    edt_digest: Mapped[str | None]
    edt_rapport: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    vs_valides_le: Mapped[datetime | None]
    vs_digest: Mapped[str | None]


class Campagne(Base):
    """The dates of the campagne « Rentrée » of a year, where the académie fixed others than the usual ones (STS-08)."""

    __tablename__ = "campagne"

    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    debut: Mapped[date]
    fin: Mapped[date]
    fixee_le: Mapped[datetime]


class RemonteeVs(Base):
    """The date butoir of the remontée des V.S. of a year, as the académie fixed it (REC-18)."""

    __tablename__ = "remontee_vs"

    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    date_butoir: Mapped[date]
    recue_le: Mapped[datetime]


class Mef(Base):
    """A MEF that structures may use."""

    __tablename__ = "mef"

    code: Mapped[str] = mapped_column(primary_key=True)
    formation: Mapped[str] = mapped_column(default="")
    specialite: Mapped[str] = mapped_column(default="")
    libelle_long: Mapped[str] = mapped_column(default="")
    libelle_edition: Mapped[str] = mapped_column(default="")
    mefstat11: Mapped[str] = mapped_column(default="")
    mefstat4: Mapped[str] = mapped_column(default="")


class Matiere(Base):
    """A matière that services may name."""

    __tablename__ = "matiere"

    code: Mapped[str] = mapped_column(primary_key=True)
    code_gestion: Mapped[str] = mapped_column(default="")
    libelle_court: Mapped[str] = mapped_column(default="")
    libelle_long: Mapped[str] = mapped_column(default="")
    libelle_edition: Mapped[str] = mapped_column(default="")


class Programme(Base):
    """Weekly hours of a matière in a MEF."""

    __tablename__ = "programme"

    mef: Mapped[str] = mapped_column(primary_key=True)
    matiere: Mapped[str] = mapped_column(primary_key=True)
    horaire: Mapped[float]


class EtatNomenclatures(Base):
    """The one row saying which version of the académie's nomenclatures was received, and when."""

    __tablename__ = "etat_nomenclatures"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    version: Mapped[int]
    recu_le: Mapped[datetime]
