"""Tables of the timetable software: one base per school and year, as a real EDT base holds them."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Index, MetaData, Numeric, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.persistence.tables import EnvoiMixin, JournalMixin


class Base(DeclarativeBase):
    """Tables of the schema `edt`."""

    metadata = MetaData(schema="edt")
    type_annotation_map = {  # noqa: RUF012 - read by SQLAlchemy
        str: Text,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[str]: JSONB,
        list[Any]: JSONB,
        Decimal: Numeric(6, 2),
    }


class Envoi(EnvoiMixin, Base):
    """The outbox: requests to the DSI (the rest a person carries, or NetSynchro asks of SIECLE)."""


class Journal(JournalMixin, Base):
    """What was done in the bases."""


class BaseEdt(Base):
    """A base of the software, or the copy of one (EDT-30). `millesime`: of the SIECLE data it holds.

    `uai`: its code, the UAI of its school, followed by `rules.COPIE` for a copy, which knows when it was made
    (`copiee_le`). `hebergee`: PRONOTE is on a machine of its editor (EDT-07); `pronote_initialisee_le`: when the
    PRONOTE base of the year was made from this one (EDT-44).
    `sts_importe_le`: when the STS-Web file it holds was first given; the same file given again (`sts_digest`) does
    not make its data younger (EDT-15). `certificat_demande_le`, `certificat_recu_le`: when NetSynchro's certificate
    was asked of the DSI, when the DSI delivered it (EDT-42).
    """

    __tablename__ = "base_edt"

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    nom: Mapped[str] = mapped_column(default="")
    creee_le: Mapped[datetime]
    sts_importe_le: Mapped[datetime | None]
    sts_digest: Mapped[str | None]
    siecle_importe_le: Mapped[datetime | None]
    millesime: Mapped[int | None]
    certificat_demande_le: Mapped[datetime | None]
    certificat_recu_le: Mapped[datetime | None]
    copiee_le: Mapped[datetime | None]
    hebergee: Mapped[bool] = mapped_column(default=False, server_default="false")
    pronote_initialisee_le: Mapped[datetime | None]


class DonneeSts(Base):
    """What the last `sts_emp` held, to choose a counterpart from (EDT-17).

    `genre`: matiere, professeur, classe, groupe; `code`: the INDIVIDU ID for a teacher; `type`: his TYPE.
    """

    __tablename__ = "donnee_sts"

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    genre: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    libelle: Mapped[str] = mapped_column(default="")
    type: Mapped[str] = mapped_column(default="")


class Professeur(Base):
    """A teacher; `sts_id` is the INDIVIDU ID it corresponds to in STS-Web (None: no counterpart, EDT-18)."""

    __tablename__ = "professeur"

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    numero: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    nom: Mapped[str]
    prenom: Mapped[str]
    fonction: Mapped[str] = mapped_column(default="")
    sts_id: Mapped[str | None]
    sts_type: Mapped[str] = mapped_column(default="epp")
    exportable: Mapped[bool] = mapped_column(default=True)


class Matiere(Base):
    """A matière of the base, and its code in STS-Web."""

    __tablename__ = "matiere"

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(primary_key=True)
    libelle: Mapped[str]
    sts_code: Mapped[str | None]


class Structure(Base):
    """A class (`type` D) or a group (G). `sts_code`: its counterpart in STS-Web; a new group has none yet."""

    __tablename__ = "structure"

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    libelle: Mapped[str] = mapped_column(default="")
    mefs: Mapped[list[str]] = mapped_column(default=list)
    divisions: Mapped[list[str]] = mapped_column(default=list)
    barrette: Mapped[str | None]
    sts_code: Mapped[str | None]
    effectif: Mapped[int] = mapped_column(default=0)


class Service(Base):
    """structure × matière × modalité; `enseignants`: [{numero, heures}]; `exportable` False for Club, Devoirs faits…"""

    __tablename__ = "service"

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    structure: Mapped[str] = mapped_column(primary_key=True)
    matiere: Mapped[str] = mapped_column(primary_key=True)
    modalite: Mapped[str] = mapped_column(primary_key=True)
    heures: Mapped[Decimal]
    co_ens: Mapped[bool] = mapped_column(default=False)
    enseignants: Mapped[list[Any]] = mapped_column(default=list)
    exportable: Mapped[bool] = mapped_column(default=True)


class Cours(Base):
    """A weekly slot of a service. `alternance`: H every week, Q1 or Q2 one week in two."""

    __tablename__ = "cours"
    __table_args__ = (Index("cours_structure", "uai", "annee", "structure"),)

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    numero: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    structure: Mapped[str]
    matiere: Mapped[str]
    modalite: Mapped[str]
    alternance: Mapped[str]
    jour: Mapped[int]
    debut: Mapped[time]
    minutes: Mapped[int]


class ProfesseurPrincipal(Base):
    """The professeur principal of a class."""

    __tablename__ = "professeur_principal"

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    division: Mapped[str] = mapped_column(primary_key=True)
    numero: Mapped[int] = mapped_column(BigInteger)


class Eleve(Base):
    """A pupil, as SIECLE's files gave her; `eleve_id` is ELEVE_ID, kept for the way back."""

    __tablename__ = "eleve"
    __table_args__ = (Index("eleve_cle_tri", "cle_tri"),)

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    eleve_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    nom: Mapped[str]
    nom_usage: Mapped[str | None]
    prenom: Mapped[str]
    prenom2: Mapped[str | None]
    prenom3: Mapped[str | None]
    date_naissance: Mapped[date]
    sexe: Mapped[str | None]
    ine: Mapped[str | None]
    division: Mapped[str | None]
    cle_tri: Mapped[str]


class Appartenance(Base):
    """A pupil in a group, between two dates."""

    __tablename__ = "appartenance"

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    groupe: Mapped[str] = mapped_column(primary_key=True)
    eleve_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    debut: Mapped[date | None]
    fin: Mapped[date | None]


class SocleEnt(Base):
    """Where the timetable goes by itself: the URL that the authorised user of the ENT received (EDT-46)."""

    __tablename__ = "socle_ent"

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    socle: Mapped[str]
    url: Mapped[str]
    jeton: Mapped[str]
    enregistre_le: Mapped[datetime]


class ExportFait(Base):
    """The last file of each kind that the base wrote, and what the software said of it."""

    __tablename__ = "export_fait"

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    genre: Mapped[str] = mapped_column(primary_key=True)
    instant: Mapped[datetime]
    nom: Mapped[str]
    digest: Mapped[str]
    nb: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(default="")
    avertissements: Mapped[list[str]] = mapped_column(default=list)


class Codification(Base):
    """The label of a code of SIECLE's nomenclatures (EDT-06). `genre`: mef."""

    __tablename__ = "codification"

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    genre: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    libelle: Mapped[str]


class ElementPronote(Base):
    """What a PRONOTE base takes over from one year to the next (EDT-44).

    `genre`: utilisateur, courrier, competence, photo, modele; `code`: within its kind, the ELEVE_ID for a photo;
    `digest`: the bytes of a photo.
    """

    __tablename__ = "element_pronote"

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    genre: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    libelle: Mapped[str]
    texte: Mapped[str] = mapped_column(default="")
    digest: Mapped[str | None]


class PreparationHebergee(Base):
    """The file of « Préparer l'année suivante » left on the school's hosted machine; it outlives the base (EDT-07)."""

    __tablename__ = "preparation_hebergee"

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    instant: Mapped[datetime]
    nom: Mapped[str]
    digest: Mapped[str]
