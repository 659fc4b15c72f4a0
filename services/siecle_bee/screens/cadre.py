"""What every page has: heading, menu by habillage, pastilles.

Source: procedures BEE-01 to BEE-08, COM-01.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fastapi import Request
from starlette.responses import HTMLResponse

from services.siecle_bee.models import BaseEleves
from services.siecle_bee.rules.annees import LIBELLES_ETAT
from services.siecle_bee.use_cases import bases, dossiers, tableau
from shared.contracts.echanges import AdresseMsg
from shared.horloge.annees import libelle_annee
from shared.persistence.unite import Unite
from shared.screens.composants import Entree
from shared.screens.pages import rendre

BASE = "/{uai}/{millesime:int}"
FICHES_BLOQUANTES = "fiches-bloquantes"

# Entries that open a page saying what they are: slug → (title, sentence).
NON_SIMULES: dict[str, tuple[str, str]] = {
    "recherche-avancee": ("Fiches élèves - Recherche avancée", "Recherche sur d'autres critères que l'identité."),
    "suppression": (
        "Fiches élèves - Suppression",
        "Ici, une fiche se supprime depuis la fiche elle-même (Recherche et MAJ).",
    ),
    "impact-fermeture-mef": (
        "Fiches élèves - Impact fermeture MEF",
        "Liste des élèves d'un MEF qui ferme. Ici, un MEF qui n'est plus profilé rend la fiche « À compléter ».",
    ),
    "impact-communes": (
        "Fiches élèves - Impact communes modifiées",
        "Liste des adresses dont la commune a changé.",
    ),
    "dossiers-logiciel-prive": (
        "Importations - Dossiers depuis logiciel privé",
        "L'import des fiches élèves depuis un logiciel privé peut se faire de deux manières: manuelle et automatique. "
        "Veuillez donc privilégier le mode automatique via NetSynchro afin de bénéficier d'un traitement plus rapide.",
    ),
    "fiches-renseignements": ("Importations - Fiches de renseignements", "Fiches remplies par les familles."),
    "suivi-ocean": ("Suivi des échanges - Océan - Diplômes", "Diplômes reçus de l'application Océan."),
    "suivi-dossiers": (
        "Suivi des échanges - Logiciel privé - Dossiers",
        "Comptes rendus de l'import des dossiers depuis un logiciel privé.",
    ),
    "vacances": ("Calendrier - Vacances scolaires", "Vacances de l'académie."),
    "periodes": ("Calendrier - Autres périodes de fermeture", "Fermetures propres à l'établissement."),
}


def bandeau(u: Unite, b: BaseEleves) -> str:
    """School, UAI and year, as pages are headed."""
    fiche = bases.fiche_etablissement(u, b.uai)
    nom = f"{fiche.denomination} {fiche.nom}".strip()
    return f"{nom} ({b.uai}) - {LIBELLES_ETAT[bases.etat(u, b.millesime)]} {libelle_annee(b.millesime)}"


def menu(request: Request, u: Unite, b: BaseEleves, total: int) -> list[Entree]:
    """The menu bar, with `total` beside « Tableau de bord »; older words where the habillage is 2013."""
    prefixe = f"{request.state.base}/{b.uai}/{b.millesime}"
    ancien = u.profil.habillage == "2013"

    def e(libelle: str, chemin: str, **options: Any) -> Entree:
        href = f"{prefixe}/{chemin}"
        return Entree(libelle, href, courant=request.url.path == f"/{b.uai}/{b.millesime}/{chemin}", **options)

    liens = "Liens élève-groupe depuis logiciel privé"
    suivi_liens = "Liens élèves-groupe" if ancien else "Logiciel privé - Liens élève-groupe"
    attente = sum(dossiers.compter_attente(u, b).values())
    importations = [
        e("Dossiers depuis affectation", "importations/affectation"),
        e("Dossiers depuis autre EPLE", "importations/autre-eple"),
        e("Dossiers depuis logiciel privé", "autre/dossiers-logiciel-prive"),
        e(liens, "importations/liens-eleve-groupe"),
        e("Fiches de renseignements", "autre/fiches-renseignements"),
    ]
    return [
        e("Tableau de bord", "tableau-de-bord", court="TdB", pastille=total or None),
        Entree(
            "Fiches élèves",
            court="Élèves",
            enfants=[
                e("Recherche et MAJ", "eleves"),
                e("Recherche avancée", "autre/recherche-avancee"),
                e("Création rapide", "eleves/creation"),
                e("Suppression", "autre/suppression"),
                e("Doublons responsables", "doublons-responsables"),
                e("Impact fermeture MEF", "autre/impact-fermeture-mef"),
                e("Impact communes modifiées", "autre/impact-communes"),
            ],
        ),
        e("Affectation", "affectation"),
        e("Saisie en masse", "saisie-en-masse"),
        Entree(
            "Exploitation",
            enfants=[
                Entree(
                    "Listes standards",
                    enfants=[Entree("Divers", enfants=[e("Fiches bloquantes", FICHES_BLOQUANTES)])],
                )
            ],
        ),
        Entree("Importation" if ancien else "Importations", enfants=importations, pastille=attente or None),
        Entree(
            "Exportations",
            enfants=[e("En XML", "exportations/xml"), e("Dossiers vers autre EPLE", "exportations/dossiers-eple")],
        ),
        Entree(
            "Suivi des échanges",
            court="Échanges",
            enfants=[
                e("STS Web - Structures", "suivi/structures"),
                e("Océan - Diplômes", "autre/suivi-ocean"),
                e("Logiciel privé - Dossiers", "autre/suivi-dossiers"),
                e(suivi_liens, "suivi/liens-eleve-groupe"),
            ],
        ),
        e("Nomenclatures", "nomenclatures"),
        Entree(
            "Commun",
            enfants=[
                e("Année scolaire", "communs/calendrier"),
                e("Vacances scolaires", "autre/vacances"),
                e("Autres périodes de fermeture", "autre/periodes"),
            ],
        ),
    ]


def page(
    request: Request, u: Unite, b: BaseEleves, gabarit: str, titre: str, *, statut: int = 200, **contexte: Any
) -> HTMLResponse:
    """A page of a base, with its heading and menu. `lien` (the address of the base) is added for templates."""
    compte = contexte.get("t")
    total = compte.total if isinstance(compte, tableau.Tableau) else tableau.nombre(u, b)
    entrees: Sequence[Entree] = menu(request, u, b, total)
    if u.profil.habillage == "2013":
        entrees = [replace(e, court=None) for e in entrees]
    valeurs: dict[str, Any] = {
        "titre": titre,
        "bandeau": bandeau(u, b),
        "menu": entrees,
        "menu_forme": "gauche" if u.profil.habillage == "2013" else "haut",
        "habillage": u.profil.habillage,
        "lien": f"{request.state.base}/{b.uai}/{b.millesime}",
        "b": b,
        "paires": paires,
        "adresse_fr": adresse_fr,
    }
    return rendre(request, gabarit, statut, **{**valeurs, **contexte})


def adresse_fr(adresse: AdresseMsg) -> str:
    """An address on one line."""
    return " ".join(mot for mot in (*adresse.lignes, adresse.code_postal, adresse.commune) if mot)


def paires(codes: Sequence[str]) -> list[tuple[str, str]]:
    """Codes as the options of a list: value and label are the same."""
    return [(code, code) for code in codes]


def chemin(b: BaseEleves, suite: str) -> str:
    """The path of a page of a base, without the bac's prefix."""
    return f"/{b.uai}/{b.millesime}/{suite}"
