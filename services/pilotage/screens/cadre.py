"""The frame of every page: menu, clock panel, style sheet and script."""

from __future__ import annotations

import hashlib
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.responses import HTMLResponse

from services.pilotage.api.etat import gestion, poste, voisins
from services.pilotage.rules.chaine import TITRES
from services.pilotage.rules.textes import date_heure
from services.pilotage.use_cases.poste import Poste
from services.pilotage.use_cases.voisins import Question
from shared.http.dependances import noyau
from shared.screens.composants import Entree
from shared.screens.liens import lien_vers
from shared.screens.pages import gabarits

ICI = Path(__file__).parent.parent
STATIQUE = ICI / "static"
MATIN = time(8, 0)
ADRESSES_STATIQUES = {
    chemin.name: f"/_pilotage/{chemin.name}?v={hashlib.sha256(chemin.read_bytes()).hexdigest()[:10]}"
    for chemin in sorted(STATIQUE.iterdir())
}

PAGES = (
    ("Carte", "/"),
    ("Calendrier", "/calendrier"),
    ("Horloge et nuits", "/horloge"),
    ("Journal", "/journal"),
    ("Suivre", "/suivre"),
    ("Bacs", "/bacs"),
    ("Accès", "/acces"),
    ("Fichiers", "/fichiers"),
    ("Santé", "/sante"),
)

PosteLu = Annotated[Poste, Depends(poste)]


def menu(request: Request) -> list[Entree]:
    """The pages of the control room, then the applications."""
    base: str = request.state.base
    chemin = request.url.path.removeprefix(base) or "/"
    entrees = [
        Entree(libelle, base + page, courant=chemin == page or (page != "/" and chemin.startswith(page)))
        for libelle, page in PAGES
    ]
    adresses = noyau(request).reglages.adresses
    applications = [
        Entree(titre, lien_vers(adresses, request.state.bac, nom)) for nom, titre in TITRES.items() if nom != "pilotage"
    ]
    return [*entrees, Entree("Applications", enfants=applications)]


GABARITS = gabarits("pilotage", ICI / "templates", titre="Poste de pilotage", menu=menu)
GABARITS.env.globals["pilotage_statique"] = ADRESSES_STATIQUES


def page(request: Request, lu: Poste, gabarit: str, titre: str, statut: int = 200, **contexte: Any) -> HTMLResponse:
    """Render a page with its clock panel. Context: `poste`, `instantanes` (latest first), `demain`, `retour`."""
    local = lu.horloge.local()
    copies = [
        (i.numero, f"{date_heure(i.instant, lu.fuseau)}, {i.libelle}") for i in gestion(request).instantanes(lu.bac)
    ]
    return GABARITS.rendre(
        request,
        gabarit,
        statut,
        titre=titre,
        menu_forme="haut",
        poste=lu,
        instantanes=copies[::-1],
        demain=f"{local.date() + timedelta(days=1)}T{MATIN:%H:%M}",
        retour=chemin_sur(request.url.path.removeprefix(request.state.base)) if request.method == "GET" else "/",
        **contexte,
    )


def ecoles(request: Request, bac: str) -> list[tuple[str, str]]:
    """The schools that the rectorat knows, to choose from; none when it does not answer."""
    (reponse,) = voisins(request).demander(bac, [Question("rectorat", "/api/etablissements")])
    lues: list[dict[str, Any]] = reponse.valeur or []
    return [(e["uai"], " ".join(m for m in (e["sigle"], e["nom"], e["commune"]) if m)) for e in lues]


def chemin_sur(chemin: str) -> str:
    """A path of this application to go back to, or the home page: never another site's address."""
    sur = chemin.startswith("/") and not chemin.startswith("//") and "\\" not in chemin and chemin.isprintable()
    return chemin if sur else "/"
