"""« Dossiers depuis logiciel privé »: the deposits of private schools and their reports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from services.siecle_bee.models.socle import Base


class DepotDossiers(Base):
    """A deposit of dossiers. `etat`: as in `Depot`; `logiciel`: who wrote it; `resume`: the counts of its report."""

    __tablename__ = "depot_dossiers"
    __table_args__ = (Index("depot_dossiers_etab", "uai", "etat"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    uai: Mapped[str]
    millesime: Mapped[int] = mapped_column(SmallInteger)
    fichier: Mapped[str]
    digest: Mapped[str]
    logiciel: Mapped[str]
    depose_le: Mapped[datetime]
    etat: Mapped[str] = mapped_column(default="attente")
    traite_le: Mapped[datetime | None]
    resume: Mapped[dict[str, Any]] = mapped_column(default=dict)
    erreur: Mapped[str] = mapped_column(default="")


class LigneDossiers(Base):
    """One line of such a report, in the order of the file.

    `section`: one of `use_cases.jugement_dossiers.SECTIONS`, or `DEPOSE` for a pupil of a deposit that waits;
    `identifiant`: ELEVE_ID or PERSONNE_ID, 0 when unknown; `id_prv`: the private software's number; `cle_tri`: by what
    *Suivre* finds the name; `regle`: "" in the sections that only list.
    """

    __tablename__ = "ligne_dossiers"
    __table_args__ = (Index("ligne_dossiers_cle", "cle_tri"), Index("ligne_dossiers_identifiant", "identifiant"))

    depot_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    rang: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    section: Mapped[str]
    identifiant: Mapped[int] = mapped_column(BigInteger)
    id_prv: Mapped[int] = mapped_column(BigInteger, default=0)
    nom: Mapped[str]
    cle_tri: Mapped[str] = mapped_column(default="", server_default="")
    regle: Mapped[str] = mapped_column(default="")
    phrase: Mapped[str] = mapped_column(default="")
