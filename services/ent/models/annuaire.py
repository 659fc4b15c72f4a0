"""Tables of the ENT: projects, accounts, what each is a member of, imports.

A person is known by its ENTPersonJointure (`aaf_id`), within a project. Members and links are kept as the feed
says them, even when what they name is not (yet) there: readers join them to what exists.

Keys and indexes begin with what tells rows apart and end with the project: right after an import the database has
no statistics yet, and an index that begins with the project would look as good as the right one.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.ent.models.base import Base
from shared.persistence.tables import EnvoiMixin, JournalMixin


class Envoi(EnvoiMixin, Base):
    """The outbox."""


class Journal(JournalMixin, Base):
    """The journal."""


class Projet(Base):
    """An ENT: which AAF project feeds it, for which schools, and how far it has been fed.

    Its settings are those of `rules.modeles.Reglages`; `modele`, the known ENT that they were taken from ("" for none).
    `purge_jours`: None follows the bac's profile (ent.purge). `annee`: STS year of the last feed applied. `degre`: 2D
    or 1D, of every feed; "" before the first that holds records.
    """

    __tablename__ = "projet"

    code: Mapped[str] = mapped_column(primary_key=True)
    aaf_projet: Mapped[str]
    libelle: Mapped[str]
    modele: Mapped[str]
    regle_login: Mapped[str]
    premiers_pas: Mapped[str]
    desactivation_jours: Mapped[int]
    purge_jours: Mapped[int | None]
    suppressions_delta: Mapped[str]
    flux: Mapped[str]
    nommage: Mapped[str]
    fusion_ine: Mapped[bool]
    uais: Mapped[list[str]]
    annee: Mapped[int]
    degre: Mapped[str] = mapped_column(default="")
    dernier_numero: Mapped[int] = mapped_column(default=0)
    dernier_jour: Mapped[date | None]
    cree_le: Mapped[datetime]


class Structure(Base):
    """A school or service of the feed. `classes_declarees`: whether it declares its classes (and so for groups)."""

    __tablename__ = "structure"
    __table_args__ = (Index("structure_uai", "uai"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    projet: Mapped[str] = mapped_column(primary_key=True)
    uai: Mapped[str]
    sigle: Mapped[str]
    nom: Mapped[str]
    commune: Mapped[str]
    nature: Mapped[str]
    classes_declarees: Mapped[bool]
    groupes_declares: Mapped[bool]
    presente: Mapped[bool]


class Libelle(Base):
    """A label of the feed's nomenclatures. `genre`: mef or matiere."""

    __tablename__ = "libelle"

    code: Mapped[str] = mapped_column(primary_key=True)
    genre: Mapped[str] = mapped_column(primary_key=True)
    projet: Mapped[str] = mapped_column(primary_key=True)
    libelle: Mapped[str]


class Compte(Base):
    """An account: one person, one login. `etat`: a_activer, actif, desactive, purge (names and login erased).

    `retrait_annonce_le`: a delta said that the person leaves, the next complete feed will tell; `absent_le`: a complete
    feed did not hold the person, in a project that waits before it deactivates. `fusion_id`: the account of the same
    INE that took its place. `mot_de_passe`: the digest of the one chosen at activation. `enseignements`: codes of the
    matières that a pupil follows, separated by spaces.
    """

    __tablename__ = "compte"
    __table_args__ = (
        Index("compte_login", "login", "projet", unique=True),
        Index("compte_base", "login_base", "projet"),
        Index("compte_tri", "cle_tri", "projet"),
        Index("compte_ine", "ine", "projet"),
        Index("compte_eleve_id", "eleve_id", "projet"),
        Index("compte_desactive", "desactive_le", postgresql_where="etat = 'desactive'"),
        Index("compte_cree", "cree_le", "projet"),
        Index("compte_absent", "absent_le", postgresql_where="absent_le IS NOT NULL"),
    )

    aaf_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    projet: Mapped[str] = mapped_column(primary_key=True)
    profil: Mapped[str]
    nom: Mapped[str]
    prenom: Mapped[str]
    nom_famille: Mapped[str]
    civilite: Mapped[str]
    naissance: Mapped[date | None]
    ine: Mapped[str]
    eleve_id: Mapped[int | None] = mapped_column(BigInteger)
    mel: Mapped[str]
    mef: Mapped[str]
    libelle_mef: Mapped[str]
    code_postal: Mapped[str] = mapped_column(default="")
    enseignements: Mapped[str] = mapped_column(default="")
    structure_id: Mapped[int | None] = mapped_column(BigInteger)
    cle_tri: Mapped[str]
    login: Mapped[str | None]
    login_base: Mapped[str | None]
    login_rang: Mapped[int | None]
    code_activation: Mapped[str | None]
    etat: Mapped[str]
    cree_le: Mapped[datetime]
    active_le: Mapped[datetime | None]
    modifie_le: Mapped[datetime | None]
    retrait_annonce_le: Mapped[datetime | None]
    absent_le: Mapped[datetime | None]
    fusion_id: Mapped[int | None] = mapped_column(BigInteger)
    mot_de_passe: Mapped[str | None]
    desactive_le: Mapped[datetime | None]
    purge_le: Mapped[datetime | None]


class Evenement(Base):
    """What happened to an account: cree, renomme, modifie, retrait_annonce, absent, desactive, fusionne, reactive,
    active, purge.
    """

    __tablename__ = "evenement"
    __table_args__ = (
        Index("evenement_compte", "aaf_id", "projet"),
        Index("evenement_import", "import_id", "projet"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    projet: Mapped[str]
    aaf_id: Mapped[int] = mapped_column(BigInteger)
    instant: Mapped[datetime]
    genre: Mapped[str]
    import_id: Mapped[int | None]


class Rattachement(Base):
    """A person belongs to a structure. `fonctions`: [code, label, discipline, label] of staff there."""

    __tablename__ = "rattachement"
    __table_args__ = (Index("rattachement_structure", "structure_id", "aaf_id", "projet"),)

    aaf_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    structure_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    projet: Mapped[str] = mapped_column(primary_key=True)
    fonctions: Mapped[list[Any]]


class Lien(Base):
    """A pupil and one of her responsables; codes as in ENTElevePersRelEleve."""

    __tablename__ = "lien"
    __table_args__ = (Index("lien_responsable", "responsable_id", "eleve_id", "projet"),)

    eleve_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    responsable_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    projet: Mapped[str] = mapped_column(primary_key=True)
    type_lien: Mapped[int]
    legal: Mapped[int]
    financier: Mapped[bool]
    contact: Mapped[bool]
    paiement: Mapped[bool]


class Ensemble(Base):
    """A class (`genre` division) or a groupe d'enseignement (groupe) of a year. Never deleted (ENT-24).

    `parents`: MEF codes of a class (levels in the first degree), divisions of a group. `declare`: the last feed still
    declares it. `cle`: idClasse in the first degree, "" in the second.
    """

    __tablename__ = "ensemble"
    nom: Mapped[str] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    genre: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    projet: Mapped[str] = mapped_column(primary_key=True)
    libelle: Mapped[str]
    parents: Mapped[list[str]]
    cle: Mapped[str] = mapped_column(default="")
    declare: Mapped[bool]
    cree_le: Mapped[datetime]
    retire_le: Mapped[datetime | None]


class Membre(Base):
    """Who is in what, as the feed says. `role`: eleve, enseignant (with `matiere`), principal."""

    __tablename__ = "membre"
    __table_args__ = (Index("membre_ensemble", "nom", "structure_id", "genre", "aaf_id", "projet"),)

    aaf_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    nom: Mapped[str] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    genre: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    matiere: Mapped[str] = mapped_column(primary_key=True)
    projet: Mapped[str] = mapped_column(primary_key=True)
    depuis: Mapped[datetime]


class Import(Base):
    """A feed received: applied, or refused whole with the reason. `numero` is the AAF's, None by hand without one."""

    __tablename__ = "import"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    projet: Mapped[str] = mapped_column(primary_key=True)
    numero: Mapped[int | None]
    type: Mapped[str]
    jour: Mapped[date | None]
    instant: Mapped[datetime]
    origine: Mapped[str]
    fichier: Mapped[str]
    digest: Mapped[str | None]
    etat: Mapped[str]
    code: Mapped[str]
    phrase: Mapped[str]
    remede: Mapped[str]
    tentatives: Mapped[int] = mapped_column(default=1)
    compteurs: Mapped[dict[str, Any]]


class ImportLigne(Base):
    """One thing to look at in an import: a person refused, a reference to something that is not there."""

    __tablename__ = "import_ligne"
    __table_args__ = (
        Index("import_ligne_import", "import_id", "projet"),
        Index("import_ligne_personne", "aaf_id", "projet"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    projet: Mapped[str]
    import_id: Mapped[int]
    code: Mapped[str]
    categorie: Mapped[str]
    aaf_id: Mapped[int] = mapped_column(BigInteger)
    reference: Mapped[str]
    detail: Mapped[str]
