"""Taking messages in: once per idempotency key, in one transaction with the line of the journal.

Source: architecture, "Nothing is lost".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from msgspec import DecodeError
from sqlalchemy import select

from shared.batches.ruptures import rupture
from shared.contracts.refus import Inconnu, Refus
from shared.http.ensemble import Porte
from shared.http.noyau import Noyau
from shared.persistence.unite import Unite

_CITE = re.compile(r"""(['"]).*\1""", re.DOTALL)
"""A value of the message, quotes of its own included: it may be of a person."""


def recevoir(n: Noyau, bac: str, messages: Sequence[Porte]) -> list[dict[str, Any]]:
    """Take messages in, all or none; the answer to each, which is the one of the first time if it has come already.

    Raises `Inconnu` (GENRE_INCONNU), `Refus` (MESSAGE_MAL_FORME) and those of the receiver.
    """
    reponses = []
    with n.fabrique.ouvrir(bac, ecriture=True, nuit=True) as u:
        for message in messages:
            reponses.append(_prendre(n, u, message))
            u.session.flush()
            u.session.expunge_all()  # each finds the session as if it had come alone
    rupture("apres_reception")
    return reponses


def _prendre(n: Noyau, u: Unite, porte: Porte) -> dict[str, Any]:
    reception = next((r for r in n.service.receptions if r.genre == porte.genre), None)
    if reception is None:
        raise Inconnu(f"{n.service.titre} ne reçoit pas de message « {porte.genre} ».", code="GENRE_INCONNU")
    table = n.service.journal
    deja: dict[str, Any] | None = u.session.scalar(select(table.resume).where(table.cle == porte.cle))
    if deja is not None:
        return deja
    try:
        message = reception.modele.lire(porte.corps)
    except DecodeError as erreur:
        raise Refus(
            f"Le message « {porte.genre} » est mal formé.",
            code="MESSAGE_MAL_FORME",
            details={"erreur": _CITE.sub("…", str(erreur))},
        ) from None
    u.recu = porte.corps
    resume = reception.traiter(u, message)
    u.recu = None
    u.journaliser(
        porte.genre,
        reception.libelle,
        sens="recu",
        origine=porte.cle.split(":", 1)[0],
        uai=getattr(message, "uai", None),
        annee=getattr(message, "annee", getattr(message, "millesime", None)),
        cle=porte.cle,
        nb=int(resume.get("nb", 0)),
        nb_refus=int(resume.get("nb_refus", 0)),
        resume=resume,
        digest=n.fichiers.deposer(porte.corps),
    )
    return resume
