"""Refusals common to the files of the timetable software, and their limits."""

from __future__ import annotations

from shared.contracts.refus import FichierRefuse, Lieu
from shared.security.xml import Limites

RACINE = "ExportEmploiDuTemps"
ESPACE = "http://www.index-education.com/exportemploidutemps"
RACINE_CONTENEUR = "EXPORT_INDEX_EDUCATION"
ESPACE_CONTENEUR = "http://www.index-education.com/conteneurexportchiffre"

MIO = 1024**2
LIMITES_EDT = Limites(max_bytes=256 * MIO, max_element=256 * MIO)
"""A large school's file holds some tens of megabytes."""


class EdtRefuse(FichierRefuse):
    """A file of the timetable software that cannot be taken.

    Codes: EDT_MAUVAIS_FICHIER, EDT_CONTENEUR_FERME, EDT_ANNEE_ABSENTE, EDT_GRILLE_ABSENTE; of the container:
    EDT_CONTENEUR_INCOMPLET, EDT_BASE64, EDT_CLE_ABSENTE, EDT_CLE_ILLISIBLE, EDT_CLE_FAUSSE,
    EDT_PARTENAIRE_ABSENT, EDT_CONTENU_TRONQUE, EDT_CONTENU_ILLISIBLE, EDT_VERIFICATION, EDT_BOMBE,
    EDT_CHIFFREMENT_INDISPONIBLE.
    """

    code = "EDT_MAUVAIS_FICHIER"


def refuse(code: str, nom: str, phrase: str, remede: str, ligne: int | None = None) -> EdtRefuse:
    """An `EdtRefuse` whose sentence begins with the file."""
    return EdtRefuse(f"Fichier « {nom} » : {phrase}", code=code, remede=remede, lieu=Lieu(nom, ligne), regle=code)


def mauvais_fichier(nom: str, racine: str, attendue: str = RACINE) -> EdtRefuse:
    """The refusal of another root than the one expected."""
    if racine == RACINE_CONTENEUR:
        return refuse(
            "EDT_CONTENEUR_FERME",
            nom,
            "c'est un conteneur chiffré, dont le contenu n'a pas été déchiffré.",
            "Ouvrez-le avec la clé privée du partenaire à qui il est destiné.",
        )
    return refuse(
        "EDT_MAUVAIS_FICHIER",
        nom,
        f"l'élément racine est « {racine[:40]} », alors que « {attendue} » est attendu.",
        "Choisissez le fichier que le logiciel d'emploi du temps a exporté.",
    )
