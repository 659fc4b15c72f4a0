"""The secret of a connector, whatever its protocol: drawn by the ENT, shown once, kept as a digest.

The digest holds the bac's name: the connector of one bac shows nothing that a copy of that bac takes.
"""

from __future__ import annotations

import hashlib
import hmac

from services.ent.models import Connecteur
from services.ent.rules.protocoles import PROTOCOLES
from services.ent.use_cases import connecteurs
from services.ent.use_cases.cas import Secret
from shared.persistence.unite import Unite


def tirage(jeton_interne: str) -> Secret:
    """What an installation draws tickets, secrets and keys from: not the portal's key, so that one is never taken for
    the other."""
    return Secret(hmac.new(jeton_interne.encode(), b"rentree/mon-ent", hashlib.sha256).digest())


def donner(u: Unite, source: Secret, code: str) -> str:
    """A new secret, which replaces the one before; told once.

    Raises `Inconnu` CONNECTEUR_INCONNU, `Refus` CONNECTEUR_INVALIDE for a protocol without one.
    """
    connecteur = connecteurs.trouver(u, code)
    if not PROTOCOLES[connecteur.protocole].secret:
        raise connecteurs.invalide(
            f"Un connecteur {PROTOCOLES[connecteur.protocole].libelle} n'a pas de secret.",
            "Ses adresses suffisent : l'ENT ne renvoie ses utilisateurs que là.",
        )
    texte = source.tirer(u, "SC")
    connecteur.secret = empreinte(u, connecteur, texte)
    u.session.flush()
    u.journaliser("connecteur_secret", f"Secret du connecteur « {connecteur.nom} »", nb=1, resume={"code": code})
    return texte


def bon(u: Unite, connecteur: Connecteur, texte: str) -> bool:
    """Whether that is the connector's secret; never, while it has none."""
    return connecteur.secret is not None and hmac.compare_digest(connecteur.secret, empreinte(u, connecteur, texte))


def empreinte(u: Unite, connecteur: Connecteur, texte: str) -> str:
    """What is kept of a secret: forty signs drawn at random need no slower digest."""
    return hashlib.sha256(f"{u.bac.nom}/{connecteur.code}/{texte}".encode()).hexdigest()
