"""Tables of the AAF: remontées received, numbers allotted, the directory, exclusions, projects and their feeds.

The directory holds what each school contributes to each object (`Fiche`): a feed reads, in the order of
identifiers, the contributions of the schools of its project, and joins those of one object as it goes.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, MetaData, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.persistence.tables import EnvoiMixin, JournalMixin

ACADEMIE = ""
"""The « school » of what belongs to the whole académie: MEF and matières."""


class Base(DeclarativeBase):
    """Tables of the schema `aaf`."""

    metadata = MetaData(schema="aaf")
    type_annotation_map = {  # noqa: RUF012
        str: Text,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
    }


class Envoi(EnvoiMixin, Base):
    """The outbox: the AAF sends nothing by itself, the ENT comes for its feeds."""


class Journal(JournalMixin, Base):
    """What the AAF received and did."""


# --- what comes up ----------------------------------------------------------------------------------------------


class Remontee(Base):
    """The last message of a source (`bee`, `sts`, `rectorat`) for a school, a year and a local day.

    `annee` is the STS year, 0 for the rectorat; the message stands in the file store under `digest`;
    `empreinte` tells whether two messages say the same, whatever their instant.
    """

    __tablename__ = "remontee"

    uai: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    jour: Mapped[date] = mapped_column(primary_key=True)
    instant: Mapped[datetime]
    digest: Mapped[str]
    empreinte: Mapped[str]
    nb: Mapped[int]


class Scolarite(Base):
    """An active scolarité that a remontée of BEE declares; kept for the last two days of each school."""

    __tablename__ = "scolarite"
    __table_args__ = (Index("scolarite_ine", "ine"),)

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    jour: Mapped[date] = mapped_column(primary_key=True)
    eleve_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    ine: Mapped[str]
    division: Mapped[str]
    mef: Mapped[str]


class Nomenclature(Base):
    """A set of the académie's nomenclatures; its message stands in the file store. `jour`: when it came."""

    __tablename__ = "nomenclature"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str]
    jour: Mapped[date]


# --- numbers ----------------------------------------------------------------------------------------------------


class Identifiant(Base):
    """A person as her source knows her, and her ENTPersonJointure once allotted.

    `genre` and `cle`: `eleve` by INE, `responsable` by PERSONNE_ID of BEE, `agent` by agent id (a local
    agent of STS-Web by « uai:id »). `jour`: the day on which the key was first received.
    """

    __tablename__ = "identifiant"
    __table_args__ = (Index("identifiant_sans_numero", "jour", postgresql_where=text("numero IS NULL")),)

    genre: Mapped[str] = mapped_column(primary_key=True)
    cle: Mapped[str] = mapped_column(primary_key=True)
    connu_le: Mapped[datetime]
    jour: Mapped[date]
    numero: Mapped[int | None] = mapped_column(BigInteger, unique=True)


class Structure(Base):
    """A school: its ENTStructureJointure, and what the last integration made of it; the académie is `ACADEMIE`.

    `empreinte` says what was integrated; `revoir_le` the day on which it changes by itself (an appointment that
    begins or ends); `modifie_le` when its contribution to the directory last changed.
    """

    __tablename__ = "structure"

    uai: Mapped[str] = mapped_column(primary_key=True)
    jour: Mapped[date]
    numero: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    libelle: Mapped[str] = mapped_column(default="")
    code_academie: Mapped[str] = mapped_column(default="")
    integre_le: Mapped[datetime | None]
    modifie_le: Mapped[datetime | None]
    empreinte: Mapped[str] = mapped_column(default="")
    revoir_le: Mapped[date | None]
    comptes: Mapped[dict[str, Any]] = mapped_column(default=dict)


# --- the directory ----------------------------------------------------------------------------------------------


class Fiche(Base):
    """What a school contributes to an object of the directory.

    `id` is the identifier of the feed; `cle` the source's own (INE, PERSONNE_ID, agent id, UAI, code); `reference` a
    pupil's ELEVE_ID; `valeurs` the lists of values of the attributes of grammar 6.4, in file order.
    """

    __tablename__ = "fiche"
    __table_args__ = (
        Index("fiche_uai", "uai", "categorie"),
        Index("fiche_cle", "cle"),
        Index("fiche_reference", "reference"),
        Index("fiche_tri", "categorie", "cle_tri"),
    )

    categorie: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    uai: Mapped[str] = mapped_column(primary_key=True)
    cle: Mapped[str]
    reference: Mapped[str]
    libelle: Mapped[str]
    cle_tri: Mapped[str]
    empreinte: Mapped[str]
    valeurs: Mapped[list[Any]]
    depuis: Mapped[datetime]
    modifie_le: Mapped[datetime]


class DivisionGroupe(Base):
    """A division (`type` D) or a group (G) of the structure last exported, as the directory knows it."""

    __tablename__ = "division_groupe"
    __table_args__ = (Index("division_groupe_code", "code"),)

    uai: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    libelle: Mapped[str]
    divisions: Mapped[list[Any]]
    depuis: Mapped[datetime]


class Exclusion(Base):
    """What does not come out of a school, and why. `depuis` is the first sight of it."""

    __tablename__ = "exclusion"
    __table_args__ = (Index("exclusion_id", "id"), Index("exclusion_tri", "cle_tri"))

    uai: Mapped[str] = mapped_column(primary_key=True)
    objet: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    raison: Mapped[str]
    remede: Mapped[str]
    menu: Mapped[str]
    interlocuteur: Mapped[str]
    depuis: Mapped[datetime]
    cles: Mapped[dict[str, Any]]
    libelle: Mapped[str]
    cle_tri: Mapped[str]


# --- projects and feeds -----------------------------------------------------------------------------------------


class Projet(Base):
    """An ENT project: the schools that it feeds, the grammar, size and declared encoding of its files.

    `complet_demande`: the next feed is complete whatever the day. `modifie_le`: its perimeter or grammar.
    `calendrier`: that of its feeds (`CalendrierAlimentation`); `depot`: its archives are also written in a drop folder;
    `fautes`: those of its deliveries, on purpose (`shared.contracts.fautes.FautePosee`).
    """

    __tablename__ = "projet"

    code: Mapped[str] = mapped_column(primary_key=True)
    libelle: Mapped[str]
    grammaire: Mapped[str]
    max_par_fichier: Mapped[int]
    encodage: Mapped[str] = mapped_column(default="UTF-8")
    complet_demande: Mapped[bool] = mapped_column(default=False)
    calendrier: Mapped[dict[str, Any]] = mapped_column(default=dict)
    depot: Mapped[bool] = mapped_column(default=False)
    fautes: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))
    cree_le: Mapped[datetime]
    modifie_le: Mapped[datetime]


class ProjetEtablissement(Base):
    """A school of a project."""

    __tablename__ = "projet_etablissement"

    projet: Mapped[str] = mapped_column(ForeignKey(Projet.code, ondelete="CASCADE"), primary_key=True)
    uai: Mapped[str] = mapped_column(primary_key=True, index=True)


class Alimentation(Base):
    """A feed written: its archive stands in the file store under `digest`. `comptes`: requests by category and kind."""

    __tablename__ = "alimentation"

    projet: Mapped[str] = mapped_column(ForeignKey(Projet.code, ondelete="CASCADE"), primary_key=True)
    numero: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    type: Mapped[str]
    jour: Mapped[date]
    instant: Mapped[datetime]
    nom: Mapped[str]
    digest: Mapped[str]
    octets: Mapped[int] = mapped_column(BigInteger)
    ajouts: Mapped[int]
    modifications: Mapped[int]
    suppressions: Mapped[int]
    comptes: Mapped[dict[str, Any]]
    fichiers: Mapped[list[Any]]


class Etat(Base):
    """What a project's last feeds said of an object: the state that the next delta starts from.

    `valeurs` are in the project's grammar; `empreinte` that of the contributions they were made of; `numero` is the
    feed in which this content came out.
    """

    __tablename__ = "etat"

    projet: Mapped[str] = mapped_column(ForeignKey(Projet.code, ondelete="CASCADE"), primary_key=True)
    categorie: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    valeurs: Mapped[list[Any]]
    empreinte: Mapped[str] = mapped_column(default="")
    numero: Mapped[int]
