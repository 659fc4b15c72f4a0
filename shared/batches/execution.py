"""Doing one part of a batch: lock its row, check it, work, mark it done, in one transaction.

Source: architecture, "Nights". A worker killed anywhere leaves the row open and nothing half-written.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import httpx
import structlog
from sqlalchemy import ColumnElement, func, select, update

from shared.batches.lots import Lot, PartAFaire
from shared.batches.ruptures import rupture
from shared.contracts.refus import Refus
from shared.persistence.sim import CANAL_PARTS, Part
from shared.persistence.unite import Fabrique, Unite

journal = structlog.get_logger("lots")


def executer_part(
    fabrique: Fabrique, lot: Lot, bac: str, generation: int, instant: datetime, cle: str, *, insister: bool = True
) -> str:
    """Do the part; its outcome: `faite`, `en_erreur`, `deja` (done before) or `perimee` (an abandoned future).

    A part that raises is marked `en_erreur` with its code, and the night goes on without it: its error is in the
    journal of the night. A database or a neighbour that lets go is not an error of the part: it is raised, to be
    tried again. So is a neighbour's failure (500), which may come from the same fall, unless `insister` is False.
    """
    debut = time.monotonic()
    ici = (Part.service == fabrique.service, Part.lot == lot.nom, Part.instant == instant, Part.cle == cle)
    try:
        with fabrique.ouvrir(bac, ecriture=True, nuit=True) as u:
            if u.bac.generation != generation:
                return "perimee"
            ligne = u.session.execute(
                select(Part.generation, Part.etat, Part.donnees).where(*ici).with_for_update()
            ).one_or_none()
            if ligne is None or ligne.generation != generation:
                return "perimee"
            if ligne.etat != "ouverte":
                return "deja"
            rupture("apres_prise")
            resume = lot.executer(u, PartAFaire(cle, ligne.donnees))
            _finir(u, ici, etat="faite", resume=resume)
            rupture("avant_commit")
    except httpx.TransportError:  # an answer cut short
        raise
    except Refus as erreur:
        if erreur.statut > 500 or (erreur.statut == 500 and insister):
            raise
        return _marquer_erreur(fabrique, lot, bac, generation, cle, ici, f"{erreur.code} {erreur.phrase}")
    except Exception as erreur:
        journal.error("part en erreur", lot=lot.nom, cle=cle, bac=bac, exc_info=erreur)
        return _marquer_erreur(fabrique, lot, bac, generation, cle, ici, type(erreur).__name__)
    rupture("apres_commit")
    journal.info("part faite", lot=lot.nom, cle=cle, bac=bac, ms=round((time.monotonic() - debut) * 1000))
    return "faite"


def _marquer_erreur(
    fabrique: Fabrique,
    lot: Lot,
    bac: str,
    generation: int,
    cle: str,
    ici: tuple[ColumnElement[bool], ...],
    erreur: str,
) -> str:
    with fabrique.ouvrir(bac, ecriture=True, nuit=True) as u:
        ligne = u.session.execute(select(Part.generation, Part.etat).where(*ici).with_for_update()).one_or_none()
        if ligne is None or ligne.generation != generation or ligne.etat != "ouverte":
            return "perimee"
        _finir(u, ici, etat="en_erreur", erreur=erreur)
        u.journaliser(
            lot.nom,
            f"{lot.libelle} : une part est en erreur",
            sens="lot",
            nb_refus=1,
            resume={"part": cle, "code": erreur.split(" ", 1)[0]},
        )
    return "en_erreur"


def _finir(u: Unite, ici: tuple[ColumnElement[bool], ...], **valeurs: Any) -> None:
    """Mark a part, and let pilotage know with the commit."""
    u.session.flush()
    u.session.execute(
        update(Part).where(*ici).values(**valeurs).returning(func.pg_notify(CANAL_PARTS, "")),
        execution_options={"synchronize_session": False},
    )
