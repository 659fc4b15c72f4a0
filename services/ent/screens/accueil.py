"""Choosing a school, the home page of a school, first steps of a user."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from starlette.responses import Response

from services.ent.freins import freiner
from services.ent.screens.cadre import ACCUEIL, BASE, NON_SIMULES, chiffres, page, page_de_projet
from services.ent.screens.mon_ent import entrer
from services.ent.use_cases import connexion, consultation, imports, projets
from shared.contracts.refus import Inconnu, Refus
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Message

routeur = Routeur()


@routeur.get("/")
def accueil(request: Request, u: Lecture) -> Response:
    """The schools of every project."""
    return page_de_projet(
        request, "accueil.html", "Choix de l'établissement", ecoles=projets.etablissements(u), chiffres=chiffres
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
    mot_de_passe: Annotated[str, Form(max_length=200)] = "",
    confirmation: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Activate an account, and sign in."""
    try:
        if mot_de_passe != confirmation:
            raise Refus(
                "Les deux mots de passe ne sont pas les mêmes.",
                code="MOT_DE_PASSE_DIFFERENT",
                remede="Écrivez deux fois le même, ou laissez les deux vides pour garder le code.",
            )
        with freiner(request, projet, login):
            compte = connexion.activer(u, projet, login, code, mot_de_passe or None)
    except Refus as refus:
        u.session.rollback()
        return _activation(request, u, projet, login, refus)
    return entrer(request, u, compte, "Le compte est activé.")


def _activation(request: Request, u: Unite, projet: str = "", login: str = "", refus: Refus | None = None) -> Response:
    return page_de_projet(
        request,
        "activation.html",
        "Première connexion",
        refus.statut if refus else 200,
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
