"""Closures of a school: « Autres périodes de fermeture » of the calendar, beside the holidays of the académie.

Source: procedure COM-01 (menu); SIECLE reference, section 6 (closures of Communs.xml: motif 10 characters, label 40).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from shared.contracts.refus import Refus

LONGUEUR_MOTIF, LONGUEUR_LIBELLE = 10, 40


class Periode(Struct, frozen=True):
    """A closure; both days included."""

    debut: date
    fin: date
    motif: str
    libelle: str = ""


def verifier(nouvelle: Periode, connues: Iterable[Periode], rentree: date, sortie: date) -> None:
    """Refuse a closure that says nothing, is out of the pupils' year, or overlaps another.

    Raises `Refus` (FERMETURE_SANS_MOTIF, FERMETURE_TROP_LONGUE, FERMETURE_DATES, FERMETURE_CHEVAUCHEMENT).
    """
    if not nouvelle.motif:
        raise Refus(
            "Le motif de la fermeture n'est pas renseigné.",
            code="FERMETURE_SANS_MOTIF",
            remede=f"Saisissez un motif de {LONGUEUR_MOTIF} caractères au plus, par exemple « PONT ».",
        )
    if len(nouvelle.motif) > LONGUEUR_MOTIF or len(nouvelle.libelle) > LONGUEUR_LIBELLE:
        raise Refus(
            "Le motif ou le libellé de la fermeture est trop long.",
            code="FERMETURE_TROP_LONGUE",
            remede=f"Le motif compte {LONGUEUR_MOTIF} caractères au plus, le libellé {LONGUEUR_LIBELLE}.",
        )
    if nouvelle.fin < nouvelle.debut or nouvelle.debut < rentree or nouvelle.fin > sortie:
        raise Refus(
            "Les dates de la fermeture ne conviennent pas.",
            code="FERMETURE_DATES",
            remede=f"Choisissez des dates dans l'année des élèves (du {rentree:%d/%m/%Y} au {sortie:%d/%m/%Y}), "
            "la fin après le début.",
        )
    if any(p.debut <= nouvelle.fin and nouvelle.debut <= p.fin for p in connues):
        raise Refus(
            "Cette période recouvre une autre période de fermeture.",
            code="FERMETURE_CHEVAUCHEMENT",
            remede="Supprimez d'abord l'autre période, ou changez les dates.",
        )
