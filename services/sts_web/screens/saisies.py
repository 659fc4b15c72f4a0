"""What is typed in the fields of a form: hours, amounts, numbers, dates; refused with a sentence of the page."""

from __future__ import annotations

from datetime import date

from services.sts_web.rules.moyens import controler_heures
from shared.contracts.refus import Refus


def heures(texte: str, *, zero: bool = False) -> float:
    """Hours a week, « 4,5 » or « 4.50 ». Raises `Refus` (HEURES_INVALIDES)."""
    valeur = _reel(texte)
    if valeur is None:
        raise Refus(
            f"« {texte[:20]} » n'est pas un nombre d'heures.",
            code="HEURES_INVALIDES",
            remede="Saisissez un nombre d'heures par semaine, par exemple 4.50.",
        )
    controler_heures(valeur, zero=zero)
    return valeur


def montant(texte: str) -> float:
    """An amount in euros. Raises `Refus` (MONTANT_INVALIDE)."""
    valeur = _reel(texte)
    if valeur is None:
        raise Refus(
            f"« {texte[:20]} » n'est pas un montant.",
            code="MONTANT_INVALIDE",
            remede="Choisissez un montant dans la liste.",
        )
    return valeur


def effectif(texte: str) -> int:
    """A number of pupils; nothing typed is 0. Raises `Refus` (EFFECTIF_INVALIDE)."""
    nettoye = texte.strip()
    if not nettoye:
        return 0
    if not (nettoye.isascii() and nettoye.isdigit() and len(nettoye) <= 4):
        raise Refus(
            f"« {texte[:20]} » n'est pas un effectif.",
            code="EFFECTIF_INVALIDE",
            remede="Saisissez un nombre entier d'élèves, par exemple 28.",
        )
    return int(nettoye)


def personne(texte: str) -> int:
    """The number of a person chosen in a list. Raises `Refus` (ENSEIGNANT_ABSENT)."""
    nettoye = texte.strip()
    if not (nettoye.isascii() and nettoye.isdigit() and len(nettoye) <= 15):
        raise Refus(
            "Aucun enseignant n'est choisi.", code="ENSEIGNANT_ABSENT", remede="Choisissez un enseignant dans la liste."
        )
    return int(nettoye)


def jour(texte: str) -> date | None:
    """The date of a field of type date, None when it is empty. Raises `Refus` (DATE_INVALIDE)."""
    if not texte.strip():
        return None
    try:
        return date.fromisoformat(texte.strip())
    except ValueError:
        raise Refus(
            f"« {texte[:20]} » n'est pas une date.", code="DATE_INVALIDE", remede="Écrivez-la AAAA-MM-JJ."
        ) from None


def _reel(texte: str) -> float | None:
    try:
        return float(texte.strip().replace(",", ".")) if len(texte) < 20 else None
    except ValueError:
        return None
