"""Which school year a date belongs to, in each application. Pure functions.

Two calendars: `nord` (métropole: year N runs from 1 September N) and `sud` (Nouvelle-Calédonie: the STS year
is the civil year and the SIECLE millésime is one less).
Source: guides 000 to 003, procedures CAL-01 to CAL-04 (nord); guide 004 §3.1.1 and §3.5.1, procedure COM-05
(sud). The opening months of the year in preparation and the day on which the AAF changes year are inferred.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from shared.contracts.refus import Refus

Calendrier = Literal["nord", "sud"]

# First day (month, day) of the current year N, in civil year N.
DEBUT_ANNEE: dict[Calendrier, tuple[int, int]] = {"nord": (9, 1), "sud": (1, 1)}
# First day on which year N can be prepared, and how many civil years before N that day falls.
OUVERTURE_PREPARATION: dict[Calendrier, tuple[int, int, int]] = {"nord": (5, 1, 0), "sud": (11, 1, 1)}
# First day on which the AAF collects year N (inferred: the bases of the coming year are collected just before
# the rentrée, so that accounts exist on the first day of class).
BASCULE_AAF: dict[Calendrier, str] = {"nord": "08-15", "sud": "01-15"}


def annee_sts(jour: date, calendrier: Calendrier = "nord") -> int:
    """Return the STS year in progress on `jour` (2021 stands for 2021-2022)."""
    debut = DEBUT_ANNEE[calendrier]
    return jour.year if (jour.month, jour.day) >= debut else jour.year - 1


def annee_sts_preparation(jour: date, calendrier: Calendrier = "nord") -> int | None:
    """Return the STS year that can be prepared on `jour`, or None outside the period of preparation."""
    mois, quantieme, avant = OUVERTURE_PREPARATION[calendrier]
    suivante = annee_sts(jour, calendrier) + 1
    return suivante if jour >= date(suivante - avant, mois, quantieme) else None


def millesime_de_l_annee(annee: int, calendrier: Calendrier = "nord") -> int:
    """Return the SIECLE millésime of STS year `annee`: the same (nord), one less (sud, COM-05)."""
    return annee if calendrier == "nord" else annee - 1


def annee_du_millesime(millesime: int, calendrier: Calendrier = "nord") -> int:
    """Return the STS year of a SIECLE millésime; the inverse of `millesime_de_l_annee`."""
    return millesime if calendrier == "nord" else millesime + 1


def millesime_bee(jour: date, calendrier: Calendrier = "nord") -> int:
    """Return the SIECLE millésime in progress on `jour`."""
    return millesime_de_l_annee(annee_sts(jour, calendrier), calendrier)


def millesime_bee_preparation(jour: date, calendrier: Calendrier = "nord") -> int | None:
    """Return the SIECLE millésime that can be prepared on `jour`, or None outside the period."""
    annee = annee_sts_preparation(jour, calendrier)
    return None if annee is None else millesime_de_l_annee(annee, calendrier)


def annee_collectee(jour: date, calendrier: Calendrier = "nord", aaf_bascule: str | None = None) -> int:
    """Return the STS year whose data the AAF collects on `jour`.

    `aaf_bascule` is "MM-DD", the first day of the civil year on which the year of that number is collected;
    None takes the calendar's own. Raises `Refus` (AAF_BASCULE_INVALIDE) if it is not a day of the year.
    """
    mois, quantieme = jour_de_l_annee(aaf_bascule or BASCULE_AAF[calendrier])
    return jour.year if (jour.month, jour.day) >= (mois, quantieme) else jour.year - 1


def jour_de_l_annee(texte: str) -> tuple[int, int]:
    """Read "MM-DD". Raises `Refus` (AAF_BASCULE_INVALIDE) if it names no day that every year has."""
    trouve = re.fullmatch(r"([0-9]{2})-([0-9]{2})", texte)
    if trouve:
        mois, quantieme = int(trouve[1]), int(trouve[2])
        try:
            date(2021, mois, quantieme)
        except ValueError:
            pass
        else:
            return mois, quantieme
    raise Refus(
        f"« {texte} » n'est pas un jour de l'année.",
        code="AAF_BASCULE_INVALIDE",
        remede="Donnez le mois et le jour sur deux chiffres, par exemple « 08-15 ».",
        statut=422,
    )


def libelle_annee(annee: int) -> str:
    """Return the year as the applications print it: 2021 gives « 2021-2022 »."""
    return f"{annee}-{annee + 1}"
