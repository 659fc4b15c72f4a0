"""Rules on one value: INE, UAI, MEF, matière, names of divisions and groups.

Source: reference SIECLE, section 12 (identifiers); procedures STS-19 to STS-22 (names of structures).
"""

from __future__ import annotations

import re

from shared.formats.examen.rapport import Recueil, dit
from shared.identifiers import ine_valide, uai_valide
from shared.identifiers.codes import (
    LONGUEUR_STRUCTURE,
    caracteres_interdits,
    code_matiere_valide,
    code_mef_valide,
)

LONGUEUR_MAX = 20
"""The longest group code that BEE has been seen to hold."""

_INE_RNIE = re.compile(r"[0-9]{9}[A-Z]{2}")
# BEA, apprentissage, INES of the universities: nothing but their shape is known for sure.
_INE_AUTRE = re.compile(r"[0-9A-Z]{10}[A-Z]")
_CORRIGER = "Corrigez-le dans l'application d'origine, puis produisez à nouveau le fichier."


def controler_ine(recueil: Recueil, ine: str | None, ligne: int | None, element: str = "ID_NATIONAL") -> None:
    """An INE has 11 characters, and its key when it is of the RNIE: a remark, never a refusal (section 12.1)."""
    if not ine:
        return
    if _INE_RNIE.fullmatch(ine):
        if not ine_valide(ine):
            recueil.remarque(
                "INE_CLE",
                "La clé de l'INE (ses deux lettres) ne correspond pas à son numéro.",
                ligne=ligne,
                element=element,
                remede="Vérifiez l'INE de l'élève dans la base élèves.",
            )
    elif not _INE_AUTRE.fullmatch(ine):
        recueil.remarque(
            "INE_FORME",
            "Cet INE n'a la forme d'aucun identifiant connu : 11 caractères, lettres à la fin.",
            ligne=ligne,
            element=element,
            remede="Vérifiez l'INE de l'élève dans la base élèves.",
        )


def controler_uai(recueil: Recueil, uai: str | None, ligne: int | None, element: str) -> None:
    """An UAI is seven digits and their check letter."""
    if uai and not uai_valide(uai):
        recueil.erreur(
            "UAI_INVALIDE",
            f"« {dit(uai)} » n'est pas un UAI : sept chiffres et la lettre de contrôle qui leur correspond.",
            ligne=ligne,
            element=element,
            remede=_CORRIGER,
        )


def controler_mef(recueil: Recueil, code: str | None, ligne: int | None, element: str) -> None:
    """A MEF has 11 characters; those of other systems have 10 and join nothing here."""
    if code and not code_mef_valide(code):
        recueil.erreur(
            "MEF_FORME",
            f"« {dit(code)} » n'est pas un code MEF : 11 caractères, dont trois chiffres au début.",
            ligne=ligne,
            element=element,
            remede=_CORRIGER,
        )


def controler_matiere(recueil: Recueil, code: str | None, ligne: int | None, element: str) -> None:
    """A matière has 6 characters; local ones hold letters."""
    if code and not code_matiere_valide(code):
        recueil.remarque(
            "MATIERE_FORME",
            f"« {dit(code)} » n'a pas la forme d'un code matière : 6 chiffres ou capitales.",
            ligne=ligne,
            element=element,
            remede=_CORRIGER,
        )


def controler_structure(recueil: Recueil, code: str, genre: str, ligne: int | None, element: str) -> None:
    """A division or group code holds letters, digits, space, « - » and « _ », and is short (STS-19 to STS-22).

    Arguments: `genre`, "groupe" or "division".
    """
    interdits = caracteres_interdits(code)
    if interdits:
        recueil.erreur(
            "STRUCTURE_CARACTERES",
            f"Le nom « {dit(code)} » d'un(e) {genre} contient des caractères non autorisés : « {dit(interdits)} ».",
            ligne=ligne,
            element=element,
            remede="Renommez-le à l'identique dans STS-Web et dans le logiciel d'emploi du temps : lettres, "
            "chiffres, espace, tiret et souligné. STS-Web rejette les autres.",
            objet=f"{genre}:{code}",
        )
    elif len(code) > LONGUEUR_MAX:
        recueil.erreur(
            "STRUCTURE_LONGUE",
            f"Le nom « {dit(code)} » compte {len(code)} caractères ; {LONGUEUR_MAX} au plus sont admis.",
            ligne=ligne,
            element=element,
            remede="Raccourcissez-le à l'identique dans STS-Web et dans le logiciel d'emploi du temps.",
            objet=f"{genre}:{code}",
        )
    elif len(code) > LONGUEUR_STRUCTURE:
        recueil.information(
            "STRUCTURE_LONGUE",
            f"Le nom « {dit(code)} » compte {len(code)} caractères : certaines académies n'en admettent que "
            f"{LONGUEUR_STRUCTURE}.",
            ligne=ligne,
            element=element,
            remede="Raccourcissez-le si STS-Web le rejette.",
        )
