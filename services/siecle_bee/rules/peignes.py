"""The « peignes de saisie »: what may be typed in the fields of a fiche, pupil's or responsable's.

Source: procedure BEE-26; guide 002, Aide au diagnostic; lengths: SIECLE reference, section 10.1. The masks themselves
are not published: these refuse only what nobody can have meant. What comes by a file or a dossier is taken as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from shared.contracts.echanges import AdresseMsg
from shared.contracts.refus import Refus

_TELEPHONE = re.compile(r"\+?[0-9][0-9 .]{5,18}")
_NOM = re.compile(r"[^\x00-\x1f<>]*\S[^\x00-\x1f<>]*")
ANNEE_MINIMALE = 1900


class Peigne(Struct, frozen=True):
    """One mask: the words of the field, how long it may be, its shape where it has one, whether it may be empty."""

    libelle: str
    longueur: int
    forme: re.Pattern[str] | None = None
    vide: bool = True


PEIGNES: dict[str, Peigne] = {
    "nom": Peigne("Nom de famille", 100, _NOM, vide=False),
    "nom_usage": Peigne("Nom d'usage", 100, _NOM),
    "prenom": Peigne("Prénom", 100, _NOM, vide=False),
    "prenom2": Peigne("Deuxième prénom", 100, _NOM),
    "prenom3": Peigne("Troisième prénom", 100, _NOM),
    "pays_naissance": Peigne("Pays de naissance", 3, re.compile(r"[0-9]{3}")),
    "nationalite": Peigne("Nationalité", 3, re.compile(r"[0-9]{3}")),
    "commune_naissance": Peigne("Commune de naissance", 5, re.compile(r"[0-9][0-9AB][0-9]{3}")),
    "ville_naissance": Peigne("Ville de naissance", 32),
    "telephone_personnel": Peigne("Téléphone personnel", 20, _TELEPHONE),
    "telephone_portable": Peigne("Téléphone portable", 20, _TELEPHONE),
    "telephone_professionnel": Peigne("Téléphone professionnel", 20, _TELEPHONE),
    "mel": Peigne("Mél", 254, re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")),
    "ligne": Peigne("Adresse", 38),
    "code_postal": Peigne("Code postal", 5, re.compile(r"[0-9]{5}")),
    "commune": Peigne("Commune", 32),
}
_EXEMPLES = {
    "pays_naissance": "trois chiffres, 100 pour la France",
    "nationalite": "trois chiffres, 100 pour la France",
    "commune_naissance": "le code INSEE, cinq caractères",
    "code_postal": "cinq chiffres",
    "mel": "une adresse comme prenom.nom@exemple.fr",
}


def verifier(champs: Mapping[str, Any], *, jour: date) -> None:
    """Refuse a field that cannot be what was meant.

    Arguments: `champs`, what is typed, by name (`PEIGNES`, `adresse`, `date_naissance`; the others are not looked
    at); `jour`, today. Raises `Refus` (PEIGNE_DE_SAISIE).
    """
    for nom, valeur in champs.items():
        if isinstance(valeur, AdresseMsg):
            _adresse(valeur)
        elif nom == "date_naissance" and (valeur > jour or valeur.year < ANNEE_MINIMALE):
            raise _refus("Né(e) le", "une date de naissance qui n'est ni à venir, ni d'un autre siècle")
        elif nom in PEIGNES:
            _champ(nom, str(valeur))


def _adresse(adresse: AdresseMsg) -> None:
    for ligne in adresse.lignes:
        _champ("ligne", ligne)
    _champ("code_postal", adresse.code_postal)
    _champ("commune", adresse.commune)


def _champ(nom: str, valeur: str) -> None:
    peigne = PEIGNES[nom]
    if not valeur and peigne.vide:
        return
    if len(valeur) > peigne.longueur:
        raise _refus(peigne.libelle, f"{peigne.longueur} caractères au plus")
    if peigne.forme is not None and not peigne.forme.fullmatch(valeur):
        vide = "" if peigne.vide else "un nom, qui ne peut être vide"
        raise _refus(peigne.libelle, _EXEMPLES.get(nom) or vide or "des chiffres, des espaces, un + devant")


def _refus(libelle: str, attendu: str) -> Refus:
    return Refus(
        f"Le champ « {libelle} » ne respecte pas le peigne de saisie.",
        code="PEIGNE_DE_SAISIE",
        regle="BEE-26",
        remede=f"Attendu : {attendu}.",
    )
