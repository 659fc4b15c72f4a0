"""Doing one part of a batch: lock its row, check it, work, mark it done, in one transaction.

Source: architecture, "Nights". A worker killed anywhere leaves the row open and nothing half-written.
"""

# ruff: noqa: S608 - statements are composed of constants of this file, values are always parameters

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import httpx
import structlog

from shared.batches.lots import Lot, PartAFaire
from shared.batches.ruptures import rupture
from shared.contracts.refus import Refus
from shared.persistence.sim import CANAL_PARTS
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
    ici = {"service": fabrique.service, "lot": lot.nom, "instant": instant, "cle": cle}
    try:
        with fabrique.ouvrir(bac, ecriture=True, nuit=True) as u:
            if u.bac.generation != generation:
                return "perimee"
            prise = _prendre(u, ici)
            if prise is None or prise.generation != generation:
                return "perimee"
            if prise.etat != "ouverte":
                return "deja"
            rupture("apres_prise")
            resume = lot.executer(u, PartAFaire(cle, prise.donnees))
            _finir(u, ici, "faite", resume=resume)
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
    ici: Mapping[str, Any],
    erreur: str,
) -> str:
    with fabrique.ouvrir(bac, ecriture=True, nuit=True) as u:
        prise = _prendre(u, ici)
        if prise is None or prise.generation != generation or prise.etat != "ouverte":
            return "perimee"
        _finir(u, ici, "en_erreur", erreur=erreur)
        u.journaliser(
            lot.nom,
            f"{lot.libelle} : une part est en erreur",
            sens="lot",
            nb_refus=1,
            resume={"part": cle, "code": erreur.split(" ", 1)[0]},
        )
    return "en_erreur"


class _Prise(NamedTuple):
    """The row of a part, locked."""

    generation: int
    etat: str
    donnees: dict[str, Any]


def _prendre(u: Unite, ici: Mapping[str, Any]) -> _Prise | None:
    lignes = u.executer(_PRENDRE, ici)
    return _Prise(*lignes[0]) if lignes else None


def _finir(
    u: Unite, ici: Mapping[str, Any], etat: str, *, resume: dict[str, Any] | None = None, erreur: str | None = None
) -> None:
    """Mark a part, and let pilotage know with the commit."""
    dits = {"etat": etat, "resume": None if resume is None else json.dumps(resume), "erreur": erreur}
    u.executer(_FINIR, {**ici, **dits, "canal": CANAL_PARTS})


_ICI = "service = %(service)s AND lot = %(lot)s AND instant = %(instant)s AND cle = %(cle)s"
_PRENDRE = f"SELECT generation, etat, donnees FROM sim.part WHERE {_ICI} FOR UPDATE"
_FINIR = f"""
    UPDATE sim.part SET etat = %(etat)s, resume = coalesce(%(resume)s, resume), erreur = coalesce(%(erreur)s, erreur)
    WHERE {_ICI} RETURNING pg_notify(%(canal)s, '')
"""
