"""Why each anomaly of the group-links import comes, as help beside its sentence; what to do is in the catalogue.

Source: guide 004 section 3.5.2.2.1 (GROUPE_A_01 and the rule ELEGRP); the others are deduced from the SIECLE
reference, sections 8.4 and 9.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_CALENDRIERS = (
    "Les calendriers de SIECLE (Commun > Calendrier > Année scolaire, dates des élèves) et du logiciel d'emploi du "
    "temps diffèrent."
)

CAUSES: Mapping[str, str] = MappingProxyType(
    {
        "GROUPE_A_01": "SIECLE ne connaît pas ce groupe et l'ignore ; les autres liens de l'élève passent.",
        "GROUPE_B_01": "L'élève n'a pas de MEF dans la base : aucun groupe ne peut lui être donné.",
        "GROUPE_B_02": "Dans STS-Web, le groupe n'est rattaché ni au MEF de l'élève ni à une division de ce MEF.",
        "ELEGRP_A_01": "Le fichier donne au lien une date de début qui ne précède pas sa date de fin.",
        "ELEGRP_A_02": _CALENDRIERS,
        "ELEGRP_A_03": _CALENDRIERS,
        "REJELEGROUPE_01": "Ni l'identifiant transmis, ni le nom, le prénom et la date de naissance ne sont ceux "
        "d'un élève de la base.",
        "REJELEGROUPE_02": "L'identifiant transmis est celui d'une fiche d'un autre établissement.",
        "REJELEGROUPE_03": "Le fichier nomme deux fois le même élève, ou plusieurs fiches ont son état civil.",
    }
)
