"""Who is in Ressources, who in Services suppléants, and when.

Source: guide 000 §3.1 (REP, SUP), guide 002 « Les ressources », guide 003 §2.1.6 (REC-01 to REC-06,
STS-28, STS-37).
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from shared.contracts.refus import Refus

ENSEIGNANT = "ENS"
# Posted in EPP, without services: there or not by the profile's `sts.documentalistes` (REC-06).
SANS_SERVICE = ("DIR", "DOC", "EDU")


def destination(nature: str) -> Literal["ressources", "suppleants"]:
    """Where an appointment arrives: SUP in Services suppléants, AFA and REP in Ressources (REC-03,
    REC-04).
    """
    return "suppleants" if nature == "SUP" else "ressources"


def fonction_retenue(fonction: str, documentalistes: Literal["presents", "absents"]) -> bool:
    """Whether STS-Web knows agents of that fonction. A missing fonction counts as a teacher's (long
    leave).
    """
    return fonction in ("", ENSEIGNANT) or documentalistes == "presents" or fonction not in SANS_SERVICE


def chevauche(debut: date | None, fin: date | None, premier: date, dernier: date) -> bool:
    """Whether an appointment (open where None) meets the days from `premier` to `dernier`."""
    return (debut is None or debut <= dernier) and (fin is None or fin >= premier)


def en_poste(nature: str, debut: date | None, fin: date | None, jour: date) -> bool:
    """Whether an appointment counts for the AAF on `jour`.

    A suppléance holds between its two dates; a titulaire who arrives later has his account before (STS-37).
    """
    if nature == "SUP" and debut is not None and jour < debut:
        return False
    return fin is None or jour <= fin


def controler_changement_support(origine: int, destinataire: int, choisis: int, trouves: int) -> None:
    """Raise `Refus` unless services of one teacher are moved to another (STS-30 to STS-33)."""
    if not choisis:
        raise Refus(
            "Aucun service n'est sélectionné.",
            code="AUCUN_SERVICE",
            remede="Sélectionnez le(s) service(s) que vous souhaitez basculer.",
        )
    if origine == destinataire:
        raise Refus(
            "Les services ne peuvent pas être basculés sur l'enseignant qui les a déjà.",
            code="MEME_ENSEIGNANT",
            remede="Choisissez l'enseignant sur lequel les services doivent être basculés.",
        )
    if trouves < choisis:
        raise Refus(
            "Un service sélectionné n'est pas celui de l'enseignant choisi.",
            code="SERVICE_INCONNU",
            statut=409,
            remede="La liste a changé depuis son affichage : choisissez de nouveau l'enseignant.",
        )
