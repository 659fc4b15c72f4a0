"""A class or group of the timetable, its members and its week; « Génération de séances » (ENT-32, ENT-37)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import Form, Request
from starlette.responses import Response

from services.ent.screens.cadre import chemin
from services.ent.screens.emploi_du_temps import GESTION, ICI, gestion
from services.ent.use_cases import import_edt, seances, vie_scolaire
from services.ent.use_cases.listes import GENRES
from shared.contracts.refus import Refus
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Message
from shared.screens.pages import rediriger

routeur = Routeur()

Genre = Literal["division", "groupe"]
JOURS = ("", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


@routeur.get(ICI + "/ensemble")
def un_ensemble(request: Request, u: Lecture, uai: str, annee: int, genre: Genre, nom: str) -> Response:
    """A class or group of the timetable."""
    return _ensemble(request, u, uai, annee, genre, nom)


def _ensemble(
    request: Request, u: Unite, uai: str, annee: int, genre: str, nom: str, refus: Refus | None = None
) -> Response:
    un = vie_scolaire.ensemble(u, uai, genre, nom)
    dedans = {e["aaf_id"] for e in un["eleves"]}
    candidats = {
        e["aaf_id"]: e
        for division in un["divisions"]
        for e in vie_scolaire.eleves_de(u, uai, division)
        if e["aaf_id"] not in dedans
    }
    return gestion(
        request,
        u,
        uai,
        annee,
        "ensemble_edt.html",
        "",
        refus.statut if refus else 200,
        un=un,
        quoi=GENRES[genre],
        candidats=[(i, f"{e['nom']} {e['prenom']}") for i, e in candidats.items()],
        jours=JOURS,
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


@routeur.post(ICI + "/groupes/{nom:path}/eleves")
def peupler(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    nom: str,
    enseignant: Annotated[int, Form()],
    eleve: Annotated[int, Form()],
    geste: Annotated[Literal["ajouter", "retirer"], Form()],
) -> Response:
    """A teacher puts a pupil in a group of his, or takes one out."""
    faire = vie_scolaire.peupler if geste == "ajouter" else vie_scolaire.depeupler
    try:
        faire(u, uai, nom, enseignant, [eleve])
    except Refus as refus:
        u.session.rollback()
        return _ensemble(request, u, uai, annee, "groupe", nom, refus)
    message = "L'élève est ajouté au groupe." if geste == "ajouter" else "L'élève est retiré du groupe."
    return rediriger(request, chemin(uai, annee, f"{GESTION}/ensemble?genre=groupe&nom={quote(nom)}"), message)


@routeur.get(ICI + "/seances")
def page_seances(
    request: Request, u: Lecture, uai: str, annee: int, genre: Genre | None = None, nom: str = ""
) -> Response:
    """How many séances each class and group has; those of one."""
    return _seances(request, u, uai, annee, genre, nom)


def _seances(
    request: Request, u: Unite, uai: str, annee: int, genre: Genre | None, nom: str, refus: Refus | None = None
) -> Response:
    return gestion(
        request,
        u,
        uai,
        annee,
        "seances_edt.html",
        "/seances",
        refus.statut if refus else 200,
        dernier=import_edt.dernier(u, uai),
        bilan=seances.bilan(u, uai),
        detail=seances.seances(u, uai, genre, nom) if genre else None,
        quoi=f"{GENRES[genre]} {nom}" if genre else "",
        genres=GENRES,
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


@routeur.post(ICI + "/seances")
def generer(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    debut: Annotated[date | None, Form()] = None,
    fin: Annotated[date | None, Form()] = None,
) -> Response:
    """Make the séances."""
    try:
        bilan = seances.generer(u, uai, debut, fin)
    except Refus as refus:
        u.session.rollback()
        return _seances(request, u, uai, annee, None, "", refus)
    message = f"{bilan['generees']} séances générées."
    return rediriger(request, chemin(uai, annee, f"{GESTION}/seances"), message)
