"""Delivering the outbox: in order, at least once, each message once at the receiver.

A row is locked while it travels; what was sent but not noted (a killed process) is sent again and the
receiver answers from its journal. Source: architecture, "Nothing is lost".
"""

from __future__ import annotations

import structlog
from sqlalchemy import exists, select, true, update

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
    tete = (
        select(table.id, table.cle, table.genre, table.destinataire, table.digest, LigneHorloge.instant)
        .join(LigneHorloge, true())
        .where(table.etat == "en_attente")
        .order_by(table.id)
        .limit(1)
        .with_for_update(of=table)
    )
    clients = fabrique.clients.pour(bac)
    livres = 0
    with fabrique.bases.session(bac) as session:
        while True:
            envoi = session.execute(tete).one_or_none()
            if envoi is None:
                # Another relay may have held the head: go on as long as something waits behind it.
                if session.execute(select(exists().where(table.etat == "en_attente"))).scalar_one():
                    session.rollback()
                    continue
                return livres
            ici = update(table).where(table.id == envoi.id)
            try:
                reponse = clients[envoi.destinataire].demander(
                    "POST",
                    f"/_echanges/{envoi.genre}",
                    content=fabrique.fichiers.lire(envoi.digest),
                    entetes={"Idempotency-Key": envoi.cle, "Content-Type": "application/json"},
                )
            except Refus as refus:
                if refus.statut >= 500 or refus.statut == 409:
                    session.execute(ici.values(tentatives=table.tentatives + 1))
                    session.commit()
                    raise EnvoiEnAttente(
                        f"L'envoi vers {envoi.destinataire} attend : le destinataire ne répond pas.",
                        remede="Rien n'est perdu : il repartira de lui-même.",
                        details={"genre": envoi.genre, "cause": refus.code},
                    ) from refus
                etat, dit = "refuse", refus.as_problem()
                journal.warning("envoi refusé", genre=envoi.genre, destinataire=envoi.destinataire, code=refus.code)
            else:
                rupture("apres_envoi")
                etat, dit = "livre", reponse.json()
            session.execute(ici.values(etat=etat, reponse=dit, livre_le=envoi.instant, tentatives=table.tentatives + 1))
            session.commit()
            livres += 1
