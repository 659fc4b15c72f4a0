"""« Revenir avant la nuit »: putting a bac back as a snapshot was."""

from __future__ import annotations

from services.pilotage.use_cases.diffusion import Diffusion
from services.pilotage.use_cases.horloge import Cadence, HorlogeOccupee
from shared.persistence.bacs import GestionBacs
from shared.persistence.registre_bacs import Instantane

PATIENCE = 30.0
"""Seconds given to a running step to end."""


def revenir(
    cadence: Cadence, gestion: GestionBacs, diffusion: Diffusion, bac: str, numero: int | None = None
) -> Instantane:
    """Put `bac` back as its snapshot `numero` (None: the latest). Raises `HorlogeOccupee`, `Inconnu`."""
    if not cadence.attendre(bac, PATIENCE):
        raise HorlogeOccupee("L'horloge avance.", remede="Attendez qu'elle soit arrivée.")
    copie = gestion.restaurer(bac, numero)
    diffusion.publier(bac, "horloge", etat="ready")
    return copie
