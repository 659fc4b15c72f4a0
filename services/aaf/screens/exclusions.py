"""The page *Exclusions* of a school: what does not come out, why, since when, and what to do."""

from __future__ import annotations

from typing import get_args
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse

from services.aaf.models import Exclusion
from services.aaf.screens.cadre import OBJETS, ecrans, fil
from services.aaf.use_cases import annuaire
from shared.contracts.traces import ObjetTrace
from shared.http.dependances import Lecture, noyau
from shared.http.routes import Routeur
from shared.screens.composants import Colonne, Pagination, Tri
from shared.screens.liens import lien_vers

routeur = Routeur()


@routeur.get("/etablissements/{uai}/exclusions")
def exclusions(request: Request, u: Lecture, uai: str, code: str = "", objet: str = "") -> HTMLResponse:
    """What does not come out of a school, with its reason and its remedy."""
    toutes = annuaire.exclusions(u, uai)
    cles = {
        "libelle": lambda e: (e.cle_tri, e.id),
        "code": lambda e: (e.code, e.cle_tri, e.id),
        "depuis": lambda e: (e.depuis, e.cle_tri, e.id),
    }
    tri = Tri.depuis(request.query_params, cles, "code")
    retenues = [e for e in toutes if code in ("", e.code) and objet in ("", e.objet)]
    choisies: list[Exclusion] = tri.appliquer(retenues, cles)
    page = Pagination.depuis(request.query_params, len(choisies), 100)
    colonnes = [
        Colonne("Qui ou quoi", "libelle"),
        Colonne("Code et raison", "code"),
        Colonne("Depuis", "depuis"),
    ]
    return ecrans.rendre(
        request,
        "exclusions.html",
        titre="Exclusions",
        bandeau=f"{uai} {annuaire.etablissement(u, uai).libelle}",
        fil=fil(request, ("Accueil", "/"), (uai, f"/etablissements/{uai}"), ("Exclusions", None)),
        uai=uai,
        code=code,
        codes=[(c, c) for c in sorted({e.code for e in toutes})],
        objet=objet,
        choix_objet=[(o, OBJETS.get(o, o)) for o in sorted({e.objet for e in toutes})],
        total=len(toutes),
        colonnes=colonnes,
        lignes=choisies[page.debut : page.fin],
        objets=OBJETS,
        suivre=lambda e: _suivre(request, u, e),
        tri=tri,
        page=page,
    )


def _suivre(request: Request, u: Lecture, e: Exclusion) -> str:
    """The address that follows what is excluded through the chain; "" for a whole school."""
    if e.objet not in get_args(ObjetTrace):
        return ""
    cherche = e.cles.get("ine") or e.libelle or e.id
    page = f"/suivre?{urlencode({'q': cherche})}"
    return lien_vers(noyau(request).reglages.adresses, u.bac.nom, "pilotage", page)
