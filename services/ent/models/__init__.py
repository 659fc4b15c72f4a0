"""Tables of the ENT."""

from __future__ import annotations

from services.ent.models.annuaire import (
    Compte,
    Ensemble,
    Envoi,
    Evenement,
    Import,
    ImportLigne,
    Journal,
    Libelle,
    Lien,
    Membre,
    Projet,
    Rattachement,
    Structure,
)
from services.ent.models.attente import ATTENTES
from services.ent.models.base import Base

__all__ = [
    "ATTENTES",
    "Base",
    "Compte",
    "Ensemble",
    "Envoi",
    "Evenement",
    "Import",
    "ImportLigne",
    "Journal",
    "Libelle",
    "Lien",
    "Membre",
    "Projet",
    "Rattachement",
    "Structure",
]
