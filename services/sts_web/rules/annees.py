"""Years of a school in STS-Web: which is en cours, when the bascule opens, the campagne de rentrée.

Source: guide 000 §2.1, guide 002 calendar, guide 004 §3.1.1 (STS-06 to STS-13).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

from shared.contracts.refus import Refus
from shared.horloge.annees import DEBUT_ANNEE, Calendrier

EtatAnnee = Literal["courante", "preparation", "anterieure"]
RECONDUCTIBLES = ("divisions", "groupes", "services")

CONSEIL_BASCULE = (
    "Conseil : éviter la reconduction des services et des groupes d'une année sur l'autre ; "
    "mieux vaut ne basculer que les divisions."
)
LIBELLE_ETAT: Mapping[EtatAnnee, str] = {
    "courante": "Année en cours",
    "preparation": "Année en préparation",
    "anterieure": "Année antérieure",
}


def etats_des_annees(annees: Iterable[int], annee_du_jour: int) -> dict[int, EtatAnnee]:
    """The state of each year a school holds, from the STS year that the clock gives.

    The current year is the latest that has begun; a school loaded ahead of time works in its first one.
    """
    tries = sorted(annees)
    commencees = [a for a in tries if a <= annee_du_jour]
    courante = commencees[-1] if commencees else tries[0] if tries else None
    return {
        a: "courante" if a == courante else "anterieure" if courante is not None and a < courante else "preparation"
        for a in tries
    }


def annee_a_ouvrir(annees: Iterable[int], annee_du_jour: int, preparation: int | None) -> int:
    """The year that the bascule opens now: the one after the current year.

    Arguments: `preparation`, the year that can be prepared today (None outside mai-août). Raises `Refus`
    (BASCULE_DEJA_FAITE, BASCULE_FERMEE), both 409 (STS-10).
    """
    etats = etats_des_annees(annees, annee_du_jour)
    courante = next((a for a, etat in etats.items() if etat == "courante"), None)
    if courante is None:
        raise Refus(
            "L'établissement n'a aucune année dans STS-Web.",
            code="ANNEE_INCONNUE",
            statut=404,
            remede="Chargez d'abord l'année en cours (reprise d'un fichier sts_emp).",
        )
    suivante = courante + 1
    if suivante in etats:
        raise Refus(
            f"La bascule a déjà été faite : l'année en préparation {suivante}-{suivante + 1} existe.",
            code="BASCULE_DEJA_FAITE",
            statut=409,
            remede="Choisissez cette année par « Changement d'année ».",
        )
    if suivante > max(annee_du_jour, preparation or annee_du_jour):
        raise Refus(
            f"La bascule vers l'année {suivante}-{suivante + 1} n'est pas encore ouverte.",
            code="BASCULE_FERMEE",
            statut=409,
            regle="STS-10",
            remede="Elle s'ouvre en mai-juin (en novembre dans le calendrier austral). Avancez l'horloge.",
        )
    return suivante


def lire_reconduction(choix: Iterable[str]) -> tuple[str, ...]:
    """What the bascule carries over, in order. Raises `Refus` (RECONDUCTION_INCONNUE,
    RECONDUCTION_INCOHERENTE).
    """
    voulus = list(dict.fromkeys(choix))
    inconnus = [c for c in voulus if c not in RECONDUCTIBLES]
    if inconnus:
        raise Refus(
            f"On ne peut pas reconduire « {inconnus[0]} ».",
            code="RECONDUCTION_INCONNUE",
            remede="Choisissez parmi : divisions, groupes, services.",
        )
    if ("groupes" in voulus or "services" in voulus) and "divisions" not in voulus:
        raise Refus(
            "Les groupes et les services ne peuvent pas être reconduits sans les divisions.",
            code="RECONDUCTION_INCOHERENTE",
            remede="Cochez aussi les divisions. " + CONSEIL_BASCULE,
        )
    return tuple(c for c in RECONDUCTIBLES if c in voulus)


def bornes(annee: int, calendrier: Calendrier) -> tuple[date, date]:
    """First and last day of STS year `annee` (civil bounds, as sts_emp prints them)."""
    mois, jour = DEBUT_ANNEE[calendrier]
    return date(annee, mois, jour), date.fromordinal(date(annee + 1, mois, jour).toordinal() - 1)


def campagne_de_rentree(annee: int, calendrier: Calendrier) -> tuple[date, date]:
    """Usual début and fin of the campagne « Rentrée »: in March in the south (STS-08); inferred in the north.

    The académie may fix others.
    """
    if calendrier == "sud":
        return date(annee, 3, 5), date(annee, 3, 19)
    return date(annee, 9, 1), date(annee, 10, 15)
