"""What every page has: heading, menu by habillage, pastilles.

Source: procedures BEE-01 to BEE-08, COM-01.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import Request
from msgspec.structs import replace
from starlette.responses import HTMLResponse

from services.siecle_bee.models import BaseEleves
from services.siecle_bee.rules.annees import LIBELLES_ETAT
from services.siecle_bee.use_cases import bases, dossiers, familles, tableau
from shared.contracts.echanges import AdresseMsg
from shared.horloge.annees import libelle_annee
from shared.http.acces import peut
from shared.persistence.unite import Unite
from shared.screens.composants import Entree
from shared.screens.pages import rendre

BASE = "/{uai}/{millesime:int}"
MODULES: dict[str, tuple[str, ...]] = {
    "2018": ("BASE ÉLÈVES", "VIE SCOLAIRE", "ÉVALUATION"),
    "2021": ("Base élèves", "Vie étab.", "Cahier textes", "Vie scolaire", "Évaluation", "Bourses"),
}
"""The modules of SIECLE shown above BEE, by habillage (ACC-12); the first is this one, the others are inert."""
FICHES_BLOQUANTES = "fiches-bloquantes"
LIGNES_DE_RAPPORT = 200
"""Lines of a report that a page shows: a file refused as a whole names every pupil of the school."""


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
    attente = sum(dossiers.compter_attente(u, b).values()) + familles.compter_attente(u, b)
    importations = [
        e("Dossiers depuis affectation", "importations/affectation"),
        e("Dossiers depuis autre EPLE", "importations/autre-eple"),
        e("Dossiers depuis logiciel privé", "importations/dossiers-prives"),
        e(liens, "importations/liens-eleve-groupe"),
        e("Fiches de renseignements", "importations/fiches-renseignements"),
    ]
    return [
        e("Tableau de bord", "tableau-de-bord", court="TdB", pastille=total or None),
        Entree(
            "Fiches élèves",
            court="Élèves",
            enfants=[
                e("Recherche et MAJ", "eleves"),
                e("Recherche avancée", "recherche-avancee"),
                e("Création rapide", "eleves/creation"),
                e("Suppression", "suppression"),
                e("Doublons responsables", "doublons-responsables"),
                e("Impact fermeture MEF", "impact-fermeture-mef"),
                e("Impact communes modifiées", "impact-communes"),
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
                e("Océan - Diplômes", "suivi/ocean"),
                e("Logiciel privé - Dossiers", "suivi/dossiers-prives"),
                e(suivi_liens, "suivi/liens-eleve-groupe"),
            ],
        ),
        e("Nomenclatures", "nomenclatures"),
        Entree(
            "Commun",
            enfants=[
                e("Année scolaire", "communs/calendrier"),
                e("Vacances scolaires", "communs/vacances"),
                e("Autres périodes de fermeture", "communs/fermetures"),
            ],
        ),
        e("Administration Téléservices", "teleservices"),
    ]


def page(
    request: Request, u: Unite, b: BaseEleves, gabarit: str, titre: str, *, statut: int = 200, **contexte: Any
) -> HTMLResponse:
    """A page of a base, with its heading and menu.

    Added for templates: `lien`, the address of the base; `modifiable`, whether this visit may change anything (ACC-05):
    a page shows no button that would be refused.
    """
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
        "modules": MODULES["2018" if u.profil.habillage in ("2013", "2018") else "2021"],
        "modifiable": peut(request, "bee.mettre_a_jour"),
        "consultable": peut(request, "bee.consulter"),
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
