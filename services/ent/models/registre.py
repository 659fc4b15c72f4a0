"""Tables of the register: what the ENT tells publishers of its schools, classes and people, ready to be read by pages.

It is made again by whole sets when the directory has changed, for the projects that have a connector that reads it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.ent.models.base import Base


class FicheMixin:
    """What a record is to whoever reads pages of them: see `FicheRegistre`."""

    sourced_id: Mapped[str] = mapped_column(primary_key=True)
    genre: Mapped[str] = mapped_column(primary_key=True)
    projet: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    actif: Mapped[bool]
    modifie_le: Mapped[datetime]
    ecoles: Mapped[list[str]]
    classe: Mapped[str]
    personne: Mapped[str]
    cours: Mapped[str]
    aaf_id: Mapped[int | None] = mapped_column(BigInteger)
    ine: Mapped[str]
    v1p1: Mapped[str]
    v1p2: Mapped[str]


class FicheRegistre(FicheMixin, Base):
    """One record, as OneRoster tells it. `genre`: org, academicSession, course, class, user, enrollment, demographics.

    `role`: of a user or an enrollment; else the type of the record. `modifie_le`: when what it says last changed, on
    the simulated clock. `ecoles`, `classe`, `personne`, `cours`: what it belongs to, by sourcedId ("" for nothing;
    `cours`: of a session, its parent). `v1p1`, `v1p2`: its JSON in each version, addresses relative to « @ ».
    """

    __tablename__ = "fiche_registre"
    __table_args__ = (
        Index("fiche_registre_page", "genre", "sourced_id", "projet"),
        Index("fiche_registre_modifie", "genre", "modifie_le", "projet"),
        Index("fiche_registre_classe", "classe", "sourced_id", "projet", postgresql_where="classe <> ''"),
        Index("fiche_registre_personne", "personne", "sourced_id", "projet", postgresql_where="personne <> ''"),
        Index("fiche_registre_ecoles", "ecoles", postgresql_using="gin"),
    )


class FicheCarnet(FicheMixin, Base):
    """A record of the gradebook, as a publisher wrote it: `genre` category, lineItem or result.

    Columns are those of `FicheRegistre`, so that both are read alike. `classe`: of a line item and of its results;
    `personne`: the pupil of a result (`aaf_id` too: it goes when the account is deleted); `cours`: the category of a
    line item, the line item of a result.
    """

    __tablename__ = "fiche_carnet"
    __table_args__ = (
        Index("fiche_carnet_classe", "classe", "genre", "sourced_id", "projet", postgresql_where="classe <> ''"),
        Index("fiche_carnet_cours", "cours", "sourced_id", "projet", postgresql_where="cours <> ''"),
        Index("fiche_carnet_personne", "aaf_id", "projet", postgresql_where="aaf_id IS NOT NULL"),
    )


class AttenteRegistre(Base):
    """Where the register waits while it is made again, before it is compared by whole sets; empty otherwise."""

    __tablename__ = "attente_registre"

    sourced_id: Mapped[str] = mapped_column(primary_key=True)
    genre: Mapped[str] = mapped_column(primary_key=True)
    projet: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    ecoles: Mapped[list[str]]
    classe: Mapped[str]
    personne: Mapped[str]
    cours: Mapped[str]
    aaf_id: Mapped[int | None] = mapped_column(BigInteger)
    ine: Mapped[str]
    v1p1: Mapped[str]
    v1p2: Mapped[str]


class EtatRegistre(Base):
    """How far the register of a project goes: the mark of the directory that it tells, and that instant."""

    __tablename__ = "etat_registre"

    projet: Mapped[str] = mapped_column(primary_key=True)
    marque: Mapped[str]
    instant: Mapped[datetime]


class JetonRegistre(Base):
    """An access token of a OneRoster or SCIM connector, by its digest. `expire_le`: None for one that is given once."""

    __tablename__ = "jeton_registre"

    empreinte: Mapped[str] = mapped_column(primary_key=True)
    connecteur: Mapped[str]
    portees: Mapped[list[str]]
    cree_le: Mapped[datetime]
    expire_le: Mapped[datetime | None]


class NonceOauth(Base):
    """A signed request of OAuth 1.0a that was answered: its nonce is worth one use. `moment`: oauth_timestamp."""

    __tablename__ = "nonce_oauth"

    nonce: Mapped[str] = mapped_column(primary_key=True)
    moment: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    connecteur: Mapped[str] = mapped_column(primary_key=True)
    cree_le: Mapped[datetime]
