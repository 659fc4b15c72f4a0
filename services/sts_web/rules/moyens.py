"""What an agent is given beside his services: ARE, HSA, indemnités. What may be typed, and the refusals.

Source: procedures STS-03, STS-04, STS-51 (the menu entries); reference sts-edt §2.3 and §3.3 (ARE, professeurs
principaux). Missions and amounts of the IMP: décret 2015-475. Bounds of hours are inferred.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from shared.contracts.refus import Inconnu, Refus

HEURES_MAXIMUM = 40.0
MISSIONS: Mapping[str, str] = MappingProxyType(
    {
        "COORD_DISC": "Coordonnateur de discipline",
        "COORD_CYCLE": "Coordonnateur de cycle ou de niveau",
        "COORD_EPS": "Coordonnateur des activités physiques, sportives et artistiques",
        "REF_CULTURE": "Référent culture",
        "REF_NUM": "Référent pour les ressources et usages pédagogiques numériques",
        "REF_DECROCH": "Référent décrochage scolaire",
        "TUTORAT": "Tutorat des élèves",
        "AUTRE": "Autre mission d'intérêt pédagogique ou éducatif",
    }
)
MONTANTS: tuple[float, ...] = (312.5, 625.0, 1250.0, 2500.0, 3750.0)


def controler_heures(heures: float, *, zero: bool = False) -> None:
    """Raise `Refus` (HEURES_INVALIDES) unless hours are positive, at most 40 a week, in hundredths."""
    permises = (
        math.isfinite(heures) and 0 <= heures <= HEURES_MAXIMUM and abs(heures * 100 - round(heures * 100)) < 1e-6
    )
    if not permises or (heures == 0 and not zero):
        raise Refus(
            f"Le nombre d'heures {heures:g} n'est pas possible.",
            code="HEURES_INVALIDES",
            remede=f"Saisissez un nombre d'heures par semaine {'de 0' if zero else 'supérieur à 0, et'} "
            f"{'à' if zero else 'de'} {HEURES_MAXIMUM:.0f} au plus, avec deux décimales au plus (par exemple 4.50).",
        )


def lire_periode(debut: date | None, fin: date | None, bornes: tuple[date, date]) -> tuple[date, date]:
    """The period of something paid: the whole year where nothing is said. Raises `Refus` (DATES_INVALIDES)."""
    premier, dernier = debut or bornes[0], fin or bornes[1]
    if not bornes[0] <= premier <= dernier <= bornes[1]:
        raise Refus(
            f"La période du {premier:%d/%m/%Y} au {dernier:%d/%m/%Y} n'est pas dans l'année scolaire.",
            code="DATES_INVALIDES",
            remede=f"Choisissez un début et une fin, dans cet ordre, entre le {bornes[0]:%d/%m/%Y} et le "
            f"{bornes[1]:%d/%m/%Y}.",
        )
    return premier, dernier


def controler_mission(mission: str, montant: float) -> None:
    """Raise `Inconnu` (MISSION_INCONNUE) or `Refus` (MONTANT_INVALIDE)."""
    if mission not in MISSIONS:
        raise Inconnu(
            f"La mission « {mission[:20]} » n'existe pas.",
            code="MISSION_INCONNUE",
            remede=f"Choisissez parmi : {', '.join(MISSIONS)}.",
        )
    if montant not in MONTANTS:
        raise Refus(
            f"Le montant {montant:g} n'est pas un taux d'indemnité pour mission particulière.",
            code="MONTANT_INVALIDE",
            remede=f"Choisissez parmi : {', '.join(f'{m:.2f}' for m in MONTANTS)} euros.",
        )


def controler_gere_par_epp(type_: str) -> None:
    """Raise `Refus` (RESSOURCE_LOCALE): the académie pays only those whom EPP manages (inferred)."""
    if type_ != "epp":
        raise Refus(
            "Une ressource locale n'est pas payée par l'académie : elle ne peut pas avoir d'heures supplémentaires "
            "ni d'indemnité.",
            code="RESSOURCE_LOCALE",
            remede="Choisissez un enseignant qui vient d'EPP.",
        )


def hsa_calculees(dues: float, faites: float) -> float:
    """The hours beyond the service due, in hundredths; none where no service is due."""
    return round(max(0.0, faites - dues), 2) if dues > 0 else 0.0
