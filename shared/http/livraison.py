"""Delivering the outbox: in order, at least once, each message once at the receiver.

A row is locked while it travels; what was sent but not noted (a killed process) is sent again and the
receiver answers from its journal. Source: architecture, "Nothing is lost".
"""

from __future__ import annotations

import structlog
from sqlalchemy import func, select

from shared.batches.ruptures import rupture
from shared.contracts.refus import Refus
from shared.persistence.bases import traduire
from shared.persistence.sim import LigneHorloge
from shared.persistence.unite import Fabrique

journal = structlog.get_logger("livraison")


class EnvoiEnAttente(Refus):
    """The message is kept and will be sent again; the receiver does not answer now (502)."""

    code = "ENVOI_EN_ATTENTE"
    statut = 502


def livrer_envois(fabrique: Fabrique, bac: str) -> int:
    """Send every waiting message of a service in a bac, oldest first; how many were delivered.

    A message that the receiver refuses is marked `refuse` with its answer, and the next one goes. Raises
    `EnvoiEnAttente` when a receiver does not answer: the message and those behind it stay in the outbox; and
    `BaseInjoignable`.
    """
    try:
        return _livrer_envois(fabrique, bac)
    except Exception as erreur:
        refus = traduire(erreur, bac)
        if refus is None:
            raise
        raise refus from erreur


def _livrer_envois(fabrique: Fabrique, bac: str) -> int:
    table = fabrique.table_envoi
    livres = 0
    while True:
        with fabrique.bases.session(bac) as session:
            ligne = session.execute(
                select(table).where(table.etat == "en_attente").order_by(table.id).limit(1).with_for_update()
            ).scalar_one_or_none()
            if ligne is None:
                # Another relay may have held the head: go on as long as something waits behind it.
                if session.execute(select(func.count()).where(table.etat == "en_attente")).scalar_one():
                    continue
                return livres
            instant = session.execute(select(LigneHorloge.instant)).scalar_one()
            client = fabrique.clients.pour(bac)[ligne.destinataire]
            ligne.tentatives += 1
            try:
                reponse = client.demander(
                    "POST",
                    f"/_echanges/{ligne.genre}",
                    content=fabrique.fichiers.lire(ligne.digest),
                    entetes={"Idempotency-Key": ligne.cle, "Content-Type": "application/json"},
                )
            except Refus as refus:
                if refus.statut >= 500 or refus.statut == 409:
                    session.commit()
                    raise EnvoiEnAttente(
                        f"L'envoi vers {ligne.destinataire} attend : le destinataire ne répond pas.",
                        remede="Rien n'est perdu : il repartira de lui-même.",
                        details={"genre": ligne.genre, "cause": refus.code},
                    ) from refus
                ligne.etat = "refuse"
                ligne.reponse = refus.as_problem()
                journal.warning("envoi refusé", genre=ligne.genre, destinataire=ligne.destinataire, code=refus.code)
            else:
                rupture("apres_envoi")
                ligne.etat = "livre"
                ligne.reponse = reponse.json()
            ligne.livre_le = instant
            session.commit()
            livres += 1
