"""Choosing the school and the year, the tableau de bord, the pages of what is not simulated."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from services.siecle_bee.rules.annees import LIBELLES_ETAT
from services.siecle_bee.screens.cadre import BASE, NON_SIMULES, chemin, page
from services.siecle_bee.use_cases import bases, tableau
from services.siecle_bee.use_cases import signalements as academiques
from shared.contracts.refus import Inconnu
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.screens.pages import rediriger, rendre

routeur = Routeur()


@routeur.get("/")
def accueil(request: Request, u: Lecture) -> Response:
    """The schools and their bases."""
    ecoles = [
        {
            "fiche": e.fiche,
            "bases": [
                {"millesime": b.millesime, "etat": LIBELLES_ETAT[bases.etat(u, b.millesime)]}
                for b in bases.bases_de(u, e.uai)
            ],
        }
        for e in bases.etablissements(u)
    ]
    return rendre(request, "accueil.html", titre="Choix de l'établissement et de l'année scolaire", ecoles=ecoles)


@routeur.get(BASE)
@routeur.get(BASE + "/tableau-de-bord")
def tableau_de_bord(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """Tableau de bord."""
    b = bases.base(u, uai, millesime)
    return page(request, u, b, "tableau_de_bord.html", "Tableau de bord", t=tableau.tableau(u, b))


@routeur.post(BASE + "/tableau-de-bord/constat")
def constat(request: Request, u: Ecriture, uai: str, millesime: int) -> Response:
    """The button that recounts."""
    b = bases.base(u, uai, millesime)
    tableau.constater(u, b)
    return rediriger(request, chemin(b, "tableau-de-bord"), "Les effectifs ont été recomptés.")


@routeur.get(BASE + "/signalements")
def signalements(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """Signalements académiques élèves > Multi-inscriptions."""
    b = bases.base(u, uai, millesime)
    lignes = academiques.signalements(u, b)
    return page(request, u, b, "signalements.html", "Signalements académiques élèves", lignes=lignes)


@routeur.get(BASE + "/autre/{nom}")
def autre(request: Request, u: Lecture, uai: str, millesime: int, nom: str) -> Response:
    """A menu entry that is not simulated: what it is."""
    b = bases.base(u, uai, millesime)
    if nom not in NON_SIMULES:
        raise Inconnu("Cette page n'existe pas.", code="PAGE_INCONNUE", remede="Choisissez une entrée du menu.")
    titre, phrase = NON_SIMULES[nom]
    return page(request, u, b, "non_simule.html", titre, phrase=phrase)
