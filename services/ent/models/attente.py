"""Where a feed waits while it is read, before it is applied by whole sets; empty outside an import.

Services may not create tables at run time, so these are ordinary ones. A request of the feed has a rank (`rang`);
what it names (members, links) refers to that rank.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.ent.models.base import Base


class AttentePersonne(Base):
    """One request about a person. `op`: A (add), M (modify), S (delete), R (refused). NULL: not named by a modify.

    `nommes`: what the request names among naissance, eleve_id, structure_id, liens, rattachements and the lists of
    members (`division:eleve`, `groupe:enseignant`…).
    """

    __tablename__ = "attente_personne"
    __table_args__ = (Index("attente_personne_id", "aaf_id", "projet"),)

    rang: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    projet: Mapped[str] = mapped_column(primary_key=True)
    aaf_id: Mapped[int] = mapped_column(BigInteger)
    op: Mapped[str]
    categorie: Mapped[str]
    profil: Mapped[str | None]
    nom: Mapped[str | None]
    prenom: Mapped[str | None]
    nom_famille: Mapped[str | None]
    civilite: Mapped[str | None]
    naissance: Mapped[date | None]
    ine: Mapped[str | None]
    eleve_id: Mapped[int | None] = mapped_column(BigInteger)
    mel: Mapped[str | None]
    mef: Mapped[str | None]
    libelle_mef: Mapped[str | None]
    code_postal: Mapped[str | None]
    enseignements: Mapped[str | None]
    structure_id: Mapped[int | None] = mapped_column(BigInteger)
    cle_tri: Mapped[str | None]
    login_base: Mapped[str | None]
    nommes: Mapped[list[str]]


class AttenteStructure(Base):
    """One request about a structure."""

    __tablename__ = "attente_structure"

    rang: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    projet: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger)
    uai: Mapped[str]
    sigle: Mapped[str]
    nom: Mapped[str]
    commune: Mapped[str]
    nature: Mapped[str]
    classes_declarees: Mapped[bool]
    groupes_declares: Mapped[bool]


class AttenteEnsemble(Base):
    """A class or group that a structure declares."""

    __tablename__ = "attente_ensemble"
    __table_args__ = (Index("attente_ensemble_rang", "rang", "projet"),)

    ligne: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    projet: Mapped[str]
    rang: Mapped[int]
    genre: Mapped[str]
    nom: Mapped[str]
    libelle: Mapped[str]
    parents: Mapped[list[str]]


class AttenteLibelle(Base):
    """A label of MEF or matière."""

    __tablename__ = "attente_libelle"

    ligne: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    projet: Mapped[str]
    genre: Mapped[str]
    code: Mapped[str]
    libelle: Mapped[str]


class AttenteRattachement(Base):
    """A structure that a person names."""

    __tablename__ = "attente_rattachement"
    __table_args__ = (Index("attente_rattachement_rang", "rang", "projet"),)

    ligne: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    projet: Mapped[str]
    rang: Mapped[int]
    structure_id: Mapped[int] = mapped_column(BigInteger)
    fonctions: Mapped[list[Any]]


class AttenteMembre(Base):
    """A class or group that a person names."""

    __tablename__ = "attente_membre"
    __table_args__ = (Index("attente_membre_rang", "rang", "projet"),)

    ligne: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    projet: Mapped[str]
    rang: Mapped[int]
    structure_id: Mapped[int] = mapped_column(BigInteger)
    genre: Mapped[str]
    nom: Mapped[str]
    role: Mapped[str]
    matiere: Mapped[str]


class AttenteLien(Base):
    """A responsable that a pupil names."""

    __tablename__ = "attente_lien"
    __table_args__ = (Index("attente_lien_rang", "rang", "projet"),)

    ligne: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    projet: Mapped[str]
    rang: Mapped[int]
    responsable_id: Mapped[int] = mapped_column(BigInteger)
    type_lien: Mapped[int]
    legal: Mapped[int]
    financier: Mapped[bool]
    contact: Mapped[bool]
    paiement: Mapped[bool]


ATTENTES: tuple[type[Base], ...] = (
    AttentePersonne,
    AttenteStructure,
    AttenteEnsemble,
    AttenteLibelle,
    AttenteRattachement,
    AttenteMembre,
    AttenteLien,
)
"""Every waiting table."""
