"""Tables of federation: signing keys, what OpenID Connect granted, what SAML said."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.ent.models.base import Base


class Cle(Base):
    """A private key of one bac, made when it is first wanted. `usage`: oidc, saml, or the fake identity provider.

    The bac's name is in the key, so that a copy of a bac signs with keys of its own. PEM.
    """

    __tablename__ = "cle_federation"

    usage: Mapped[str] = mapped_column(primary_key=True)
    bac: Mapped[str] = mapped_column(primary_key=True)
    kid: Mapped[str]
    privee: Mapped[str]
    certificat: Mapped[str]
    cree_le: Mapped[datetime]


class Octroi(Base):
    """What was granted to a connector for an account: `genre` code, acces or renouvellement; kept as a digest.

    `famille`: the digest of the code that all come from, so that a replayed code revokes them together. `defi`,
    `methode`: PKCE. `utilise_le`: a code, or a refresh token, is worth one use.
    """

    __tablename__ = "octroi_oidc"
    __table_args__ = (
        Index("octroi_oidc_famille", "famille"),
        Index("octroi_oidc_seance", "seance"),
        Index("octroi_oidc_expire", "expire_le"),
    )

    empreinte: Mapped[str] = mapped_column(primary_key=True)
    genre: Mapped[str]
    famille: Mapped[str]
    connecteur: Mapped[str]
    seance: Mapped[str]
    projet: Mapped[str]
    aaf_id: Mapped[int] = mapped_column(BigInteger)
    portee: Mapped[str]
    redirection: Mapped[str]
    nonce: Mapped[str]
    defi: Mapped[str]
    methode: Mapped[str]
    authentifie_le: Mapped[datetime]
    cree_le: Mapped[datetime]
    expire_le: Mapped[datetime]
    utilise_le: Mapped[datetime | None]
    revoque_le: Mapped[datetime | None]


class MessageSaml(Base):
    """A SAML message by its ID: a request that waits for its sign-in, an assertion given, one consumed once.

    `genre`: demande, session, envoyee (a request of the ENT's own), recue (an assertion that the ENT took).
    """

    __tablename__ = "message_saml"
    __table_args__ = (Index("message_saml_seance", "seance"),)

    identifiant: Mapped[str] = mapped_column(primary_key=True)
    genre: Mapped[str] = mapped_column(primary_key=True)
    connecteur: Mapped[str]
    seance: Mapped[str]
    contenu: Mapped[dict[str, Any]]
    cree_le: Mapped[datetime]
