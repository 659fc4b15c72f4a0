"""« Edition journal »; « Aide », « Guide », « Quoi de neuf », « Informations pratiques » (STS-02, STS-09).

What the four last held is not known: they are Rentrée's own, on the data of the school.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request
from sqlalchemy import select
from starlette.responses import HTMLResponse

from services.sts_web import models
from services.sts_web.screens import saisies
from services.sts_web.screens.annees import ANNEE
from services.sts_web.screens.cadre import MENU, ouvrir, page
from services.sts_web.traces.commun import LIBELLES
from services.sts_web.use_cases import campagnes, etablissements, journal, parcours
from shared.horloge.nuits import horaire
from shared.http.dependances import Lecture
from shared.http.routes import Routeur
from shared.screens.composants import Pagination

routeur = Routeur()

PHRASES = {
    "campagne": "Dates de la campagne « Rentrée », date butoir et validation des V.S.",
    "structure": "Créer, modifier, supprimer les divisions et les groupes.",
    "ressources": "Les personnels venus d'EPP, leurs supports et leurs apports ; les ressources locales.",
    "services-libres": "Les services qui n'ont pas encore d'enseignant ; en créer, les rattacher.",
    "services/rattachement": "Rattacher un ou plusieurs enseignants à une division ou un groupe pour une matière.",
    "services/rattachement-are": "Saisir les activités à responsabilité des enseignants.",
    "services/gestion": "Modifier, libérer ou supprimer un service.",
    "services/services": "La liste de tous les services.",
    "services/consultation-are": "Les activités à responsabilité, par enseignant et par activité.",
    "services/changement-support": "Basculer les services d'un enseignant remplacé (REP) sur son remplaçant.",
    "services/equipe-pedagogique": "Les enseignants d'une division ou d'un groupe.",
    "services/etat-des-services": "Apports, services, ARE, HSA et indemnités de chacun.",
    "services/services-discipline": "Les mêmes nombres par discipline.",
    "services/hors-programme": "Les matières enseignées hors du programme d'un MEF.",
    "services-suppleants/saisie-rapide": "Rattacher à un suppléant (SUP) les services de la personne suppléée.",
    "indemnites": "Professeurs principaux et missions particulières.",
    "hsa": "Saisir les heures supplémentaires année.",
    "bascule": "Ouvrir l'année en préparation.",
    "imports/emploi-du-temps": "Prendre le fichier du logiciel d'emploi du temps : annule et remplace.",
    "exports/emploi-du-temps": "Écrire le fichier pour le logiciel d'emploi du temps.",
    "exports/structure": "Envoyer divisions et groupes à la base élèves.",
    "exports/services": "Envoyer services et enseignants à la base élèves, ou écrire le fichier d'un éditeur privé.",
    "journal": "Ce qui a été fait, par qui, quand.",
    "changement-annee": "Passer de l'année en cours à l'année en préparation.",
}


@routeur.get(ANNEE + "/journal", response_class=HTMLResponse)
def edition_journal(
    request: Request,
    u: Lecture,
    uai: str,
    annee: int,
    portee: Annotated[str, Query()] = "",
    genre: Annotated[str, Query()] = "",
    acteur: Annotated[str, Query()] = "",
    du: Annotated[str, Query()] = "",
    au: Annotated[str, Query()] = "",
) -> HTMLResponse:
    """« Edition journal »: filtered, by pages, as a file; `portee` « annee »: the year shown alone."""
    c = ouvrir(u, uai, annee)
    filtre = journal.Filtre(annee if portee == "annee" else None, genre, acteur, saisies.jour(du), saisies.jour(au))
    lu = journal.lire(u, uai, filtre, Pagination.depuis(request.query_params, 10**6, journal.TAILLE).page)
    criteres = {"annee": filtre.annee, "genre": genre, "acteur": acteur, "du": du, "au": au}
    base = getattr(request.state, "base", "")
    return page(
        request,
        u,
        c,
        "journal.html",
        "Edition journal",
        journal=lu,
        lignes=[(x, journal.detail(x.resume)) for x in lu.lignes],
        pages=Pagination.depuis(request.query_params, lu.total, journal.TAILLE),
        filtre=filtre,
        fichier=f"{base}/api/etablissements/{uai}/journal/fichier?"
        + urlencode({cle: valeur for cle, valeur in criteres.items() if valeur}),
    )


@routeur.get(ANNEE + "/aide", response_class=HTMLResponse)
def aide(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """What each menu entry is for."""
    c = ouvrir(u, uai, annee)
    entrees = [
        (f"{titre} > {nom}" if nom else titre, chemin, PHRASES[chemin])
        for titre, cible in MENU
        for nom, chemin in ([("", cible)] if isinstance(cible, str) else cible)
    ]
    return page(request, u, c, "aide.html", "Aide", entrees=entrees)


@routeur.get(ANNEE + "/guide", response_class=HTMLResponse)
def guide(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """The steps of the year in their order, and where the school stands in them."""
    c = ouvrir(u, uai, annee)
    return page(request, u, c, "guide.html", "Guide", etapes=parcours.etapes(u, uai, annee))


@routeur.get(ANNEE + "/quoi-de-neuf", response_class=HTMLResponse)
def quoi_de_neuf(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """What came from the académie, latest first."""
    c = ouvrir(u, uai, annee)
    recus = journal.lire(u, uai, journal.Filtre(acteur=journal.RECTORAT)).lignes[:20]
    return page(
        request,
        u,
        c,
        "quoi_de_neuf.html",
        "Quoi de neuf",
        lignes=[(x, journal.detail(x.resume)) for x in recus],
        nomenclatures=u.session.scalar(select(models.EtatNomenclatures)),
    )


@routeur.get(ANNEE + "/informations-pratiques", response_class=HTMLResponse)
def informations_pratiques(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """The dates and the rules that the académie gives to its schools."""
    c = ouvrir(u, uai, annee)
    return page(
        request,
        u,
        c,
        "informations_pratiques.html",
        "Informations pratiques",
        campagne=campagnes.campagne(u, uai, annee),
        regles=etablissements.regles_noms(u),
        profil=u.profil,
        nuit=[(LIBELLES[x.nom], f"{x.heure:%H:%M}") for x in horaire(u.profil).creneaux if x.nom in LIBELLES],
    )
