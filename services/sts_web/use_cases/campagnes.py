"""« Campagne »: the campagne « Rentrée » of a year, its dates and the date butoir of the V.S. (STS-07, STS-08, REC-18).

The académie fixes the dates for all its schools; the usual ones hold until it does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.sts_web.models import Campagne, RemonteeVs
from services.sts_web.rules.annees import EtatAnnee, bornes, campagne_de_rentree
from services.sts_web.rules.moyens import lire_periode
from services.sts_web.use_cases import etablissements
from services.sts_web.use_cases.alertes import Alerte, annee_a_verifier
from shared.contracts.refus import Inconnu
from shared.horloge.annees import libelle_annee
from shared.persistence.unite import Unite


@dataclass(frozen=True, slots=True)
class CampagneVue:
    """« Campagne »: the year, the campagne « Rentrée », its dates; `usuelle`: the académie fixed no other dates.

    `date_butoir_vs`, None until the académie fixes it; `avertissement` when the year is not the current one (STS-07).
    """

    annee: int
    libelle: str
    etat: EtatAnnee
    type: str
    debut: date
    fin: date
    usuelle: bool
    ouverte: bool
    date_butoir_vs: date | None
    avertissement: Alerte | None


def campagne(u: Unite, uai: str, annee: int) -> CampagneVue:
    """The campagne of a year. Raises `Inconnu` (UAI_INCONNU, ANNEE_INCONNUE)."""
    c = etablissements.ouvrir(u, uai, annee)
    fixee = u.session.get(Campagne, annee)
    debut, fin = (fixee.debut, fixee.fin) if fixee else campagne_de_rentree(annee, u.profil.calendrier)
    return CampagneVue(
        annee,
        libelle_annee(annee),
        c.etat,
        "Rentrée",
        debut,
        fin,
        fixee is None,
        debut <= u.horloge.aujourd_hui() <= fin,
        date_butoir(u, annee),
        annee_a_verifier(u, c),
    )


def date_butoir(u: Unite, annee: int) -> date | None:
    """The last day of the remontée des V.S. of a year, as the rectorat said it (REC-18)."""
    ligne = u.session.get(RemonteeVs, annee)
    return ligne.date_butoir if ligne else None


def fixer(u: Unite, annee: int, debut: date, fin: date) -> None:
    """Fix the dates of the campagne of a year for the whole académie.

    Raises `Inconnu` (ANNEE_INCONNUE), `Refus` (DATES_INVALIDES).
    """
    if not 1900 <= annee <= 2999:
        raise Inconnu(
            f"L'année {annee} n'est pas une année scolaire.",
            code="ANNEE_INCONNUE",
            remede="Donnez l'année civile où elle commence, par exemple 2021.",
        )
    lire_periode(debut, fin, bornes(annee, u.profil.calendrier))
    u.session.merge(Campagne(annee=annee, debut=debut, fin=fin, fixee_le=u.maintenant))
    u.session.flush()
    u.journaliser(
        "dates_campagne",
        f"Campagne « Rentrée » {libelle_annee(annee)} : du {debut:%d/%m/%Y} au {fin:%d/%m/%Y}",
        annee=annee,
        nb=1,
        resume={"debut": debut.isoformat(), "fin": fin.isoformat()},
    )
