"""Tables of STS-Web: schools, years, structure, ressources, services, last exports.

Source: reference sts-edt §2 (what a school's year holds), architecture "Storage" (établissement and année on
every school row). Codes that reach a file are the ministry's; `numero` of a service is allotted by the use
cases.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKeyConstraint, Index, MetaData, SmallInteger, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.persistence.tables import EnvoiMixin, JournalMixin

SCHEMA = "sts_web"


class Base(DeclarativeBase):
    """Tables of this service's schema."""

    metadata = MetaData(schema=SCHEMA)
    type_annotation_map = {str: Text, datetime: DateTime(timezone=True)}  # noqa: RUF012 - read by SQLAlchemy


class Envoi(EnvoiMixin, Base):
    """Messages to BEE and to the AAF."""


class Journal(JournalMixin, Base):
    """What « Edition journal » lists, and what was received."""


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


class RemonteeVs(Base):
    """The date butoir of the remontée des V.S. of a year, as the académie fixed it (REC-18)."""

    __tablename__ = "remontee_vs"

    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    date_butoir: Mapped[date]
    recue_le: Mapped[datetime]


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
