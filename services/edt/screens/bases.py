"""Bases: choosing one, building one, what it holds."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from starlette.responses import Response

from services.edt import models as m
from services.edt import rules
from services.edt.chemins import PAGES
from services.edt.screens.cadre import GABARITS, VERSION, mode, page
from services.edt.use_cases import bases, copies, exports
from shared.http.acces import exiger_etablissement
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.screens.pages import rediriger

routeur = Routeur()


@routeur.get("/")
def accueil(request: Request, u: Lecture) -> Response:
    """« Ouvrir une base », « Construire une base »."""
    jour = u.horloge.aujourd_hui()
    return GABARITS.rendre(
        request,
        "accueil.html",
        titre="Ouvrir une base",
        menu_forme="haut",
        superviseur=mode(request, u),
        version=VERSION[u.profil.habillage],
        nom_base="",
        onglets=(),
        sous_onglets=(),
        bases=bases.lister(u),
        annee=u.profil.annee_sts_preparation(jour) or u.profil.annee_sts(jour),
    )


@routeur.post("/bases")
def construire(request: Request, u: Ecriture, uai: Annotated[str, Form()], annee: Annotated[int, Form()]) -> Response:
    """Construire une base."""
    uai = uai.strip().upper()
    exiger_etablissement(request, uai)
    bases.construire(u, uai, annee)
    return rediriger(
        request, f"/{uai}/{annee}/imports/sts", "La base est construite : récupérez les données de STSWEB."
    )


@routeur.get(PAGES)
def lire(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """What the base holds, where one stands."""
    base = bases.trouver(u, uai, annee)
    return page(
        request,
        u,
        base,
        "base.html",
        "Prérentrée",
        resume=bases.resume(u, uai, annee),
        a_refaire=copies.a_refaire(u, uai, annee),
        faits={genre: u.session.get(m.ExportFait, (uai, annee, genre)) for genre in exports.GENRES},
    )


@routeur.post(PAGES + "/suppression")
def supprimer(request: Request, u: Ecriture, uai: str, annee: int) -> Response:
    """Remove the base."""
    bases.supprimer(u, uai, annee)
    quoi = "La copie de la base" if uai.endswith(rules.COPIE) else "La base"
    message = f"{quoi} {annee}-{annee + 1} de {rules.etablissement(uai)} est supprimée."
    return rediriger(request, "/", message)


@routeur.get(PAGES + "/copie")
def page_copie(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """« Créer une copie de la base », and what was mended on it alone (EDT-30)."""
    base = bases.trouver(u, uai, annee)
    return page(
        request,
        u,
        base,
        "copie.html",
        "Créer une copie de la base",
        copie=u.session.get(m.BaseEdt, (rules.etablissement(uai) + rules.COPIE, annee)),
        a_refaire=copies.a_refaire(u, uai, annee),
    )


@routeur.post(PAGES + "/copie")
def copier(request: Request, u: Ecriture, uai: str, annee: int) -> Response:
    """Copy the base, and open the copy."""
    copie = copies.copier(u, uai, annee)
    return rediriger(
        request, f"/{copie.uai}/{annee}/exports/sts", "La copie de la base est créée, et ouverte en version monoposte."
    )
