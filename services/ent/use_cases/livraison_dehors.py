"""Delivering the messages of the outbox that leave the chain: to each connector in order, at least once.

The first that waits travels alone, its row locked meanwhile; what was sent but not noted (a killed process) is sent
again, with the same key. A connector that fails is left alone until its next attempt, on the simulated clock; the
others are not held up. Messages are never given up: taking the connector back is what forgets them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
from msgspec import Struct
from sqlalchemy import select, update

from services.ent.models import Connecteur, Envoi, Livraison
from services.ent.rules import notifications as rules
from services.ent.rules.notifications import Envoyees
from services.ent.rules.scim import ComptesAPousser
from services.ent.use_cases import connecteurs, jetons_registre, provisionnement, secrets_connecteurs
from shared.contracts.refus import Refus
from shared.http.livraison import DEHORS
from shared.http.sortie import verifier_sortie
from shared.persistence.unite import Fabrique, Unite

PATIENCE = 5.0
"""Seconds that a connector is given to answer."""
REPONSE = 2_000
"""Characters of an answer that are kept: an address that was wrongly given tells little."""
PAR_TOUR = 1_000
"""Messages to one connector in a turn, at most."""


class Essai(Struct, frozen=True):
    """What one attempt gave: whether it was taken, what was sent and answered, why not."""

    pris: bool
    demande: str
    reponse: str
    code: str = ""
    dit: str = ""


def livrer(fabrique: Fabrique, bac: str) -> int:
    """Send what waits to every connector that may be tried now; how many messages were taken."""
    with fabrique.ouvrir(bac, ecriture=False) as u:
        requete = select(Envoi.destinataire).where(Envoi.etat == "en_attente", Envoi.destinataire.startswith(DEHORS))
        codes = sorted({d.removeprefix(DEHORS) for d in u.session.scalars(requete.distinct())})
    livres = 0
    for code in codes:
        for _ in range(PAR_TOUR):
            with fabrique.ouvrir(bac, ecriture=True, nuit=True) as u:
                if not _livrer_un(u, code):
                    break
            livres += 1
    return livres


def _livrer_un(u: Unite, code: str) -> bool:
    """Send the first message that waits for a connector; whether it was taken."""
    suivi = u.session.scalars(
        select(Livraison).where(Livraison.connecteur == code).with_for_update(skip_locked=True)
    ).first()
    connecteur = u.session.get(Connecteur, code)
    if suivi is None or connecteur is None:  # another turn is at it, or it was taken back
        return False
    if connecteur.secret is None:  # nothing could be signed: it waits
        return False
    if suivi.prochain_essai is not None and u.maintenant < suivi.prochain_essai:
        return False
    attente = select(Envoi).where(Envoi.etat == "en_attente", Envoi.destinataire == DEHORS + code)
    envoi = u.session.scalars(attente.order_by(Envoi.id).limit(1).with_for_update()).first()
    if envoi is None:
        return False
    corps = u.fichiers.lire(envoi.digest)
    essai = (_provisionner if envoi.genre == provisionnement.GENRE else _notifier)(u, connecteur, envoi, corps)
    connecteurs.noter(u, code, envoi.genre, essai.demande, essai.reponse, essai.code, essai.dit)
    valeurs: dict[str, Any] = {"tentatives": envoi.tentatives + 1}
    if essai.pris:
        valeurs |= {"etat": "livre", "livre_le": u.maintenant, "reponse": {"reponse": essai.reponse[:200]}}
        suivi.echecs, suivi.prochain_essai = 0, None
        if envoi.genre != provisionnement.GENRE:
            suivi.acquitte = max(suivi.acquitte, Envoyees.lire(corps).a)
    else:
        suivi.echecs += 1
        suivi.prochain_essai = u.maintenant + rules.attente(suivi.echecs)
    u.session.execute(update(Envoi).where(Envoi.id == envoi.id).values(**valeurs))
    return essai.pris


def _notifier(u: Unite, connecteur: Connecteur, envoi: Envoi, corps: bytes) -> Essai:
    """POST a signed body to the connector's address, the first that it declared."""
    tirage = secrets_connecteurs.tirage(u.clients.jeton or "")
    cle = jetons_registre.cle_de_signature(u, tirage, connecteur)
    horodatage = int(u.maintenant.timestamp())
    entetes = rules.entetes(cle, horodatage, corps, message=envoi.cle, essai=envoi.tentatives + 1)
    return poster(u, connecteur.adresses[0], entetes, corps)


def _provisionner(u: Unite, connecteur: Connecteur, envoi: Envoi, corps: bytes) -> Essai:
    """Make the accounts of a message be on the connector's SCIM server as they are here."""
    from services.ent.use_cases import scim_sortant

    racine = connecteur.adresses[0].rstrip("/")
    tirage = secrets_connecteurs.tirage(u.clients.jeton or "")

    def envoyer(methode: str, chemin: str, contenu: bytes | None) -> httpx.Response:
        entetes = {"Authorization": f"Bearer {jeton}", "Accept": scim_sortant.TYPE, "Content-Type": scim_sortant.TYPE}
        options: dict[str, Any] = {"headers": entetes, "timeout": PATIENCE, "follow_redirects": False}
        return u.clients.transport.request(methode, racine + chemin, content=contenu, **options)

    poussee = scim_sortant.Poussee(envoyer)
    demande = f"{racine}, {envoi.nb} comptes, essai {envoi.tentatives + 1}"
    message = ComptesAPousser.lire(corps)
    try:
        jeton = jetons_registre.cle_de_signature(u, tirage, connecteur)
        verifier_sortie(racine, u.clients.adresses.values())
        for compte, classes in scim_sortant.lire(u, message.projet, message.comptes):
            poussee.compte(compte, classes)
    except Refus as refus:
        return Essai(False, demande, "", refus.code, f"{refus.phrase} {refus.remede}")
    except httpx.HTTPError as erreur:
        dit = f"Pas de réponse ({type(erreur).__name__})."
        return Essai(False, demande, "\n".join(poussee.lignes), "SANS_REPONSE", dit)
    except scim_sortant.EchecScim as echec:
        return Essai(False, demande, "\n".join(poussee.lignes), "SCIM_REFUSE", str(echec))
    return Essai(True, demande, "\n".join(poussee.lignes))


def poster(u: Unite, adresse: str, entetes: Mapping[str, str], corps: bytes) -> Essai:
    """Send a request outside: no redirection is followed, no longer than `PATIENCE`; taken when the answer is 2xx."""
    lignes = "".join(f"{nom}: {valeur}\n" for nom, valeur in entetes.items())
    demande = f"POST {adresse}\n{lignes}\n{corps.decode(errors='replace')}"
    try:
        verifier_sortie(adresse, u.clients.adresses.values())
        recue = u.clients.transport.post(
            adresse, content=corps, headers=dict(entetes), timeout=PATIENCE, follow_redirects=False
        )
    except Refus as refus:
        return Essai(False, demande, "", refus.code, f"{refus.phrase} {refus.remede}")
    except httpx.HTTPError as erreur:
        return Essai(False, demande, "", "SANS_REPONSE", f"Pas de réponse ({type(erreur).__name__}).")
    reponse = f"{recue.status_code}\n\n{recue.text[:REPONSE]}"
    if recue.is_success:
        return Essai(True, demande, reponse)
    return Essai(False, demande, reponse, f"REPONSE_{recue.status_code}", "Un 2xx est attendu.")
