"""Who reads the register: a token of OAuth 2 (client credentials), a request signed as OAuth 1.0a says, a secret.

A token is worth something in one bac, for one connector, until the simulated clock passes its life; digests alone are
kept. Source: connectors reference §6.1 (authentication, scopes).
"""

# ruff: noqa: S608 - statements are composed of constants, values are always parameters

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from services.ent.models import Connecteur, JetonRegistre, NonceOauth
from services.ent.rules import oneroster as rules
from services.ent.rules.oneroster import ReglagesOneRoster
from services.ent.use_cases import registre, secrets_connecteurs
from services.ent.use_cases.cas import Secret
from services.ent.use_cases.connecteurs import NUMERO
from services.ent.use_cases.memoire_registre import BASE
from shared.contracts.refus import Refus
from shared.persistence.breve import Executant
from shared.persistence.unite import Unite

GENRE = "JR"
CONDENSATS = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}


class Porteur(Struct, frozen=True):
    """Who asks: the connector's code, project and settings, what he may; whether the register says the directory.

    `base`, `marque`: the bac's database, and the mark of the directory there (`registre.etat`); `en_faute`: whether
    faults were asked for, which every answer must meet; `numero`: of the exchange, drawn with it.
    """

    code: str
    projet: str
    reglages: Mapping[str, Any]
    portees: frozenset[str]
    a_jour: bool
    maintenant: datetime
    base: int = 0
    marque: str = ""
    en_faute: bool = False
    numero: int = 0


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
    permises = rules.portees_ouvertes(reglages)
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
            empreinte=_empreinte(u.nom_du_bac, texte),
            connecteur=connecteur.code,
            portees=sorted(set(portees)),
            cree_le=u.maintenant,
            expire_le=u.maintenant + timedelta(seconds=reglages.duree),
        )
    )
    return texte, reglages.duree, sorted(set(portees))


def par_jeton(u: Executant, texte: str) -> Porteur:
    """Who holds that token. Raises `NonAutorise`, with the reason."""
    return lire_jeton(u.executer(PAR_JETON, {"empreinte": _empreinte(u.nom_du_bac, texte)}) if texte else [], texte)


def lire_jeton(lus: Sequence[tuple[Any, ...]], texte: str) -> Porteur:
    """Who holds a token, of the rows of `PAR_JETON`. Raises `NonAutorise`, with the reason."""
    if not lus:
        raise NonAutorise(
            "Ce jeton n'a pas été donné ici." if texte else "La demande n'a pas de jeton.",
            "Demandez-en un à /ims/oneroster/token. Un jeton d'un autre bac ne vaut rien dans celui-ci.",
        )
    code, projet, reglages, portees, expire_le, a_jour, maintenant, base, marque, en_faute, numero = lus[0]
    if expire_le is not None and expire_le <= maintenant:
        raise NonAutorise(
            f"Ce jeton a expiré à {expire_le.isoformat()}, à l'horloge simulée.",
            "Demandez-en un autre : l'horloge du bac a avancé.",
            code,
        )
    return Porteur(
        code, projet, reglages, frozenset(portees), bool(a_jour), maintenant, base, marque or "", bool(en_faute), numero
    )


def parametres_du_jeton(bac: str, texte: str) -> dict[str, str]:
    """What `PAR_JETON` is asked of a token in a bac."""
    return {"empreinte": _empreinte(bac, texte)}


PAR_JETON = f"""
    SELECT c.code, c.projet, c.reglages, j.portees, j.expire_le, r.marque = m.marque, h.instant, {BASE}, m.marque,
        jsonb_array_length(c.fautes) > 0, {NUMERO}
    FROM sim.horloge h CROSS JOIN jeton_registre j
    JOIN connecteur c ON c.code = j.connecteur
    LEFT JOIN etat_registre r ON r.projet = c.projet
    LEFT JOIN LATERAL ({registre.MARQUE.format(projet="c.projet")}) m ON true
    WHERE j.empreinte = %(empreinte)s
"""


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
    a_jour = registre.a_jour(u, connecteur.projet) is not None
    return Porteur(
        code, connecteur.projet, connecteur.reglages, frozenset(rules.portees_ouvertes(reglages)), a_jour, u.maintenant
    )


def _empreinte(bac: str, texte: str) -> str:
    return hashlib.sha256(f"{bac}/{texte}".encode()).hexdigest()
