"""Dossiers d'assistance: which heading follows which diagnosis.

Source: guide 002, « Aide au diagnostic » (three tables); procedures ACC-14 to ACC-16, DIAG-03 to DIAG-09.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from shared.contracts import assistance as phrases
from shared.contracts.assistance import RUBRIQUES

Forme = Literal["dossier", "verdon", "forum"]
Etat = Literal["ouvert", "renvoye", "repondu", "clos"]

ENT, STS, BEE, GIGC = "ent", "sts_web", "siecle_bee", "gigc"
ETATS: Mapping[str, tuple[str, str]] = {
    "ouvert": ("ouvert", "info"),
    "renvoye": ("renvoyé", "avertissement"),
    "repondu": ("répondu", "succes"),
    "clos": ("clos", "neutre"),
}
"""State → its label, the kind of its badge."""


class Verification(Struct, frozen=True):
    """What the secretariat found when it looked: its words, the headings that follow.

    No heading: nothing is to be opened, `a_faire` says what the school does itself.
    """

    libelle: str
    rubriques: tuple[str, ...]
    a_faire: str = ""


class Constat(Struct, frozen=True):
    """What was seen: the anomaly (in a few words, and whole), whom it strikes, where to look, what one may find."""

    court: str
    anomalie: str
    public: str
    a_verifier: str
    verifications: Mapping[str, Verification]


CORRECTES = "correctes"

CONSTATS: Mapping[str, Constat] = {
    "lien": Constat(
        "Lien inexistant",
        "Compte existant, lien inexistant entre élève et enseignant : l'enseignant ne voit pas ses classes, ses "
        "groupes ou tous ses élèves",
        "Enseignants ou élèves",
        "Dans STS-Web, le service de l'enseignant, les divisions, les groupes ; dans SIECLE-BEE, la division et les "
        "groupes de l'élève",
        {
            CORRECTES: Verification(phrases.CORRECTES, (ENT,)),
            "corrigeables": Verification(
                phrases.INCORRECTES,
                (),
                "Faites les corrections, puis « Exports » > « Structure » et « Exports » > « Services » dans STS-Web : "
                "l'ENT suit après une ou plusieurs nuits.",
            ),
            "incorrectes": Verification(f"{phrases.INCORRECTES}, et la correction pose des difficultés", (STS, BEE)),
        },
    ),
    "compte_enseignant": Constat(
        "Compte d'enseignant inexistant",
        "Compte ENT inexistant, enseignant",
        "Enseignants",
        "Dans STS-Web, la présence de l'enseignant",
        {
            CORRECTES: Verification(phrases.CORRECTES, (ENT,)),
            "incorrectes": Verification(f"{phrases.INCORRECTES}, ou l'enseignant est absent de STS-Web", (STS,)),
        },
    ),
    "compte_atss": Constat(
        "Compte d'ATSS inexistant",
        "Compte ENT inexistant, personnel ATSS",
        "ATSS",
        "Dans GI/GC, le dossier de l'agent",
        {
            CORRECTES: Verification(phrases.CORRECTES, (ENT,)),
            "incorrectes": Verification(f"{phrases.INCORRECTES}, ou l'agent est absent de GI/GC", (GIGC,)),
        },
    ),
    "compte_famille": Constat(
        "Compte d'élève ou de parent inexistant",
        "Compte inexistant, élève ou parent d'élève",
        "Élèves ou parents d'élèves",
        "Dans SIECLE-BEE, la fiche élève avec l'INE, la fiche responsable (respect des peignes de saisie)",
        {
            CORRECTES: Verification(phrases.CORRECTES, (ENT,)),
            "incomplete": Verification(
                "La fiche est incomplète",
                (),
                "Le secrétariat complète la fiche dans SIECLE-BEE : le compte suit après une ou plusieurs nuits.",
            ),
            "sans_ine": Verification("L'INE est absent", (BEE,)),
        },
    ),
    "dossier_origine": Constat(
        "Élève attendu, absent de la base",
        "Élève attendu, absent de la base élèves",
        "Élèves",
        "Auprès de l'établissement d'origine, l'export du dossier ; dans SIECLE-BEE, « Importations » > « Dossiers "
        "depuis autre EPLE »",
        {
            "non_exporte": Verification("L'établissement d'origine tarde à exporter le dossier", (BEE,)),
            "a_importer": Verification(
                "Le dossier attend dans « Importations »",
                (),
                "Importez le dossier dans SIECLE-BEE, « Importations » > « Dossiers depuis autre EPLE ».",
            ),
        },
    ),
}
"""The tables of the guide, row by row; the last one is Nice's (guide 000 §3.2.1, VERDON)."""


class Vocabulaire(Struct, frozen=True):
    """How an académie words its help (*profil académique*, `assistance`)."""

    objet: str
    pluriel: str
    ouvrir: str
    presentation: str


VOCABULAIRES: Mapping[str, Vocabulaire] = {
    "dossier": Vocabulaire(
        "Dossier d'assistance",
        "Dossiers d'assistance",
        "Ouvrir un dossier d'assistance",
        "L'aide se demande par un dossier d'assistance, ouvert sous la bonne rubrique.",
    ),
    "verdon": Vocabulaire(
        "Demande VERDON",
        "Demandes VERDON",
        "Déposer une demande dans VERDON",
        "L'aide se demande par VERDON, ouvert depuis ESTEREL ; par exemple quand un établissement d'origine tarde à "
        "exporter un élève.",
    ),
    "forum": Vocabulaire(
        "Sujet du forum",
        "Sujets du forum",
        "Écrire sur le forum",
        "L'aide se demande sur le forum, ou à la boîte aux lettres du vice-rectorat.",
    ),
}


def verification(constat: str, trouvee: str) -> Verification | None:
    """What follows from a diagnosis; None when the guide knows no such anomaly, or no such finding for it."""
    ligne = CONSTATS.get(constat)
    return ligne.verifications.get(trouvee) if ligne else None


def bonne_rubrique(rubrique: str, constat: str, trouvee: str) -> bool:
    """Whether the heading follows from the diagnosis (ACC-15)."""
    suite = verification(constat, trouvee)
    return suite is not None and rubrique in suite.rubriques


def phrase_de_renvoi(constat: str, trouvee: str) -> str:
    """What the académie answers to a dossier under a wrong heading."""
    suite = verification(constat, trouvee)
    noms = " ou ".join(f"« {RUBRIQUES[r]} »" for r in suite.rubriques) if suite else ""
    return f"D'après le diagnostic, la rubrique est {noms}. Rouvrez le dossier sous cette rubrique."
