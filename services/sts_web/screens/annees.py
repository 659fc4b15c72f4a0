"""Choosing a school and a year, home of the year, campagne, bascule, journal, and the entries not simulated."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from sqlalchemy import select
from starlette.responses import HTMLResponse, Response

from services.sts_web.models import Are, Journal
from services.sts_web.rules.annees import CONSEIL_BASCULE, RECONDUCTIBLES
from services.sts_web.screens.cadre import GABARITS, agir, noms, ouvrir, page
from services.sts_web.use_cases import alertes, bascule, etablissements, exports, lecture, messages
from shared.horloge.annees import libelle_annee
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.screens.composants import Pagination

routeur = Routeur()
ANNEE = "/{uai}/{annee:int}"

NON_SIMULES = {
    "services-libres": (
        "Services libres",
        "Les services que personne n'assure encore : STS-Web les compte pour le calcul des besoins.",
    ),
    "services/rattachement-are": (
        "Services et ARE - Rattachement ARE",
        "Le rattachement d'activités à responsabilité (ARE) aux enseignants.",
    ),
    "services/services-discipline": (
        "Services et ARE - Services / discipline",
        "Le total des heures par discipline, pour la comparaison avec les apports.",
    ),
    "services/hors-programme": (
        "Services et ARE - Hors programme",
        "Les services dont la matière n'est pas au programme du MEF.",
    ),
    "hsa": ("HSA", "Le calcul et la mise en paiement des heures supplémentaires année."),
    "aide": ("Aide", "L'aide en ligne de l'application."),
    "guide": ("Guide", "Le guide de l'utilisateur de STS-Web."),
    "quoi-de-neuf": ("Quoi de neuf", "Les nouveautés de la version."),
    "informations-pratiques": ("Informations pratiques", "Les dates de campagne et les correspondants."),
}
GENRES = {
    "structure": "Exports > Structure",
    "services": "Exports > Services",
    "services_editeur": "Exports > Services (éditeur privé)",
    "emploi_du_temps": "Exports > Emploi du temps",
}


@routeur.get("/", response_class=HTMLResponse)
def accueil(request: Request, u: Lecture) -> HTMLResponse:
    """Choose a school and a year (STS-06)."""
    return GABARITS.rendre(
        request,
        "accueil.html",
        titre="Choix de l'établissement et de l'année",
        menu=(),
        barre=(),
        version="",
        etablissements=etablissements.lister(u),
    )


@routeur.get(ANNEE, response_class=HTMLResponse)
def annee_choisie(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """Home of the year: what it holds, and what was exported of it."""
    c = ouvrir(u, uai, annee)
    structure = messages.structure(u, uai, annee)
    services = messages.services(u, uai, annee)
    return page(
        request,
        u,
        c,
        "annee.html",
        "Accueil",
        nombres=(
            ("Divisions", len(structure.divisions)),
            ("Groupes", len(structure.groupes)),
            ("Ressources", len(lecture.personnes(u, uai, annee)[0])),
            ("Services", len(services.services)),
        ),
        alertes=alertes.alertes(u, uai, annee),
        exports=exports.derniers(u, uai, annee),
        genres=GENRES,
    )


@routeur.get(ANNEE + "/campagne", response_class=HTMLResponse)
def campagne(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """The campagne « Rentrée » of the year (STS-07, STS-08)."""
    c = ouvrir(u, uai, annee)
    return page(
        request,
        u,
        c,
        "campagne.html",
        "Campagne",
        campagne=alertes.campagne(u, uai, annee),
        sud=u.profil.calendrier == "sud",
    )


@routeur.get(ANNEE + "/bascule", response_class=HTMLResponse)
def bascule_page(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """« Bascule »: what to carry over, and the advice."""
    c = ouvrir(u, uai, annee)
    return page(
        request,
        u,
        c,
        "bascule.html",
        "Bascule",
        conseil=CONSEIL_BASCULE,
        choix=RECONDUCTIBLES,
        annees=etablissements.decrire(u, uai).annees,
    )


@routeur.post(ANNEE + "/bascule")
def bascule_faite(
    request: Request, u: Ecriture, uai: str, annee: int, reconduire: Annotated[list[str] | None, Form()] = None
) -> Response:
    """Open the year in preparation."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        suivante = bascule.basculer(u, uai, reconduire or [])
        return f"La bascule est faite : l'année en préparation {libelle_annee(suivante)} est ouverte."

    return agir(request, u, c, "changement-annee", action)


@routeur.get(ANNEE + "/changement-annee", response_class=HTMLResponse)
def changement_annee(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """Change the year without leaving (STS-09)."""
    c = ouvrir(u, uai, annee)
    annees = etablissements.decrire(u, uai).annees
    return page(request, u, c, "changement_annee.html", "Changement d'année", annees=annees)


@routeur.get(ANNEE + "/journal", response_class=HTMLResponse)
def journal(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """« Edition journal »: what was done, by whom, when (STS-09)."""
    c = ouvrir(u, uai, annee)
    lignes = list(u.session.scalars(select(Journal).where(Journal.uai == uai).order_by(Journal.id.desc()).limit(1000)))
    pages = Pagination.depuis(request.query_params, len(lignes))
    return page(
        request,
        u,
        c,
        "journal.html",
        "Edition journal",
        lignes=lignes[pages.debut : pages.fin],
        pages=pages,
    )


@routeur.get(ANNEE + "/indemnites", response_class=HTMLResponse)
def indemnites(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """« Indemnités »: the professeurs principaux (STS-51)."""
    c = ouvrir(u, uai, annee)
    connus = noms(u, uai, annee)
    lignes = sorted(
        (division, connus.get(agent, f"n° {agent}"))
        for (_, agent), divisions in lecture.profs_principaux(u, uai, annee).items()
        for division in divisions
    )
    return page(
        request,
        u,
        c,
        "liste.html",
        "Indemnités",
        legende="Professeurs principaux",
        colonnes=("Division", "Enseignant"),
        lignes=lignes,
    )


@routeur.get(ANNEE + "/services/consultation-are", response_class=HTMLResponse)
def consultation_are(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """The activités à responsabilité that the timetable sent."""
    c = ouvrir(u, uai, annee)
    connus = noms(u, uai, annee)
    lues = u.session.scalars(select(Are).where(Are.uai == uai, Are.annee == annee).order_by(Are.agent_id, Are.code))
    lignes = [(connus.get(a.agent_id, f"n° {a.agent_id}"), a.code, f"{a.heures:.2f}") for a in lues]
    return page(
        request,
        u,
        c,
        "liste.html",
        "Services et ARE - Consultation ARE",
        legende="Activités à responsabilité (ARE)",
        colonnes=("Enseignant", "Code ARE", "Heures"),
        lignes=lignes,
    )


def _non_simule(chemin: str, titre: str, texte: str) -> None:
    @routeur.get(f"{ANNEE}/{chemin}", response_class=HTMLResponse, name=f"non_simule_{chemin}")
    def _page(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
        return page(request, u, ouvrir(u, uai, annee), "non_simule.html", titre, texte=texte)


for _chemin, (_titre, _texte) in NON_SIMULES.items():
    _non_simule(_chemin, _titre, _texte)
