"""The rules on what one document of a set cites and the others should define.

Source: reference SIECLE, sections 2.4, 3.3, 4, 5 and 9; reference sts-edt, section 3.5; procedures STS-24, STS-25,
BEE-98.
"""

from __future__ import annotations

from msgspec import Struct

from shared.formats.examen.cles import Sorte
from shared.formats.examen.rapport import Gravite
from shared.formats.reconnaissance import Famille as F

_EXPORTER_STRUCTURE = "Exportez à nouveau la structure depuis STS-Web, puis refaites les exports de SIECLE."
_MEME_JOUR = "Produisez les fichiers du jeu le même jour, à partir des mêmes données."
_NOMENCLATURE = "Sélectionnez ce code dans le module Nomenclatures, puis exportez à nouveau la nomenclature."


class Regle(Struct, frozen=True):
    """Keys of kind `sorte` that a document of family `de` cites must be defined by one of the families `par`.

    `par` is tried in order: the first family present in the set with keys of that kind is the one that decides.
    `phrase` is given `{cle}`. `objet`: prefix of the problem's object.
    """

    code: str
    sorte: Sorte
    de: F
    par: tuple[F, ...]
    gravite: Gravite
    phrase: str
    remede: str
    element: str
    objet: str | None = None


_STRUCTURES = (F.SIECLE_STRUCTURES, F.STS_EMP)
_CODES = (
    (Sorte.REGIME, "régime", "CODE_REGIME", F.SIECLE_ELEVES),
    (Sorte.STATUT, "statut", "CODE_STATUT", F.SIECLE_ELEVES),
    (Sorte.MOTIF_SORTIE, "motif de sortie", "CODE_MOTIF_SORTIE", F.SIECLE_ELEVES),
    (Sorte.PROVENANCE, "provenance", "CODE_PROVENANCE", F.SIECLE_ELEVES),
    (Sorte.PARENTE, "lien de parenté", "CODE_PARENTE", F.SIECLE_RESPONSABLES),
    (Sorte.PROFESSION, "profession", "CODE_PROFESSION", F.SIECLE_RESPONSABLES),
)
REGLES: tuple[Regle, ...] = (
    # --- group links
    Regle(
        "LIEN_ELEVE_INCONNU",
        Sorte.ELEVE,
        F.LIENS_ELEVE_GROUPE,
        (F.SIECLE_ELEVES,),
        Gravite.ERREUR,
        "L'élève d'identifiant {cle} n'est pas dans l'export des élèves : ses liens ne seront pas importés.",
        "Mettez à jour les élèves du logiciel d'emploi du temps depuis SIECLE, puis refaites la remontée.",
        "ELEVE_ID",
        "eleve",
    ),
    Regle(
        "LIEN_ELEVE_INCONNU",
        Sorte.INE,
        F.LIENS_ELEVE_GROUPE,
        (F.SIECLE_ELEVES,),
        Gravite.ERREUR,
        "Un élève désigné par son INE n'est pas dans l'export des élèves : ses liens ne seront pas importés.",
        "Mettez à jour les élèves du logiciel d'emploi du temps depuis SIECLE, puis refaites la remontée.",
        "ID_NATIONAL",
    ),
    Regle(
        "LIEN_ELEVE_INCONNU",
        Sorte.ELEVE_PRIVE,
        F.LIENS_ELEVE_GROUPE,
        (F.SIECLE_ELEVES,),
        Gravite.ERREUR,
        "L'élève de numéro {cle} dans le logiciel privé n'est pas dans l'export des élèves.",
        "Mettez à jour les élèves du logiciel d'emploi du temps depuis SIECLE, puis refaites la remontée.",
        "ID_PRV_ELE",
    ),
    Regle(
        "LIEN_GROUPE_INCONNU",
        Sorte.GROUPE,
        F.LIENS_ELEVE_GROUPE,
        (F.SIECLE_STRUCTURES, F.EMP_STS, F.STS_EMP),
        Gravite.ERREUR,
        "Le groupe « {cle} » n'est pas référencé dans la structure : les inscriptions dans ce groupe seront rejetées.",
        "Créez-le à l'identique dans STS-Web, rattachez-le à un MEF et exportez la structure vers SIECLE.",
        "CODE_GROUPE",
        "groupe",
    ),
    # --- timetable
    Regle(
        "EDT_ELEVE_INCONNU",
        Sorte.ELEVE,
        F.EDT,
        (F.SIECLE_ELEVES,),
        Gravite.REMARQUE,
        "L'élève d'identifiant {cle} n'est pas dans l'export des élèves.",
        "Mettez à jour les élèves du logiciel d'emploi du temps depuis SIECLE.",
        "IDSconet",
        "eleve",
    ),
    Regle(
        "EDT_CLASSE_INCONNUE",
        Sorte.DIVISION,
        F.EDT,
        (F.STS_EMP, F.SIECLE_STRUCTURES),
        Gravite.REMARQUE,
        "La classe « {cle} » de l'emploi du temps n'est pas une division de STS-Web.",
        "Les noms doivent être identiques, lettre pour lettre, dans STS-Web, SIECLE et l'emploi du temps.",
        "Classe",
        "division",
    ),
    Regle(
        "EDT_GROUPE_INCONNU",
        Sorte.GROUPE,
        F.EDT,
        (F.SIECLE_STRUCTURES, F.EMP_STS),
        Gravite.REMARQUE,
        "Le groupe « {cle} » de l'emploi du temps n'est pas dans la structure.",
        "Les noms doivent être identiques, lettre pour lettre, dans STS-Web, SIECLE et l'emploi du temps.",
        "Groupe",
        "groupe",
    ),
    Regle(
        "EDT_ENSEIGNANT_INCONNU",
        Sorte.ENSEIGNANT_ID,
        F.EDT,
        (F.STS_EMP,),
        Gravite.REMARQUE,
        "L'enseignant {cle} de l'emploi du temps n'est pas parmi les individus de STS-Web.",
        "Refaites les correspondances des enseignants dans le logiciel d'emploi du temps.",
        "IDSTS",
    ),
    # --- pupils
    Regle(
        "ELEVE_INCONNU",
        Sorte.ELEVE,
        F.SIECLE_ELEVES,
        (F.SIECLE_ELEVES,),
        Gravite.ERREUR,
        "Un bloc désigne l'élève d'identifiant {cle}, absent du fichier : il est perdu.",
        "Exportez à nouveau les élèves depuis SIECLE.",
        "ELEVE_ID",
        "eleve",
    ),
    Regle(
        "DIVISION_INCONNUE",
        Sorte.DIVISION,
        F.SIECLE_ELEVES,
        _STRUCTURES,
        Gravite.ERREUR,
        "La division « {cle} » d'un élève n'est pas dans la structure.",
        _EXPORTER_STRUCTURE,
        "CODE_STRUCTURE",
        "division",
    ),
    Regle(
        "GROUPE_INCONNU",
        Sorte.GROUPE,
        F.SIECLE_ELEVES,
        _STRUCTURES,
        Gravite.ERREUR,
        "Le groupe « {cle} » d'un élève n'est pas dans la structure.",
        _EXPORTER_STRUCTURE,
        "CODE_STRUCTURE",
        "groupe",
    ),
    *(
        Regle(
            "MEF_INCONNU",
            Sorte.MEF,
            famille,
            (F.SIECLE_NOMENCLATURE,),
            Gravite.ERREUR,
            "Le MEF « {cle} » n'est pas dans la nomenclature de l'établissement.",
            _NOMENCLATURE,
            "CODE_MEF",
        )
        for famille in (F.SIECLE_ELEVES, F.SIECLE_STRUCTURES, F.SIECLE_NOMENCLATURE, F.DOSSIERS)
    ),
    *(
        Regle(
            "MATIERE_INCONNUE",
            Sorte.MATIERE,
            famille,
            (F.SIECLE_NOMENCLATURE,),
            Gravite.ERREUR,
            "La matière « {cle} » n'est pas dans la nomenclature de l'établissement.",
            _NOMENCLATURE,
            "CODE_MATIERE",
        )
        for famille in (F.SIECLE_ELEVES, F.SIECLE_NOMENCLATURE)
    ),
    *(
        Regle(
            "CODE_INCONNU",
            sorte,
            famille,
            (F.SIECLE_NOMENCLATURE,),
            Gravite.REMARQUE,
            f"Le code « {{cle}} » ({quoi}) n'est pas dans la nomenclature de l'établissement.",
            _NOMENCLATURE,
            element,
        )
        for sorte, quoi, element, famille in _CODES
    ),
    *(
        Regle(
            "ADRESSE_INCONNUE",
            Sorte.ADRESSE,
            famille,
            (famille,),
            Gravite.REMARQUE,
            "L'adresse d'identifiant {cle} n'est pas dans le fichier.",
            "Exportez à nouveau depuis SIECLE.",
            "ADRESSE_ID",
        )
        for famille in (F.SIECLE_ELEVES, F.SIECLE_RESPONSABLES)
    ),
    # --- responsables
    Regle(
        "RESPONSABLE_ELEVE_INCONNU",
        Sorte.ELEVE,
        F.SIECLE_RESPONSABLES,
        (F.SIECLE_ELEVES,),
        Gravite.ERREUR,
        "Un responsable est rattaché à l'élève d'identifiant {cle}, absent de l'export des élèves.",
        _MEME_JOUR,
        "ELEVE_ID",
        "eleve",
    ),
    *(
        Regle(
            "PERSONNE_INCONNUE",
            Sorte.PERSONNE,
            famille,
            (famille,),
            Gravite.ERREUR,
            "Un élève est rattaché à la personne d'identifiant {cle}, absente du fichier : le lien est perdu.",
            "Produisez à nouveau le fichier avec l'application d'origine.",
            element,
        )
        for famille, element in ((F.SIECLE_RESPONSABLES, "PERSONNE_ID"), (F.DOSSIERS, "ID_PRV_PER"))
    ),
    # --- structure, services
    *(
        Regle(
            "DIVISION_INCONNUE",
            Sorte.DIVISION,
            famille,
            par,
            Gravite.ERREUR,
            "La division « {cle} » n'existe pas dans la structure de STS-Web.",
            "Les divisions se créent dans STS-Web : accordez les noms, lettre pour lettre.",
            "DIVISION",
            "division",
        )
        for famille, par in (
            (F.STS_EMP, (F.STS_EMP,)),
            (F.EMP_STS, (F.STS_EMP, F.SIECLE_STRUCTURES)),
            (F.SIECLE_STRUCTURES, (F.SIECLE_STRUCTURES,)),
        )
    ),
    *(
        Regle(
            "SERVICE_MATIERE_INCONNUE",
            Sorte.MATIERE,
            famille,
            (F.STS_EMP,),
            Gravite.ERREUR,
            "La matière « {cle} » d'un service n'est pas dans la nomenclature de STS-Web.",
            "Choisissez une matière de STS-Web pour ce service, puis produisez à nouveau le fichier.",
            "CODE_MATIERE",
        )
        for famille in (F.STS_EMP, F.EMP_STS)
    ),
    *(
        Regle(
            "SERVICE_MODALITE_INCONNUE",
            Sorte.MODALITE,
            famille,
            (F.STS_EMP,),
            Gravite.ERREUR,
            "La modalité de cours « {cle} » d'un service n'est pas dans la nomenclature de STS-Web.",
            "Choisissez une modalité de STS-Web pour ce service, puis produisez à nouveau le fichier.",
            "CODE_MOD_COURS",
        )
        for famille in (F.STS_EMP, F.EMP_STS)
    ),
    *(
        Regle(
            "ENSEIGNANT_INCONNU",
            sorte,
            famille,
            (F.STS_EMP,),
            Gravite.ERREUR,
            "L'enseignant {cle} n'est pas parmi les individus de STS-Web : son service sera perdu.",
            "Récupérez les enseignants de STS-Web dans le logiciel d'emploi du temps, puis refaites la remontée.",
            "ENSEIGNANT",
        )
        for famille in (F.STS_EMP, F.EMP_STS)
        for sorte in (Sorte.ENSEIGNANT, Sorte.ENSEIGNANT_ID)
    ),
    Regle(
        "STS_MEF_INCONNU",
        Sorte.MEF,
        F.STS_EMP,
        (F.STS_EMP,),
        Gravite.ERREUR,
        "Le MEF « {cle} » n'est pas dans les nomenclatures du fichier.",
        "Exportez à nouveau le fichier depuis STS-Web.",
        "CODE_MEF",
    ),
    Regle(
        "ALTERNANCE_INCONNUE",
        Sorte.ALTERNANCE,
        F.EMP_STS,
        (F.EMP_STS,),
        Gravite.ERREUR,
        "L'alternance « {cle} » d'un cours n'est pas décrite dans le fichier : le cours n'a pas de semaines.",
        "Produisez à nouveau le fichier avec le logiciel d'emploi du temps.",
        "CODE_ALTERNANCE",
    ),
    Regle(
        "SALLE_INCONNUE",
        Sorte.SALLE,
        F.EMP_STS,
        (F.EMP_STS,),
        Gravite.REMARQUE,
        "La salle « {cle} » d'un cours n'est pas décrite dans le fichier.",
        "Produisez à nouveau le fichier avec le logiciel d'emploi du temps.",
        "CODE_SALLE",
    ),
)
TOUJOURS = frozenset({Sorte.ELEVE, Sorte.PERSONNE, Sorte.ALTERNANCE})
"""Kinds whose absence from the document itself is a fault, even when it defines none at all."""
