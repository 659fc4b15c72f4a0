"""Bases: choosing one, building one, what it holds."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from starlette.responses import Response

from services.edt import models as m
from services.edt.chemins import PAGES
from services.edt.screens.cadre import GABARITS, PARTIE_PRONOTE, SUPERVISEUR, VERSION, page
from services.edt.use_cases import bases, exports
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
        superviseur=SUPERVISEUR[u.profil.habillage],
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
        faits={genre: u.session.get(m.ExportFait, (uai, annee, genre)) for genre in exports.GENRES},
    )


@routeur.get(f"{PAGES}/{PARTIE_PRONOTE}")
def pronote(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """PRONOTE on the same base: its own bar and tabs (EDT-05)."""
    base = bases.trouver(u, uai, annee)
    return page(request, u, base, "pronote.html", "Ressources", resume=bases.resume(u, uai, annee))


@routeur.post(PAGES + "/suppression")
def supprimer(request: Request, u: Ecriture, uai: str, annee: int) -> Response:
    """Remove the base."""
    bases.supprimer(u, uai, annee)
    return rediriger(request, "/", f"La base {annee}-{annee + 1} de {uai} est supprimée.")
