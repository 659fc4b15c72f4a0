"""What OpenID Connect granted: codes, access tokens, refresh tokens; drawn, found, spent, taken back.

Only digests are kept, and they hold the bac's name. A code or a refresh token shown twice takes back all that came
from it (RFC 6749 section 4.1.2, RFC 9700 section 4.14). Lives are counted on the simulated clock.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct
from sqlalchemy import delete, select, update

from services.ent.models import Octroi
from services.ent.use_cases.cas import Secret
from shared.persistence.unite import Unite

Genre = Literal["code", "acces", "renouvellement"]
PREFIXES: dict[Genre, str] = {"code": "OC", "acces": "AT", "renouvellement": "RT"}
MEMOIRE = timedelta(days=1)
"""How long what has expired is kept, to tell that it expired rather than that it never was."""


class Objet(Struct, frozen=True):
    """What a grant is of: to whom, for what. `famille`: "" for a code, which begins one."""

    connecteur: str
    seance: str
    projet: str
    aaf_id: int
    portee: str
    authentifie_le: datetime
    redirection: str = ""
    nonce: str = ""
    defi: str = ""
    methode: str = ""
    famille: str = ""


def empreinte(u: Unite, texte: str) -> str:
    """What is kept of a code or of a token."""
    return hashlib.sha256(f"{u.bac.nom}/{texte}".encode()).hexdigest()


def accorder(u: Unite, tirage: Secret, genre: Genre, objet: Objet, duree: int) -> str:
    """A new code or token, `duree` seconds long; its text, told once."""
    texte = tirage.tirer(u, PREFIXES[genre])
    cle = empreinte(u, texte)
    u.session.add(
        Octroi(
            empreinte=cle,
            genre=genre,
            famille=objet.famille or cle,
            connecteur=objet.connecteur,
            seance=objet.seance,
            projet=objet.projet,
            aaf_id=objet.aaf_id,
            portee=objet.portee,
            redirection=objet.redirection,
            nonce=objet.nonce,
            defi=objet.defi,
            methode=objet.methode,
            authentifie_le=objet.authentifie_le,
            cree_le=u.maintenant,
            expire_le=u.maintenant + timedelta(seconds=duree),
            utilise_le=None,
            revoque_le=None,
        )
    )
    u.session.flush()
    return texte


def suite(octroi: Octroi, portee: str) -> Objet:
    """What a token of the same family is of."""
    return Objet(
        connecteur=octroi.connecteur,
        seance=octroi.seance,
        projet=octroi.projet,
        aaf_id=octroi.aaf_id,
        portee=portee,
        authentifie_le=octroi.authentifie_le,
        famille=octroi.famille,
    )


def trouver(u: Unite, texte: str, *genres: Genre) -> Octroi | None:
    """What that text is, if it is one of `genres`: held until the end of the transaction."""
    requete = select(Octroi).where(Octroi.empreinte == empreinte(u, texte), Octroi.genre.in_(genres))
    return u.session.scalars(requete.with_for_update()).first()


def perime(u: Unite, octroi: Octroi) -> bool:
    """Whether the simulated clock has passed its life."""
    return u.maintenant > octroi.expire_le


def nonce_deja_servi(u: Unite, connecteur: str, nonce: str) -> bool:
    """Whether a code of that nonce was already exchanged."""
    requete = select(Octroi.empreinte).where(
        Octroi.connecteur == connecteur, Octroi.nonce == nonce, Octroi.genre == "code", Octroi.utilise_le.is_not(None)
    )
    return u.session.execute(requete.limit(1)).first() is not None


def revoquer_famille(u: Unite, famille: str) -> None:
    """Take back all that came from one code."""
    _revoquer(u, Octroi.famille == famille)


def revoquer(u: Unite, octroi: Octroi) -> None:
    """Take back one access token; of a refresh token, all its family (RFC 7009 section 2.1)."""
    _revoquer(u, Octroi.empreinte == octroi.empreinte if octroi.genre == "acces" else Octroi.famille == octroi.famille)


def fermer_seance(u: Unite, cle: str) -> list[str]:
    """The session closes: what it granted is taken back, but for `offline_access`; the connectors to tell, by code."""
    requete = select(Octroi.connecteur).where(Octroi.seance == cle, Octroi.genre != "code").distinct()
    codes = sorted(u.session.scalars(requete))
    _revoquer(u, (Octroi.seance == cle) & ~Octroi.portee.contains("offline_access"))
    return codes


def oublier(u: Unite) -> None:
    """Forget what expired long ago."""
    u.session.execute(delete(Octroi).where(Octroi.expire_le < u.maintenant - MEMOIRE))


def _revoquer(u: Unite, lesquels: object) -> None:
    u.session.execute(
        update(Octroi)
        .where(lesquels, Octroi.revoque_le.is_(None))  # type: ignore[arg-type]
        .values(revoque_le=u.maintenant)
        .execution_options(synchronize_session="fetch")
    )
