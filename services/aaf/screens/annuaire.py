"""The pages of the directory: schools, records, looking someone up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from services.aaf.models import Structure
from services.aaf.screens.cadre import LIBELLES, ecrans, fil
from services.aaf.use_cases import annuaire, integration
from shared.formats.aaf import CATEGORIES
from shared.http.dependances import Lecture
from shared.http.routes import Routeur
from shared.identifiers.texte import cle_tri
from shared.screens.composants import Colonne, Pagination, Tri

routeur = Routeur()


@routeur.get("/")
def accueil(request: Request, u: Lecture) -> HTMLResponse:
    """The schools and what comes out of them."""
    cles: dict[str, Callable[[Structure], Any]] = {
        "uai": lambda s: s.uai,
        "libelle": lambda s: (cle_tri(s.libelle), s.uai),
    }
    cles |= {nom: _compte(nom) for nom in ("eleves", "responsables", "personnels", "exclus")}
    tri = Tri.depuis(request.query_params, cles, "uai")
    colonnes = [
        Colonne("UAI", "uai"),
        Colonne("Établissement", "libelle"),
        Colonne("Élèves", "eleves", nombre=True),
        Colonne("Responsables", "responsables", nombre=True),
        Colonne("Personnels", "personnels", nombre=True),
        Colonne("Exclus", "exclus", nombre=True),
        Colonne("Intégré le"),
    ]
    lignes = tri.appliquer(annuaire.etablissements(u), cles)
    return ecrans.rendre(request, "accueil.html", titre="Accueil", colonnes=colonnes, lignes=lignes, tri=tri)


def _compte(nom: str) -> Callable[[Structure], int]:
    return lambda s: s.comptes.get(nom, 0)


@routeur.get("/etablissements/{uai}")
def etablissement(request: Request, u: Lecture, uai: str) -> HTMLResponse:
    """A school: its counts and its remontées."""
    ecole = annuaire.etablissement(u, uai)
    return ecrans.rendre(
        request,
        "etablissement.html",
        titre=f"Établissement {uai}",
        bandeau=f"{uai} {ecole.libelle}",
        fil=fil(request, ("Accueil", "/"), (uai, None)),
        ecole=ecole,
        remontees=list(integration.dernieres_remontees(u, uai)),
    )


@routeur.get("/annuaire")
def chercher(request: Request, u: Lecture, q: str = "", categorie: str = "", uai: str = "") -> HTMLResponse:
    """Looking someone or something up in the directory."""
    categories = [categorie] if categorie in LIBELLES else []
    total, _ = annuaire.chercher(u, q, categories=categories, uai=uai or None, limite=0)
    page = Pagination.depuis(request.query_params, total)
    _, fiches = annuaire.chercher(u, q, categories=categories, uai=uai or None, limite=page.taille, debut=page.debut)
    return ecrans.rendre(
        request,
        "annuaire.html",
        titre="Annuaire",
        q=q,
        categorie=categorie,
        uai=uai,
        choix_categorie=[(c.value, LIBELLES[c.value]) for c in CATEGORIES],
        choix_uai=[(s.uai, f"{s.uai} {s.libelle}") for s in annuaire.etablissements(u)],
        libelles=LIBELLES,
        lignes=fiches,
        page=page,
    )


@routeur.get("/annuaire/{categorie}/{id_}")
def enregistrement(request: Request, u: Lecture, categorie: str, id_: str) -> HTMLResponse:
    """A record with its attributes, in file order."""
    fiches, attributs = annuaire.enregistrement(u, categorie, id_)
    return ecrans.rendre(
        request,
        "enregistrement.html",
        titre=f"{fiches[0].libelle or id_}",
        categorie=LIBELLES[categorie],
        fiches=fiches,
        attributs=attributs,
        fil=fil(request, ("Annuaire", "/annuaire"), (fiches[0].libelle or id_, None)),
    )
