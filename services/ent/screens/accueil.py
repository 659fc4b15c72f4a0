"""Choosing a school, opening a project, the home page of a school, first steps of a user."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from starlette.responses import Response

from services.ent.screens.cadre import ACCUEIL, BASE, NON_SIMULES, chiffres, page
from services.ent.use_cases import consultation, cycle, imports, projets
from shared.contracts.refus import Inconnu, Refus
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Message
from shared.screens.pages import rediriger, rendre

routeur = Routeur()

SAISIE_VIDE = {"code": "", "aaf_projet": "", "libelle": "", "uais": "", "purge_jours": ""}


@routeur.get("/")
def accueil(request: Request, u: Lecture) -> Response:
    """The schools of every project; a form to open one."""
    return _choix(request, u)


@routeur.post("/projets")
def ouvrir_projet(
    request: Request,
    u: Ecriture,
    code: Annotated[str, Form(pattern=r"^[A-Za-z0-9_-]{1,60}$")],
    aaf_projet: Annotated[str, Form(pattern=r"^[A-Za-z0-9_-]{1,60}$")],
    libelle: Annotated[str, Form(min_length=1, max_length=200)],
    uais: Annotated[str, Form(min_length=8)],
    purge_jours: Annotated[str, Form()] = "",
) -> Response:
    """Open a project."""
    jours = int(purge_jours) if purge_jours.isascii() and purge_jours.isdigit() and len(purge_jours) < 5 else None
    liste = uais.replace(",", " ").replace(";", " ").upper().split()
    try:
        projet = projets.creer_projet(u, code, aaf_projet, libelle, liste, jours)
    except Refus as refus:
        u.session.rollback()
        saisie = {"code": code, "aaf_projet": aaf_projet, "libelle": libelle, "uais": uais, "purge_jours": purge_jours}
        return _choix(request, u, saisie, refus)
    return rediriger(request, "/", f"Projet « {projet.code} » ouvert : il sera alimenté la nuit prochaine.")


def _choix(request: Request, u: Unite, saisie: dict[str, str] = SAISIE_VIDE, refus: Refus | None = None) -> Response:
    return rendre(
        request,
        "accueil.html",
        refus.statut if refus else 200,
        titre="Choix de l'établissement",
        ecoles=projets.etablissements(u),
        saisie=saisie,
        chiffres=chiffres,
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


@routeur.get("/activation")
def premiers_pas(request: Request, u: Lecture) -> Response:
    """Where a user types his login and activation code."""
    return _activation(request, u)


@routeur.post("/activation")
def activer(
    request: Request,
    u: Ecriture,
    projet: Annotated[str, Form()],
    login: Annotated[str, Form()],
    code: Annotated[str, Form()],
) -> Response:
    """Activate an account."""
    try:
        cycle.activer(u, projet, login, code)
    except Refus as refus:
        u.session.rollback()
        return _activation(request, u, projet, login, refus)
    return rediriger(request, "/activation", "Le compte est activé.")


def _activation(request: Request, u: Unite, projet: str = "", login: str = "", refus: Refus | None = None) -> Response:
    return rendre(
        request,
        "activation.html",
        refus.statut if refus else 200,
        titre="Première connexion",
        projets=[(p.code, p.libelle) for p in projets.projets(u)],
        projet=projet,
        login=login,
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


@routeur.get(BASE)
def ecole(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """What the school's ENT holds, and the last import."""
    projet = projets.projet_de(u, uai)
    derniers = imports.imports(u, projet.code, 1)
    return page(
        request,
        u,
        uai,
        annee,
        "ecole.html",
        ACCUEIL,
        projet=projet,
        bilan=consultation.bilan(u, projet.code, uai),
        dernier=derniers[0] if derniers else None,
    )


@routeur.get(BASE + "/autre/{nom}")
def autre(request: Request, u: Lecture, uai: str, annee: int, nom: str) -> Response:
    """A menu entry that is not simulated: what it is."""
    if nom not in NON_SIMULES:
        raise Inconnu("Cette page n'existe pas.", code="PAGE_INCONNUE", remede="Choisissez une entrée du menu.")
    titre, phrase = NON_SIMULES[nom]
    return page(request, u, uai, annee, "non_simule.html", titre, phrase=phrase)
