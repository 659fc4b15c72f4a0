"""Who reads the register: a token of OAuth 2 (client credentials), a request signed as OAuth 1.0a says, a secret.

A token is worth something in one bac, for one connector, until the simulated clock passes its life; digests alone are
kept. Source: connectors reference §6.1 (authentication, scopes).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from services.ent.models import Connecteur, JetonRegistre, NonceOauth
from services.ent.rules import oneroster as rules
from services.ent.rules.oneroster import ReglagesOneRoster
from services.ent.use_cases import secrets_connecteurs
from services.ent.use_cases.cas import Secret
from shared.contracts.refus import Refus
from shared.persistence.unite import Unite

GENRE = "JR"
CONDENSATS = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}


@dataclass(frozen=True, slots=True)
class Porteur:
    """Who asks, and what he may."""

    connecteur: Connecteur
    portees: frozenset[str]


class NonAutorise(Refus):
    """Nobody that this bac knows (401). `connecteur`: whose exchange it is, "" when it cannot be told."""

    code = "UNAUTHORISEDREQUEST"
    statut = 401

    def __init__(self, phrase: str, remede: str, connecteur: str = "") -> None:
        super().__init__(phrase, remede=remede)
        self.connecteur = connecteur


def client(u: Unite, code: str, texte: str, protocole: str) -> Connecteur:
    """The connector that shows its secret. Raises `NonAutorise`."""
    connu = u.session.get(Connecteur, code)
    if connu is None or connu.protocole != protocole:
        raise NonAutorise("Ce client n'est pas déclaré dans ce bac.", "client_id est le code du connecteur.")
    if not secrets_connecteurs.bon(u, connu, texte):
        raise NonAutorise(
            "Le secret n'est pas celui du connecteur.",
            "Tirez-en un autre sur sa page : il n'est dit qu'une fois.",
            code,
        )
    return connu


def donner(u: Unite, tirage: Secret, connecteur: Connecteur, demandees: str) -> tuple[str, int, list[str]]:
    """A token: its text, the seconds that it lives, the scopes granted. Raises `Refus` PORTEE_REFUSEE (400).

    Arguments: `demandees`, scopes separated by spaces; none for all those that the connector may have.
    """
    reglages = ReglagesOneRoster.model_validate(connecteur.reglages)
    permises = [p for p in rules.PORTEES if reglages.demographie or not p.endswith(rules.DEMOGRAPHIE)]
    portees = demandees.split() or permises
    refusees = [p for p in portees if p not in permises]
    if refusees:
        raise Refus(
            f"La portée « {refusees[0][:120]} » n'est pas ouverte à ce connecteur.",
            code="PORTEE_REFUSEE",
            statut=400,
            remede=f"Portées ouvertes : {' '.join(permises)}",
        )
    table = JetonRegistre
    u.session.execute(delete(table).where(table.connecteur == connecteur.code, table.expire_le < u.maintenant))
    texte = tirage.tirer(u, GENRE)
    u.session.add(
        table(
            empreinte=_empreinte(u, texte),
            connecteur=connecteur.code,
            portees=sorted(set(portees)),
            cree_le=u.maintenant,
            expire_le=u.maintenant + timedelta(seconds=reglages.duree),
        )
    )
    return texte, reglages.duree, sorted(set(portees))


def par_jeton(u: Unite, texte: str) -> Porteur:
    """Who holds that token. Raises `NonAutorise`, with the reason."""
    connu = u.session.get(JetonRegistre, _empreinte(u, texte)) if texte else None
    connecteur = u.session.get(Connecteur, connu.connecteur) if connu else None
    if connu is None or connecteur is None:
        raise NonAutorise(
            "Ce jeton n'a pas été donné ici." if texte else "La demande n'a pas de jeton.",
            "Demandez-en un à /ims/oneroster/token. Un jeton d'un autre bac ne vaut rien dans celui-ci.",
        )
    if connu.expire_le is not None and connu.expire_le <= u.maintenant:
        raise NonAutorise(
            f"Ce jeton a expiré à {connu.expire_le.isoformat()}, à l'horloge simulée.",
            "Demandez-en un autre : l'horloge du bac a avancé.",
            connecteur.code,
        )
    return Porteur(connecteur, frozenset(connu.portees))


def par_secret(u: Unite, texte: str, protocole: str) -> Connecteur:
    """The connector of that protocol whose secret that is. Raises `NonAutorise`."""
    connus = u.session.scalars(select(Connecteur).where(Connecteur.protocole == protocole).order_by(Connecteur.code))
    for connecteur in connus:
        if texte and secrets_connecteurs.bon(u, connecteur, texte):
            return connecteur
    raise NonAutorise(
        "Ce jeton n'est celui d'aucun connecteur de ce bac." if texte else "La demande n'a pas de jeton.",
        "Le jeton est le secret du connecteur, dans « Authorization: Bearer … ».",
    )


# --- keys that two share, and OAuth 1.0a -----------------------------------------------------------------------------


def cle_de_signature(u: Unite, tirage: Secret, connecteur: Connecteur) -> str:
    """The key that the ENT and a connector share to sign. Kept nowhere: drawn again from the installation's, it changes
    with the connector's secret. Raises `Refus` SANS_SECRET (409)."""
    if connecteur.secret is None:
        raise Refus(
            "Ce connecteur n'a pas encore de secret.",
            code="SANS_SECRET",
            statut=409,
            remede="Tirez son secret d'abord : la clé de signature en dépend.",
        )
    graine = f"{u.bac.nom}/{connecteur.code}/{connecteur.secret}/signature".encode()
    return f"SG-{hmac.new(tirage.cle, graine, hashlib.sha256).hexdigest()[:48]}"


def signe(entete: str) -> bool:
    """Whether a request is signed as OAuth 1.0a says."""
    return entete[:6].lower() == "oauth "


def par_signature(u: Unite, tirage: Secret, methode: str, adresse: str, entete: str) -> Porteur:
    """Who signed: HMAC-SHA1 or SHA256, two legs, a nonce used once. Raises `NonAutorise`.

    Its timestamp is that of the client's own machine: what is checked is that the nonce was never used with it.
    """
    from authlib.oauth1.rfc5849 import OAuth1Request  # type: ignore[import-untyped]
    from authlib.oauth1.rfc5849.signature import construct_base_string  # type: ignore[import-untyped]
    from authlib.oauth1.rfc5849.util import escape  # type: ignore[import-untyped]

    # The library reads requests under https alone; the address that was signed is the one that was asked.
    demande = OAuth1Request(methode, "https" + adresse[adresse.index(":") :], None, {"Authorization": entete})
    lus: dict[str, Any] = demande.oauth_params
    code = str(lus.get("oauth_consumer_key", ""))
    connecteur = u.session.get(Connecteur, code)
    if connecteur is None or connecteur.protocole != "oneroster" or connecteur.secret is None:
        raise NonAutorise("Ce client n'est pas déclaré dans ce bac.", "oauth_consumer_key est le code du connecteur.")
    condensat = CONDENSATS.get(str(lus.get("oauth_signature_method", "")))
    moment, nonce = str(lus.get("oauth_timestamp", "")), str(lus.get("oauth_nonce", ""))
    if condensat is None or not nonce or not moment.isdigit() or len(moment) > 12:
        raise NonAutorise("La signature n'a pas tous ses paramètres.", f"Méthodes : {', '.join(CONDENSATS)}.", code)
    tous = [(n, v) for n, v in demande.params if n not in ("oauth_signature", "realm")]
    base = construct_base_string(methode, adresse.split("?")[0], tous)
    cle = f"{escape(cle_de_signature(u, tirage, connecteur))}&".encode()
    attendue = base64.b64encode(hmac.new(cle, base.encode(), condensat).digest()).decode()
    if not hmac.compare_digest(attendue.encode(), str(lus.get("oauth_signature", "")).encode()):
        raise NonAutorise("La signature n'est pas la bonne.", f"Texte signé attendu : {base}", code)
    pris = u.session.execute(
        insert(NonceOauth)
        .values(nonce=nonce[:200], moment=int(moment), connecteur=code, cree_le=u.maintenant)
        .on_conflict_do_nothing()
        .returning(NonceOauth.nonce)
    ).first()
    if pris is None:
        raise NonAutorise("Cette demande signée a déjà été reçue.", "Un nonce ne sert qu'une fois.", code)
    reglages = ReglagesOneRoster.model_validate(connecteur.reglages)
    permises = (p for p in rules.PORTEES if reglages.demographie or not p.endswith(rules.DEMOGRAPHIE))
    return Porteur(connecteur, frozenset(permises))


def _empreinte(u: Unite, texte: str) -> str:
    return hashlib.sha256(f"{u.bac.nom}/{texte}".encode()).hexdigest()
