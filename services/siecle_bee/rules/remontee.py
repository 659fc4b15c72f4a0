"""Why a fiche does not go up to the AAF: codes, sentences, remedies, menus.

Source: guide 002 (Aide au diagnostic), guide 000 sections 2.5.2 and 2.13; procedures AAF-07, AAF-08,
DIAG-07 to DIAG-10, BEE-59 to BEE-63.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from services.siecle_bee.rules.fiche import FicheEleve, Manque, est_sorti

MENU_FICHE = "Fiches élèves > Recherche et MAJ"
MENU_BLOQUANTES = "Exploitation > Listes standards > Divers > Fiches bloquantes"
MENU_SIGNALEMENTS = "Tableau de bord > Signalements académiques"


class Retenue(Struct, frozen=True):
    """Why a fiche is held back."""

    code: str
    raison: str
    regle: str
    remede: str
    menu: str
    interlocuteur: str = "Le secrétariat de l'établissement"


def retenues(fiche: FicheEleve, manquants: Sequence[Manque], multi: str | None, jour: date) -> tuple[Retenue, ...]:
    """Everything that keeps a fiche from going up on `jour`; empty when it goes up.

    Arguments: `manquants`, what the fiche lacks; `multi`, the sentence of its multi-inscription or None.
    """
    if est_sorti(fiche.date_sortie, jour):
        return (
            Retenue(
                "SORTI",
                "L'élève est sorti de l'établissement.",
                "Une scolarité terminée ne remonte pas.",
                "Rien à faire si l'élève a bien quitté l'établissement ; sinon, supprimez sa date de sortie.",
                MENU_FICHE,
            ),
        )
    motifs: list[Retenue] = []
    if multi:
        motifs.append(_multi_inscription(multi))
    if [m.code for m in manquants] == ["DIVISION"]:
        motifs.append(
            Retenue(
                "SANS_DIVISION",
                "L'élève n'est affecté à aucune division.",
                "Une fiche incomplète est bloquante : elle ne remonte pas.",
                "Affectez l'élève dans une division envoyée par STS-Web.",
                "Saisie en masse",
            )
        )
    elif manquants:
        motifs.append(
            Retenue(
                "FICHE_BLOQUANTE",
                "La fiche est à compléter : " + " ".join(m.phrase for m in manquants),
                "Une fiche incomplète est bloquante : elle ne remonte pas.",
                "Le secrétariat complète la fiche.",
                MENU_BLOQUANTES,
            )
        )
    if not fiche.ine:
        motifs.append(
            Retenue(
                "SANS_INE",
                "L'élève n'a pas d'INE.",
                "L'INE est attribué par le répertoire national, pas par l'établissement.",
                "Attendez la réponse du répertoire national ; si elle tarde, ouvrez un dossier d'assistance "
                "concernant SIECLE - BEE.",
                MENU_FICHE,
            )
        )
    return tuple(motifs)


def _multi_inscription(phrase: str) -> Retenue:
    return Retenue(
        "MULTI_INSCRIPTION",
        phrase,
        "Un élève inscrit dans plusieurs établissements à la fois ne sort plus dans l'AAF.",
        "L'établissement où l'élève n'est pas, ou plus, présent le déscolarise de sa base (date et motif de sortie).",
        MENU_SIGNALEMENTS,
        "L'établissement que l'élève a quitté",
    )


class Scolarite(Struct, frozen=True):
    """An active scolarité, as the académie compares them."""

    uai: str
    eleve_id: int
    mef_libelle: str
    division: str
    etablissement: str
    commune: str


def phrase_multi_inscription(prenom: str, nom: str, ici: Scolarite, ailleurs: Scolarite) -> str:
    """The sentence of Signalements académiques élèves > Multi-inscriptions (BEE-61)."""
    lieu = f" à {ailleurs.commune}" if ailleurs.commune else ""
    return (
        f"L'élève {prenom} {nom} scolarisé en {ici.mef_libelle}, division {ici.division}, a une autre scolarité "
        f"active : en {ailleurs.mef_libelle}, division {ailleurs.division}, établissement {ailleurs.uai} "
        f"{ailleurs.etablissement}{lieu}. Vérifiez sa présence effective."
    )
