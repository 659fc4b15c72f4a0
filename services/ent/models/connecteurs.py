"""Tables of the connectors: what publishers plug in, who is signed in, tickets, what was exchanged."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.ent.models.base import Base


class Connecteur(Base):
    """A « demande de connecteur », granted: a publisher's application and what this ENT tells it.

    `adresses`: where it may be sent back (`rules.connecteurs.Service`); `reglages`: those of its protocol; `secret`:
    the digest of the secret that it shows, None while it has none; `fautes`: those that it is given on purpose
    (`shared.contracts.fautes.FautePosee`).
    """

    __tablename__ = "connecteur"

    code: Mapped[str] = mapped_column(primary_key=True)
    projet: Mapped[str]
    nom: Mapped[str]
    protocole: Mapped[str]
    adresses: Mapped[list[str]]
    reglages: Mapped[dict[str, Any]]
    secret: Mapped[str | None]
    fautes: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))
    cree_le: Mapped[datetime]


class Seance(Base):
    """A session of single sign-on: an account signed in, until it signs out. `cle`: digest of what the cookie holds.

    `prouvee_pour`: the service for which credentials were just shown, "" once it had its ticket.
    """

    __tablename__ = "seance_sso"

    cle: Mapped[str] = mapped_column(primary_key=True)
    projet: Mapped[str]
    aaf_id: Mapped[int] = mapped_column(BigInteger)
    ouverte_le: Mapped[datetime]
    prouvee_pour: Mapped[str] = mapped_column(default="")


class Ticket(Base):
    """A CAS ticket: `genre` ST, PT or PGT. `texte`: of a PGT, its digest. `mandataires`: proxies, nearest first.

    `preuve`: given right after credentials were shown, not out of a session that was already open.
    """

    __tablename__ = "ticket_cas"
    __table_args__ = (Index("ticket_cas_seance", "seance"),)

    texte: Mapped[str] = mapped_column(primary_key=True)
    genre: Mapped[str]
    seance: Mapped[str]
    connecteur: Mapped[str]
    service: Mapped[str]
    mandataires: Mapped[list[str]]
    cree_le: Mapped[datetime]
    utilise_le: Mapped[datetime | None]
    preuve: Mapped[bool] = mapped_column(default=False)


class EchangeConnecteur(Base):
    """One exchange with a connector, bodies included: what a publisher looks at when nothing works."""

    __tablename__ = "echange_connecteur"
    __table_args__ = (Index("echange_connecteur_connecteur", "connecteur", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    connecteur: Mapped[str]
    instant: Mapped[datetime]
    genre: Mapped[str]
    demande: Mapped[str]
    reponse: Mapped[str]
    code: Mapped[str]
    explication: Mapped[str]
