"""Where a base stands among the years, and the calendar it opens with.

Source: procedures ACC-07, REC-11, COM-02, COM-05; guide 004 section 3.5.2.2.1.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from shared.contracts.refus import Refus
from shared.horloge.annees import libelle_annee
from shared.horloge.calendrier import calendrier_scolaire
from shared.horloge.profils import ProfilAcademique

EtatBase = Literal["courante", "preparation", "archivee"]
LIBELLES_ETAT: dict[EtatBase, str] = {
    "courante": "Année scolaire en cours",
    "preparation": "Année scolaire en préparation",
    "archivee": "Année scolaire passée",
}


class Calendrier(Struct, frozen=True):
    """The four days of Communs > Calendrier > Année scolaire."""

    rentree_eleves: date
    sortie_eleves: date
    rentree_professeurs: date
    sortie_professeurs: date


def etat_base(millesime: int, courant: int) -> EtatBase:
    """What the base of `millesime` is, when `courant` is the millésime in progress."""
    if millesime == courant:
        return "courante"
    return "preparation" if millesime > courant else "archivee"


def calendrier_initial(profil: ProfilAcademique, millesime: int) -> Calendrier:
    """The calendar that a base opens with, until the school changes it."""
    ecart = profil.millesime_de_l_annee(0)
    prevu = calendrier_scolaire(millesime - ecart, profil.calendrier, profil.zone)
    return Calendrier(prevu.rentree_eleves, prevu.sortie_eleves, prevu.rentree_professeurs, prevu.sortie_professeurs)


def verifier_calendrier(calendrier: Calendrier, millesime: int) -> None:
    """Refuse a calendar whose dates are not in order (CALENDRIER_INVALIDE)."""
    paires = (
        (calendrier.rentree_eleves, calendrier.sortie_eleves, "élèves"),
        (calendrier.rentree_professeurs, calendrier.sortie_professeurs, "professeurs"),
    )
    for rentree, sortie, qui in paires:
        if rentree >= sortie:
            raise Refus(
                f"La date de rentrée des {qui} n'est pas antérieure à leur date de sortie.",
                code="CALENDRIER_INVALIDE",
                remede=f"Saisissez les dates de l'année scolaire {libelle_annee(millesime)}.",
            )
