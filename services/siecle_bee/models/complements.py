"""What hangs beside the fiches: closures of the school, scolarités complexes, sheets that families filled in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from services.siecle_bee.models.eleves import vers_eleve
from services.siecle_bee.models.socle import Base


class Fermeture(Base):
    """A closure typed by the school (Commun > Calendrier > Autres périodes de fermeture); both days included."""

    __tablename__ = "fermeture"

    uai: Mapped[str] = mapped_column(primary_key=True)
    millesime: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    debut: Mapped[date] = mapped_column(primary_key=True)
    fin: Mapped[date]
    motif: Mapped[str]
    libelle: Mapped[str] = mapped_column(default="")


class ScolariteComplexe(Base):
    """A part of a pupil's year spent otherwise. `genre`: a code of `rules.complexe.GENRES`; `fin` None: goes on."""

    __tablename__ = "scolarite_complexe"
    __table_args__ = (vers_eleve("scolarite_complexe"),)

    uai: Mapped[str] = mapped_column(primary_key=True)
    millesime: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    eleve_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    rang: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    genre: Mapped[str]
    lieu: Mapped[str] = mapped_column(default="")
    debut: Mapped[date]
    fin: Mapped[date | None]


class FicheRenseignement(Base):
    """What a responsable changed of his own fiche by télé-services. `etat`: `attente`, `integre` or `rejete`."""

    __tablename__ = "fiche_renseignement"
    __table_args__ = (
        vers_eleve("fiche_renseignement"),
        Index("fiche_renseignement_base", "uai", "millesime", "etat"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    uai: Mapped[str]
    millesime: Mapped[int] = mapped_column(SmallInteger)
    eleve_id: Mapped[int] = mapped_column(BigInteger)
    personne_id: Mapped[int] = mapped_column(BigInteger)
    champs: Mapped[dict[str, Any]]
    recu_le: Mapped[datetime]
    etat: Mapped[str] = mapped_column(default="attente")
    traite_le: Mapped[datetime | None]
