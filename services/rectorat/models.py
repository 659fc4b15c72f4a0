"""Tables of the rectorat: schools, agents (EPP, GI/GC), AFFELNET results, nomenclatures, INE registry, SYSCA, help."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.persistence.tables import EnvoiMixin, JournalMixin


class Base(DeclarativeBase):
    """Tables of the schema `rectorat`."""

    metadata = MetaData(schema="rectorat")
    type_annotation_map = {str: Text, datetime: DateTime(timezone=True), dict[str, Any]: JSONB}  # noqa: RUF012


class Envoi(EnvoiMixin, Base):
    """What goes to STS-Web, BEE and the AAF."""


class Journal(JournalMixin, Base):
    """What the académie did."""


class Academie(Base):
    """The académie of this bac: one row."""

    __tablename__ = "academie"

    code: Mapped[str] = mapped_column(primary_key=True)
    nom: Mapped[str]


class Etablissement(Base):
    """A school of the académie (`donnees` is an EtablissementMsg). `a_diffuser`: STS-Web must hear of its agents."""

    __tablename__ = "etablissement"

    uai: Mapped[str] = mapped_column(primary_key=True)
    donnees: Mapped[dict[str, Any]]
    a_diffuser: Mapped[bool] = mapped_column(default=True)


class Agent(Base):
    """A dossier administratif: `source` is epp or gigc, `donnees` an AgentMsg."""

    __tablename__ = "agent"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    source: Mapped[str]
    cle_tri: Mapped[str] = mapped_column(index=True)
    donnees: Mapped[dict[str, Any]]
    saisi_le: Mapped[datetime]


class Affectation(Base):
    """Where an agent is appointed (a copy of `donnees` that nights can filter on)."""

    __tablename__ = "affectation"
    __table_args__ = (Index("affectation_uai", "uai"),)

    agent_id: Mapped[int] = mapped_column(ForeignKey(Agent.id, ondelete="CASCADE"), primary_key=True)
    rang: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    uai: Mapped[str]
    nature: Mapped[str]


class JeuNomenclatures(Base):
    """A set of nomenclatures that the académie loaded; its message stands in the file store."""

    __tablename__ = "jeu_nomenclatures"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str]
    charge_le: Mapped[datetime]
    diffuse_le: Mapped[datetime | None]


class DossierAffectation(Base):
    """A pupil placed by AFFELNET (`donnees` is a DossierEleveMsg), published to the school or not yet."""

    __tablename__ = "dossier_affectation"

    uai: Mapped[str] = mapped_column(primary_key=True)
    millesime: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cle: Mapped[str] = mapped_column(primary_key=True)
    tour: Mapped[str]
    donnees: Mapped[dict[str, Any]]
    publie_le: Mapped[datetime | None]


class DemandeIne(Base):
    """A fiche of BEE that waits for its INE. `etat`: `recue`, `a_verifier` (by a person), `attribuee`."""

    __tablename__ = "demande_ine"
    __table_args__ = (Index("demande_ine_etat", "etat"),)

    uai: Mapped[str] = mapped_column(primary_key=True)
    millesime: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cle: Mapped[str] = mapped_column(primary_key=True)
    identite: Mapped[dict[str, Any]]
    etat: Mapped[str]
    motif: Mapped[str] = mapped_column(default="")
    recue_le: Mapped[datetime]
    ine: Mapped[str | None]
    diffusee_le: Mapped[datetime | None]


class IneAttribue(Base):
    """The registry: one INE for one identity."""

    __tablename__ = "ine_attribue"

    cle_identite: Mapped[str] = mapped_column(primary_key=True)
    numero: Mapped[int] = mapped_column(BigInteger, unique=True)


class BasculeBee(Base):
    """A base of SIECLE BEE that the académie opened."""

    __tablename__ = "bascule_bee"

    uai: Mapped[str] = mapped_column(primary_key=True)
    millesime: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    faite_le: Mapped[datetime]


class DemandeNomenclature(Base):
    """A mail of a school that misses a nomenclature (NOM-04). `genre`: mef or matiere; `etat`: `recue`, `traitee`."""

    __tablename__ = "demande_nomenclature"

    numero: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    uai: Mapped[str]
    millesime: Mapped[int]
    genre: Mapped[str]
    code: Mapped[str]
    texte: Mapped[str]
    recue_le: Mapped[datetime]
    etat: Mapped[str] = mapped_column(default="recue")
    reponse: Mapped[str] = mapped_column(default="")
    traitee_le: Mapped[datetime | None]


class NomenclatureAjoutee(Base):
    """What the académie added to the national set (REC-17). `genre`: mef or matiere.

    `donnees` is a MefMsg or a MatiereNationaleMsg; `modele`, the MEF whose programme an added MEF has.
    """

    __tablename__ = "nomenclature_ajoutee"

    genre: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    modele: Mapped[str] = mapped_column(default="")
    donnees: Mapped[dict[str, Any]]
    ajoutee_le: Mapped[datetime]


class CertificatNetsynchro(Base):
    """A certificate that a school asked of the DSI for a year (REC-20); None in `delivre_le`: it waits."""

    __tablename__ = "certificat_netsynchro"

    uai: Mapped[str] = mapped_column(primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    demande_le: Mapped[datetime]
    delivre_le: Mapped[datetime | None]


class RemonteeVs(Base):
    """The date butoir of the remontée des V.S. of a STS year (REC-18)."""

    __tablename__ = "remontee_vs"

    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    date_butoir: Mapped[date]
    fixee_le: Mapped[datetime]


class RemonteeSysca(Base):
    """What a base of BEE sent up last (REC-14): the message is in the file store, its counts here.

    EduConnect's accounts are made of the same fiches (REC-19).
    """

    __tablename__ = "remontee_sysca"

    uai: Mapped[str] = mapped_column(primary_key=True)
    millesime: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str]
    recue_le: Mapped[datetime]
    eleves: Mapped[int]
    responsables: Mapped[int]
    retenues: Mapped[int]


class DossierAssistance(Base):
    """A request for help of a school (ACC-15). `etat`: `ouvert`, `renvoye` (wrong heading), `repondu`, `clos`.

    `constat` and `verification` are codes of `rules.assistance`: what was seen, what the verification gave.
    """

    __tablename__ = "dossier_assistance"
    __table_args__ = (Index("dossier_assistance_uai", "uai"), Index("dossier_assistance_etat", "etat"))

    numero: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    uai: Mapped[str]
    rubrique: Mapped[str]
    constat: Mapped[str]
    verification: Mapped[str]
    etat: Mapped[str]
    ouvert_le: Mapped[datetime]
    modifie_le: Mapped[datetime]


class MessageAssistance(Base):
    """A line of the history of a dossier. `genre`: ouverture, precision, renvoi, reouverture, reponse, cloture."""

    __tablename__ = "message_assistance"

    numero: Mapped[int] = mapped_column(
        ForeignKey(DossierAssistance.numero, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    rang: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    genre: Mapped[str]
    rubrique: Mapped[str]
    texte: Mapped[str]
    instant: Mapped[datetime]
