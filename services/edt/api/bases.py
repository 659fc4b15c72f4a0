"""Bases: building one, what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.edt import rules
from services.edt.chemins import API
from services.edt.use_cases import bases, controles, copies
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()


@routeur.get("/bases")
def lister(u: Lecture) -> list[dict[str, Any]]:
    """Every base."""
    return [
        {"uai": rules.etablissement(b.uai), "annee": b.annee, "nom": b.nom, "copie": b.copiee_le is not None}
        for b in bases.lister(u)
    ]


@routeur.post(API, status_code=201)
def construire(u: Ecriture, uai: str, annee: int) -> dict[str, Any]:
    """Construire une base."""
    bases.construire(u, uai, annee)
    return {"uai": uai, "annee": annee}


@routeur.get(API)
def lire(u: Lecture, uai: str, annee: int) -> Mapping[str, Any]:
    """What the base holds."""
    return bases.resume(u, uai, annee)


@routeur.delete(API, status_code=204)
def supprimer(u: Ecriture, uai: str, annee: int) -> None:
    """Remove the base."""
    bases.supprimer(u, uai, annee)


@routeur.post(API + "/copie", status_code=201)
def copier(u: Ecriture, uai: str, annee: int) -> dict[str, Any]:
    """Créer une copie de la base: `/etablissements/<UAI>/copie/bases/<année>`, with all the routes of a base."""
    base = copies.copier(u, uai, annee)
    return {"uai": rules.etablissement(base.uai), "annee": base.annee, "copie": True}


@routeur.get(API + "/copie/a-refaire")
def a_refaire(u: Lecture, uai: str, annee: int) -> list[controles.PointDeControle]:
    """What was mended on the copy and not on the base."""
    bases.trouver(u, uai, annee)
    return copies.a_refaire(u, uai, annee)
