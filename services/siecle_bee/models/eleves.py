"""Fiches: pupils, persons, addresses, and what hangs on a pupil (responsables, options, groups).

Keys hold `uai` and `millesime` before ELEVE_ID, PERSONNE_ID and ADRESSE_ID: these numbers are académie-wide and
stay the same from one millésime to the next, so that an ENT account follows its owner.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from services.siecle_bee.models.socle import Base


def vers_eleve(table: str) -> ForeignKeyConstraint:
    """The link of a row to its fiche: it goes with it."""
    return ForeignKeyConstraint(
        ["uai", "millesime", "eleve_id"],
        ["siecle_bee.eleve.uai", "siecle_bee.eleve.millesime", "siecle_bee.eleve.eleve_id"],
        name=f"{table}_eleve",
        ondelete="CASCADE",
    )


class Adresse(Base):
    """An address, shared by whoever lives there."""

    __tablename__ = "adresse"

    uai: Mapped[str] = mapped_column(primary_key=True)
    millesime: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    adresse_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    ligne1: Mapped[str] = mapped_column(default="")
    ligne2: Mapped[str] = mapped_column(default="")
    ligne3: Mapped[str] = mapped_column(default="")
    ligne4: Mapped[str] = mapped_column(default="")
    code_postal: Mapped[str] = mapped_column(default="")
    commune: Mapped[str] = mapped_column(default="")
    commune_etrangere: Mapped[str] = mapped_column(default="")
    code_commune: Mapped[str] = mapped_column(default="")
    pays: Mapped[str] = mapped_column(default="100")


class Eleve(Base):
    """A fiche élève. `ine` is None until the registry has answered; `mef` and `division` are "" until affected."""

    __tablename__ = "eleve"
    __table_args__ = (
        Index("eleve_ine", "ine", "millesime"),
        Index("eleve_nom", "millesime", "cle_tri", "date_naissance"),
        Index("eleve_id_seul", "eleve_id"),
    )

    uai: Mapped[str] = mapped_column(primary_key=True)
    millesime: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    eleve_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    elenoet: Mapped[int]
    ine: Mapped[str | None]
    ine_bea: Mapped[str] = mapped_column(default="")
    id_prv_ele: Mapped[int | None]
    nom: Mapped[str]
    nom_usage: Mapped[str] = mapped_column(default="")
    prenom: Mapped[str]
    prenom2: Mapped[str] = mapped_column(default="")
    prenom3: Mapped[str] = mapped_column(default="")
    cle_tri: Mapped[str]
    cle_usage: Mapped[str] = mapped_column(default="")
    sexe: Mapped[str] = mapped_column(default="")
    date_naissance: Mapped[date]
    pays_naissance: Mapped[str] = mapped_column(default="")
    commune_naissance: Mapped[str] = mapped_column(default="")
    ville_naissance: Mapped[str] = mapped_column(default="")
    nationalite: Mapped[str] = mapped_column(default="")
    mef: Mapped[str] = mapped_column(default="")
    mef_propose: Mapped[str] = mapped_column(default="")
    division: Mapped[str] = mapped_column(default="")
    regime: Mapped[str] = mapped_column(default="")
    statut: Mapped[str] = mapped_column(default="ST")
    redoublant: Mapped[bool] = mapped_column(default=False)
    boursier: Mapped[bool] = mapped_column(default=False)
    transport: Mapped[bool] = mapped_column(default=False)
    adresse_id: Mapped[int | None] = mapped_column(BigInteger)
    telephone_personnel: Mapped[str] = mapped_column(default="")
    telephone_portable: Mapped[str] = mapped_column(default="")
    telephone_professionnel: Mapped[str] = mapped_column(default="")
    accepte_sms: Mapped[bool] = mapped_column(default=False)
    mel: Mapped[str] = mapped_column(default="")
    provenance: Mapped[str] = mapped_column(default="")
    date_entree: Mapped[date]
    date_sortie: Mapped[date | None]
    motif_sortie: Mapped[str] = mapped_column(default="")
    an_dernier: Mapped[dict[str, Any]] = mapped_column(default=dict)
    origine: Mapped[str]
    uai_origine: Mapped[str] = mapped_column(default="")
    ine_demande_le: Mapped[datetime | None]
    modifie_le: Mapped[datetime]


class Personne(Base):
    """A person (responsable or contact). `cle_dossier` joins the same person across imported dossiers.

    `compte_ts` is the digit behind the télé-services identifier, 0 when the account was never used (BEE-50).
    """

    __tablename__ = "personne"
    __table_args__ = (
        Index("personne_cle", "cle_dossier"),
        Index("personne_id_seul", "personne_id"),
        Index("personne_nom", "uai", "millesime", "cle_tri"),
    )

    uai: Mapped[str] = mapped_column(primary_key=True)
    millesime: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    personne_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id_prv_per: Mapped[int | None]
    cle_dossier: Mapped[str | None]
    civilite: Mapped[str] = mapped_column(default="")
    nom: Mapped[str]
    nom_usage: Mapped[str] = mapped_column(default="")
    prenom: Mapped[str]
    cle_tri: Mapped[str]
    adresse_id: Mapped[int | None] = mapped_column(BigInteger)
    telephone_personnel: Mapped[str] = mapped_column(default="")
    telephone_portable: Mapped[str] = mapped_column(default="")
    telephone_professionnel: Mapped[str] = mapped_column(default="")
    accepte_sms: Mapped[bool] = mapped_column(default=False)
    communication_adresse: Mapped[bool] = mapped_column(default=False)
    mel: Mapped[str] = mapped_column(default="")
    profession: Mapped[str] = mapped_column(default="")
    compte_ts: Mapped[int] = mapped_column(SmallInteger, default=0)


class LienResponsable(Base):
    """What a person is to a pupil. `niveau`: 1 représentant légal, 2 personne en charge, 3 contact."""

    __tablename__ = "lien_responsable"
    __table_args__ = (
        vers_eleve("lien_responsable"),
        Index("lien_responsable_personne", "uai", "millesime", "personne_id"),
    )

    uai: Mapped[str] = mapped_column(primary_key=True)
    millesime: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    eleve_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    personne_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    parente: Mapped[str] = mapped_column(default="")
    niveau: Mapped[int] = mapped_column(SmallInteger, default=1)
    paie_frais: Mapped[bool] = mapped_column(default=False)
    percoit_aides: Mapped[bool] = mapped_column(default=False)
    heberge: Mapped[bool] = mapped_column(default=False)
    prioritaire: Mapped[bool] = mapped_column(default=False)


class OptionEleve(Base):
    """An option of a pupil: matière on 6 characters, modality S, O or F."""

    __tablename__ = "option_eleve"
    __table_args__ = (vers_eleve("option_eleve"),)

    uai: Mapped[str] = mapped_column(primary_key=True)
    millesime: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    eleve_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    rang: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    matiere: Mapped[str]
    modalite: Mapped[str] = mapped_column(default="O")


class LienGroupe(Base):
    """A pupil in a group, between two dates. `depot_id` is None when typed in BEE (lost at the next import)."""

    __tablename__ = "lien_groupe"
    __table_args__ = (vers_eleve("lien_groupe"), Index("lien_groupe_code", "uai", "millesime", "groupe"))

    uai: Mapped[str] = mapped_column(primary_key=True)
    millesime: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    eleve_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    groupe: Mapped[str] = mapped_column(primary_key=True)
    debut: Mapped[date]
    fin: Mapped[date | None]
    depot_id: Mapped[int | None] = mapped_column(BigInteger)
