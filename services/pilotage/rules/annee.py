"""The steps of a school year, northern and southern, as the *profil académique* words them. Pure data.

Source: procedures section 13 (order of a school year), CAL-01 to CAL-04 (guides 000, 002, 003), CAL-05 and CAL-06
(guide 004); settings `bee.bascule`, `bee.doublons.conseil`, `sts.exports_apres_import`, `edt.jeu_siecle`, `netsynchro`.
"""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from services.pilotage.rules.annee_preparation import preparation
from services.pilotage.rules.annee_rentree import apres, rentree_nord, rentree_sud
from services.pilotage.rules.calendrier import Dates, Jalon
from shared.horloge.profils import ProfilAcademique

CONSIGNES = (
    "Toute l'année : ne renommez ni classe ni groupe (doublons dans l'ENT).",
    "Toute l'année : ne fusionnez pas tardivement des responsables (le compte en usage peut disparaître).",
    "Toute l'année : ne saisissez pas la fiche d'un élève de l'académie, importez son dossier.",
    "Toute l'année : pas de compte invité pour un remplaçant, attendez qu'il apparaisse dans STS-Web.",
    "À chaque changement dans l'emploi du temps : import dans STS-Web, exports, liens élève-groupe, import dans l'ENT.",
)


def fenetre(dates: Dates) -> tuple[date, date]:
    """First day and first day after: what was done in between was done for that year."""
    if dates.scolaire.calendrier == "nord":
        return dates.jour(4, 1), dates.jour(4, 1, 1)
    return dates.jour(11, 1, -1), dates.jour(11, 1)


def jalons(profil: ProfilAcademique, dates: Dates) -> tuple[Jalon, ...]:
    """The steps of the year, in order."""
    nord = profil.calendrier == "nord"
    debut_d_annee = preparation(profil, dates)
    if not nord:
        debut, fin = dates.jour(12, 1, -1), dates.scolaire.rentree_professeurs
        debut_d_annee = tuple(
            replace(j, periode="décembre-février", debut=debut, fin=fin, guide="004, comme mai-août au nord")
            for j in debut_d_annee
        )
    rentree = rentree_nord(profil, dates) if nord else rentree_sud(profil, dates)
    return tuple(sorted((*debut_d_annee, *rentree, *apres(dates)), key=lambda j: j.debut))
