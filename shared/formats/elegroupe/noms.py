"""The name of a group-links file: `<UAI>ELEGROUPE<millésime 4><AAMMJJhhmmss 12>.zip`.

Source: reference SIECLE, section 8.1; procedures BEE-71, BEE-72, BEE-79, ACC-11. BEE takes a file by its
name first, so each way of spoiling the name has its own sentence.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time

from msgspec import Struct

from shared.contracts.refus import FichierRefuse, Lieu

MARQUE = "ELEGROUPE"
MARQUE_DOSSIERS = "PRIVE"

_COPIE = re.compile(r"\s*(?:\([0-9]+\)|- ?Copie(?: \([0-9]+\))?|- ?Copy)\s*$", re.IGNORECASE)
_FORME = "<UAI>ELEGROUPE<millésime><AAMMJJhhmmss>.zip"


class NomElegroupe(Struct, frozen=True):
    """What a name says: school, BEE millésime (2025 for 2025-2026, not the calendar year), instant.

    `instant` has no time zone: it is the wall clock of the computer that wrote the file.
    """

    uai: str
    millesime: int
    instant: datetime
    marque: str = MARQUE

    @property
    def radical(self) -> str:
        """The name without extension, shared by the zip and its XML."""
        i = self.instant
        horodatage = f"{i.year % 100:02d}{i.month:02d}{i.day:02d}{i.hour:02d}{i.minute:02d}{i.second:02d}"
        return f"{self.uai}{self.marque}{self.millesime:04d}{horodatage}"

    @property
    def nom_zip(self) -> str:
        """The name of the archive."""
        return f"{self.radical}.zip"

    @property
    def nom_xml(self) -> str:
        """The name of the XML inside, which is what Suivi des échanges lists."""
        return f"{self.radical}.xml"


def nom_elegroupe(uai: str, millesime: int, instant: datetime) -> str:
    """The name of the zip that a timetable program writes.

    Arguments: `uai`, seven digits and a letter; `millesime`, four digits; `instant`, between 2000 and 2099,
    whose own wall clock is written. Raises `ValueError` when the name would not be read back.
    """
    nom = NomElegroupe(uai, millesime, instant.replace(tzinfo=None, microsecond=0)).nom_zip
    if not 2000 <= instant.year <= 2099:
        raise ValueError(f"l'horodatage n'a que deux chiffres d'année : {instant.year}")
    try:
        analyser_nom(nom)
    except FichierRefuse as refus:
        raise ValueError(f"nom impossible : {nom}") from refus
    return nom


def _refus(code: str, phrase: str, remede: str, nom: str) -> FichierRefuse:
    return FichierRefuse(phrase, code=code, remede=remede, lieu=Lieu(fichier=nom))


_REDEPOSER = "Produire à nouveau le fichier avec le logiciel d'emploi du temps et le déposer tel quel."


def _sans_extension(nom: str) -> str:
    radical, point, extension = nom.rpartition(".")
    if not point:
        radical, extension = nom, ""
    if extension.lower() == "xml":
        raise _refus(
            "NOM_FICHIER_NON_ZIP",
            "Le fichier déposé doit être le fichier ZIP, et non le fichier XML qu'il contient.",
            "Déposer le fichier ZIP tel quel : ne pas le décompresser, ne pas en modifier le nom.",
            nom,
        )
    if extension != "zip":
        raise _refus(
            "NOM_FICHIER_NON_ZIP",
            "Le nom du fichier est mal formé : l'extension .zip est attendue.",
            "Déposer le fichier ZIP produit par le logiciel d'emploi du temps, sans en modifier le nom.",
            nom,
        )
    return radical


def _verifier_horodatage(suite: str, nom: str, marque: str) -> tuple[int, datetime]:
    """The millésime and instant of what follows the mark, or the refusal that says what is wrong."""
    if re.fullmatch(r"[0-9oO]+", suite) and re.search(r"[oO]", suite):
        raise _refus(
            "NOM_FICHIER_LETTRE_O",
            "Le nom du fichier est mal formé : il contient la lettre o à la place du chiffre 0.",
            _REDEPOSER,
            nom,
        )
    if re.fullmatch(r"[0-9]{14}", suite):
        raise _refus(
            "NOM_FICHIER_HORODATAGE_COURT",
            "Le nom du fichier est mal formé : l'horodatage compte 10 chiffres au lieu de 12 "
            "(année, mois, jour, heure, minute et seconde).",
            _REDEPOSER,
            nom,
        )
    if not re.fullmatch(r"[0-9]{16}", suite):
        raise _refus(
            "NOM_FICHIER_MALFORME",
            f"Le nom du fichier est mal formé : {marque} doit être suivi du millésime (4 chiffres) "
            "et de l'horodatage (12 chiffres).",
            _REDEPOSER,
            nom,
        )
    aa, mois, jour, heure, minute, seconde = (int(suite[i : i + 2]) for i in range(4, 16, 2))
    try:
        instant = datetime.combine(date(2000 + aa, mois, jour), time(heure, minute, seconde))
    except ValueError:
        raise _refus(
            "NOM_FICHIER_HORODATAGE_IMPOSSIBLE",
            "Le nom du fichier est mal formé : son horodatage n'est pas une date et une heure possibles.",
            _REDEPOSER,
            nom,
        ) from None
    return int(suite[:4]), instant


def _mal_forme(nom: str, marque: str) -> FichierRefuse:
    forme = _FORME.replace(MARQUE, marque)
    return _refus(
        "NOM_FICHIER_MALFORME",
        f"Le nom du fichier est mal formé : la forme {forme} est attendue.",
        "Déposer le fichier ZIP produit par le logiciel d'emploi du temps, sans en modifier le nom.",
        nom,
    )


def _refuser_autre_marque(radical: str, nom: str, marque: str) -> None:
    autre = MARQUE_DOSSIERS if marque == MARQUE else MARQUE
    if not re.match(rf"\w{{8}}{autre}[0-9]", radical):
        return
    pages = {
        MARQUE: "Liens élève-groupe depuis logiciel privé",
        MARQUE_DOSSIERS: "Dossiers depuis logiciel privé",
    }
    raise _refus(
        "NOM_FICHIER_AUTRE_IMPORT",
        f"Ce fichier est destiné à l'import « {pages[autre]} », et non à « {pages[marque]} ».",
        f"Déposer ce fichier par le menu Importations > {pages[autre]}.",
        nom,
    )


def analyser_nom(nom: str, marque: str = MARQUE) -> NomElegroupe:
    """Read the name of a deposited zip; folders that some browsers put before it are ignored.

    Arguments: `marque`, ELEGROUPE for group links, PRIVE for dossiers. Raises `FichierRefuse`, codes:
    NOM_FICHIER_NON_ZIP (an XML or another kind of file), NOM_FICHIER_COPIE (« (1) » of a browser, « -
    Copie »), NOM_FICHIER_AUTRE_IMPORT (made for the other import page), NOM_FICHIER_CASSE (right but for
    its capitals), NOM_FICHIER_LETTRE_O, NOM_FICHIER_HORODATAGE_COURT (10 digits),
    NOM_FICHIER_HORODATAGE_IMPOSSIBLE, NOM_FICHIER_MALFORME (anything else).
    """
    nom = re.split(r"[/\\]", nom)[-1]
    radical = _sans_extension(nom)
    if _COPIE.search(radical):
        raise _refus(
            "NOM_FICHIER_COPIE",
            "Le nom du fichier est mal formé : il a été modifié par une copie ou un second téléchargement.",
            "Rendre au fichier le nom donné par le logiciel d'emploi du temps, ou le produire à nouveau.",
            nom,
        )
    _refuser_autre_marque(radical, nom, marque)
    trouve = re.fullmatch(rf"([0-9oO]{{7}}[A-Z]){marque}(.*)", radical, re.DOTALL)
    if trouve is None:
        if re.fullmatch(rf"[0-9]{{7}}[A-Z]{marque}[0-9]{{16}}", radical.upper()):
            raise _refus(
                "NOM_FICHIER_CASSE",
                f"Le nom du fichier est mal formé : l'UAI et la mention {marque} doivent être écrits en majuscules.",
                _REDEPOSER,
                nom,
            )
        raise _mal_forme(nom, marque)
    uai, suite = trouve.groups()
    if not re.fullmatch(r"[0-9]{7}[A-Z]", uai):
        raise _refus(
            "NOM_FICHIER_LETTRE_O",
            "Le nom du fichier est mal formé : l'UAI contient la lettre o à la place du chiffre 0.",
            _REDEPOSER,
            nom,
        )
    millesime, instant = _verifier_horodatage(suite, nom, marque)
    return NomElegroupe(uai, millesime, instant, marque)
