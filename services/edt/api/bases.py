"""Bases: building one, what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.edt.chemins import API
from services.edt.use_cases import bases
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()


@routeur.get("/bases")
def lister(u: Lecture) -> list[dict[str, Any]]:
    """Every base."""
    return [{"uai": b.uai, "annee": b.annee, "nom": b.nom} for b in bases.lister(u)]


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
