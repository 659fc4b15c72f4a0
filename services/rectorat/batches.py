"""The rectorat's nights: 19:00, what the académie loaded goes out; 23:30, the remontée to the AAF."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from services.rectorat import exchanges, models
from services.rectorat.use_cases import diffusion
from shared.batches.lots import Lot, PartAFaire
from shared.persistence.unite import Unite

PAQUET = 8
"""Schools that a worker takes at a time: each is a few dozen agents."""


def planifier_diffusion(u: Unite, instant: datetime) -> list[PartAFaire]:
    """One part per thing to send: a school's agents or INE, the nomenclatures, the certificates, the help."""
    return [PartAFaire(cle) for cle in diffusion.a_diffuser(u)]


def executer_diffusion(u: Unite, part: PartAFaire) -> dict[str, Any]:
    """Send one part out."""
    return {"nb": diffusion.diffuser(u, part.cle)}


def planifier_remontee(u: Unite, instant: datetime) -> list[PartAFaire]:
    """One part per school, every night; the first one carries the nomenclatures, the same for all."""
    ecoles = select(models.Etablissement.uai).order_by(models.Etablissement.uai)
    return [PartAFaire(uai, {"nomenclatures": rang == 0}) for rang, uai in enumerate(u.session.scalars(ecoles))]


def executer_remontee(u: Unite, part: PartAFaire) -> dict[str, Any]:
    """Send a school's agents up."""
    return {"nb": exchanges.envoyer_remontee(u, part.cle, nomenclatures=bool(part.donnees["nomenclatures"]))}


LOTS = (
    Lot(
        "rectorat_diffusion",
        "Diffusion du rectorat (EPP, nomenclatures, INE, certificats)",
        planifier_diffusion,
        executer_diffusion,
        paquet=PAQUET,
    ),
    Lot(
        "remontee_rectorat",
        "Remontée du rectorat vers l'AAF",
        planifier_remontee,
        executer_remontee,
        paquet=PAQUET,
    ),
)
