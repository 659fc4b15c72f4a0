"""Delivering the outbox: to each receiver in order, at least once, each message once at the receiver.

Those that wait for the same receiver travel together (`ensemble`), the receiver of the oldest first. A row is locked
while it travels; what was sent but not noted (a killed process) is sent again and the receiver answers from its
journal. Source: architecture, "Nothing is lost".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import Row, bindparam, exists, select, true, update
from sqlalchemy.orm import aliased

from shared.batches.ruptures import rupture
from shared.contracts.refus import Refus
from shared.http import ensemble
from shared.persistence.bases import traduire
from shared.persistence.sim import LigneHorloge
from shared.persistence.unite import Fabrique

journal = structlog.get_logger("livraison")

DEHORS = "connecteur:"
"""How the addressee of a message that leaves the chain begins: `ServiceDef.dehors` delivers those."""


class EnvoiEnAttente(Refus):
    """The message is kept and will be sent again; the receiver does not answer now (502)."""

    code = "ENVOI_EN_ATTENTE"
    statut = 502


def livrer_envois(fabrique: Fabrique, bac: str) -> int:
    """Send every waiting message of a service in a bac, each receiver's oldest first; how many were delivered.

    A message that the receiver refuses is marked `refuse` with its answer, and the next one goes. Raises
    `EnvoiEnAttente` when a receiver does not answer: the message and those behind it stay in the outbox; and
    `BaseInjoignable`.
    """
    try:
        livres = _livrer_envois(fabrique, bac)
        return livres + (fabrique.dehors(fabrique, bac) if fabrique.dehors is not None else 0)
    except Exception as erreur:
        refus = traduire(erreur, bac)
        if refus is None:
            raise
        raise refus from erreur


def _livrer_envois(fabrique: Fabrique, bac: str) -> int:
    table = fabrique.table_envoi
    autre = aliased(table)
    dedans = (autre.etat == "en_attente", ~autre.destinataire.startswith(DEHORS))
    vers = select(autre.destinataire).where(*dedans).order_by(autre.id).limit(1).scalar_subquery()
    attente = (
        select(table.id, table.cle, table.genre, table.destinataire, table.digest, LigneHorloge.instant)
        .join(LigneHorloge, true())
        .where(table.etat == "en_attente", table.destinataire == vers)
        .order_by(table.id)
        .with_for_update(of=table)
    )
    noter = (
        update(table)
        .where(table.id == bindparam("numero"))
        .values(
            etat=bindparam("dit"),
            reponse=bindparam("dite"),
            livre_le=bindparam("le"),
            tentatives=table.tentatives + 1,
        )
    )
    clients = fabrique.clients.pour(bac)
    livres, ensemble_au_plus = 0, ensemble.MESSAGES
    with fabrique.bases.session(bac) as session:
        while True:
            tete = session.execute(attente.limit(ensemble_au_plus)).all()
            if not tete:
                # Another relay may have held the head: go on as long as something waits behind it.
                if session.execute(select(exists().where(*dedans))).scalar_one():
                    session.rollback()
                    continue
                return livres
            envois = _qui_voyagent_ensemble(fabrique, tete)
            premier = envois[0]
            client = clients[tete[0].destinataire]
            try:
                if len(envois) > 1:
                    reponse = client.demander(
                        "POST",
                        ensemble.CHEMIN,
                        content=ensemble.ecrire(envois),
                        entetes={"Idempotency-Key": f"{premier.cle}+{len(envois)}"},
                    )
                    reponses = reponse.json()
                else:
                    reponse = client.demander(
                        "POST",
                        f"/_echanges/{premier.genre}",
                        content=premier.corps,
                        entetes={"Idempotency-Key": premier.cle, "Content-Type": "application/json"},
                    )
                    reponses = [reponse.json()]
            except Refus as refus:
                if len(envois) > 1:  # none was taken in: each alone, to know which one is in question
                    session.rollback()
                    ensemble_au_plus = 1
                    continue
                ici = update(table).where(table.id == tete[0].id)
                if refus.statut >= 500 or refus.statut == 409:
                    session.execute(ici.values(tentatives=table.tentatives + 1))
                    session.commit()
                    raise EnvoiEnAttente(
                        f"L'envoi vers {client.service} attend : le destinataire ne répond pas.",
                        remede="Rien n'est perdu : il repartira de lui-même.",
                        details={"genre": premier.genre, "cause": refus.code},
                    ) from refus
                etat, reponses = "refuse", [refus.as_problem()]
                journal.warning("envoi refusé", genre=premier.genre, destinataire=client.service, code=refus.code)
            else:
                rupture("apres_envoi")
                etat = "livre"
            session.connection().execute(
                noter,
                [  # `tete` goes on after those that travelled
                    {"numero": envoi.id, "dite": dit, "le": envoi.instant, "dit": etat}
                    for envoi, dit in zip(tete, reponses, strict=False)
                ],
            )
            session.commit()
            livres += len(reponses)


def _qui_voyagent_ensemble(
    fabrique: Fabrique, tete: Sequence[Row[int, str, str, str, str, datetime]]
) -> list[ensemble.Porte]:
    """The first of the messages to one receiver, as many as a request may carry."""
    messages: list[ensemble.Porte] = []
    octets = 0
    for envoi in tete:
        corps = fabrique.fichiers.lire(envoi.digest)
        octets += len(corps)
        if messages and octets > ensemble.OCTETS:
            break
        messages.append(ensemble.Porte(envoi.cle, envoi.genre, corps))
    return messages
