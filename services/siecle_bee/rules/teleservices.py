"""The télé-services accounts of responsables: their identifiers, and what a family may change there.

Source: guide 000 section 2.13 (Point de vigilance); procedures BEE-50, BEE-52. The shape of the identifier is inferred
from the « digit behind the identifier »; what the sheet holds is Rentrée's own.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.siecle_bee.rules.peignes import PEIGNES
from shared.contracts.refus import Refus
from shared.identifiers import cle_tri

LONGUEUR_NOM = 20
CHAMPS: dict[str, tuple[str, int]] = {
    "telephone_personnel": ("Téléphone personnel", 20),
    "telephone_portable": ("Téléphone portable", 20),
    "mel": ("Mél", 254),
    "profession": ("Profession", 40),
    "ligne1": ("Adresse", 38),
    "code_postal": ("Code postal", 5),
    "commune": ("Commune", 32),
}
_FORMES = {
    nom: forme
    for nom in ("telephone_personnel", "telephone_portable", "mel", "code_postal")
    if (forme := PEIGNES[nom].forme)
}


def identifiant(prenom: str, nom: str, numero: int) -> str:
    """The identifier of an account: initial, name and the digit behind (« i.modele2 »)."""
    lettres = "".join(c for c in cle_tri(nom) if c.isascii() and c.isalnum())[:LONGUEUR_NOM]
    initiale = next((c for c in cle_tri(prenom) if c.isascii() and c.isalpha()), "x")
    return f"{initiale}.{lettres or 'compte'}{numero}".lower()


def verifier(champs: Mapping[str, str]) -> dict[str, str]:
    """What a family filled in, trimmed, empty fields left out.

    Raises `Refus` (FICHE_RENSEIGNEMENTS_VIDE, FICHE_RENSEIGNEMENTS_INVALIDE).
    """
    remplis = {nom: valeur.strip() for nom, valeur in champs.items() if nom in CHAMPS and valeur.strip()}
    if not remplis:
        raise Refus(
            "La fiche de renseignements ne change rien.",
            code="FICHE_RENSEIGNEMENTS_VIDE",
            remede="Remplissez au moins un champ.",
        )
    for nom, valeur in remplis.items():
        libelle, longueur = CHAMPS[nom]
        if len(valeur) > longueur or (nom in _FORMES and not _FORMES[nom].fullmatch(valeur)):
            raise Refus(
                f"Le champ « {libelle} » de la fiche de renseignements ne convient pas.",
                code="FICHE_RENSEIGNEMENTS_INVALIDE",
                remede=f"Corrigez-le ({longueur} caractères au plus).",
            )
    return remplis
