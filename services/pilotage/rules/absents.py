"""Somebody whom no application knows: what to verify and what to ask for, according to who it is.

Source: guide 002 (Aide au diagnostic, tables 2 and 3); DIAG-05, DIAG-06, DIAG-11; BEE-20, BEE-36. Pure functions.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from services.pilotage.rules import assistance
from services.pilotage.rules.assistance import OUVRIR, Assistance
from services.pilotage.rules.menus import situer
from services.pilotage.rules.verdict import PUBLICS, VERIFIE, Cadran, Diagnostic
from shared.contracts.assistance import INCORRECTES, RUBRIQUES


class Absent(Struct, frozen=True):
    """One answer: whom it is for, the five words, the heading, when the account is there if it is mended now.

    `application`, `menu`, `lien`: where the person who can mend it (`qui`) starts.
    """

    quoi: str
    ou: str
    regle: str
    diagnostic: Diagnostic
    assistance: Assistance
    qui: str
    application: str
    menu: str
    lien: str
    echeance: datetime


GESTION = "La gestion académique (DPE)"
_LIEUX = {"enseignant": "sts_web", "agent": "rectorat", "eleve": "siecle_bee", "responsable": "siecle_bee"}
_REGLES = {"enseignant": "DIAG-05", "agent": "DIAG-06", "eleve": "DIAG-11", "responsable": "BEE-40"}
_MENUS = {
    "enseignant": (GESTION, "Rectorat > Agents"),
    "agent": (GESTION, "Rectorat > Agents"),
    "eleve": ("L'établissement d'origine", "SIECLE - BEE : Exportations > Dossiers vers autre EPLE"),
    "responsable": ("Le secrétariat de l'établissement", "SIECLE - BEE : Fiches élèves > Recherche et MAJ"),
}
_OU = {
    "enseignant": "dans l'application STS-Web la présence de l'enseignant",
    "agent": "dans l'application GI/GC pour les ATSS",
    "eleve": "dans l'application SIECLE-BEE la fiche de l'élève et les « Importations »",
    "responsable": "dans l'application SIECLE-BEE la fiche du responsable",
}
_DIAGNOSTICS = {
    "enseignant": "Personnel absent dans STS-Web : son dossier administratif n'est pas saisi dans EPP.",
    "agent": "Personnel absent dans GI/GC.",
    "eleve": "Aucune fiche : l'établissement d'origine n'a pas exporté le dossier, ou l'élève n'a pas été affecté.",
    "responsable": "Aucune fiche de responsable.",
}


def absents(cadran: Cadran) -> tuple[Absent, ...]:
    """The answer for each public, in the order of the guide's tables."""
    return tuple(_absent(quoi, cadran) for quoi in ("enseignant", "agent", "eleve", "responsable"))


def _absent(quoi: str, cadran: Cadran) -> Absent:
    depuis = "rectorat" if quoi in ("enseignant", "agent") else "siecle_bee"
    echeance = cadran.arrivee(depuis, quoi, cadran.maintenant)
    quand = f"Si c'est fait maintenant, dans l'ENT le {cadran.dire(echeance)}."
    qui, nom = _MENUS[quoi]
    menu = situer(_LIEUX[quoi], nom, {})
    aide = assistance.compte_inexistant(quoi, (), cadran.forme) or _famille(quoi, cadran.forme)
    return Absent(
        quoi=quoi,
        ou=_LIEUX[quoi],
        regle=_REGLES[quoi],
        diagnostic=Diagnostic(
            anomalie="Compte ENT inexistant" if quoi in ("enseignant", "agent") else "Compte inexistant",
            public=PUBLICS[quoi],
            interlocuteur=f"{VERIFIE} {_OU[quoi]}",
            diagnostic=_DIAGNOSTICS[quoi],
            conduite=f"{aide.phrase} {quand}",
        ),
        assistance=aide,
        qui=qui,
        application=menu.application,
        menu=nom,
        lien=menu.chemin,
        echeance=echeance,
    )


def _famille(quoi: str, forme: str) -> Assistance:
    """A pupil is not typed by hand when another school of the académie has her; a parent is looked for, then typed."""
    if quoi == "eleve":
        ouvrir = OUVRIR[forme]
        return Assistance(
            "dossier_origine",
            "non_exporte",
            "Le dossier n'est pas arrivé",
            ("siecle_bee",),
            "Appeler l'établissement d'origine pour qu'il exporte le dossier, sans saisir la fiche ; s'il tarde : "
            f"{ouvrir[0].lower()}{ouvrir[1:]} {RUBRIQUES['siecle_bee']}.",
            ouvrir=False,
        )
    return Assistance(
        "compte_famille",
        "incomplete",
        INCORRECTES,
        (),
        "Chercher le responsable dans la base avant d'en créer un, puis le rattacher à l'élève.",
        ouvrir=False,
    )
