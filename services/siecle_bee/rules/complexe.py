"""Scolarité complexe: what a pupil's year may be beside her division, and what the tableau de bord counts of it.

Source: procedure BEE-09 (« Élèves scolarisés hors de l'établissement », « Parcours personnalisés »), BEE-28 (the tab).
No guide shows the tab: the kinds below are Rentrée's own.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from shared.contracts.refus import Refus

Famille = Literal["hors", "parcours"]
LONGUEUR_LIEU = 60


class Genre(Struct, frozen=True):
    """A kind of scolarité complexe, and the counter that it feeds."""

    libelle: str
    famille: Famille


FAMILLES: dict[Famille, str] = {
    "hors": "Scolarisé(e) hors de l'établissement",
    "parcours": "Parcours personnalisé",
}
GENRES: dict[str, Genre] = {
    "EPLE": Genre("Accueil dans un autre établissement", "hors"),
    "CNED": Genre("Enseignement à distance (CNED)", "hors"),
    "SOINS": Genre("Établissement de soins", "hors"),
    "ETRANGER": Genre("Séjour scolaire à l'étranger", "hors"),
    "PAFI": Genre("Parcours aménagé de formation initiale", "parcours"),
    "RELAIS": Genre("Dispositif relais", "parcours"),
    "MLDS": Genre("Action de la mission de lutte contre le décrochage scolaire", "parcours"),
}


def verifier(genre: str, lieu: str, debut: date | None, fin: date | None, millesime: int) -> date:
    """The first day of a scolarité complexe. Raises `Refus` (COMPLEXE_GENRE, COMPLEXE_LIEU, COMPLEXE_DATES)."""
    if genre not in GENRES:
        raise Refus(
            "Le type de scolarité complexe n'est pas dans la liste.",
            code="COMPLEXE_GENRE",
            remede="Choisissez un type de la liste.",
        )
    if len(lieu) > LONGUEUR_LIEU:
        raise Refus(
            f"Le lieu dépasse {LONGUEUR_LIEU} caractères.",
            code="COMPLEXE_LIEU",
            remede="Abrégez le nom de l'établissement ou de l'organisme.",
        )
    if debut is None or (fin is not None and fin < debut) or not millesime <= debut.year <= millesime + 2:
        raise Refus(
            "Les dates de la scolarité complexe ne conviennent pas.",
            code="COMPLEXE_DATES",
            remede="Saisissez une date de début dans l'année scolaire de la base, et une date de fin qui la suit.",
        )
    return debut
