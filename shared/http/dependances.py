"""The session dependencies of every route: one unit of work per request, committed before the answer.

FastAPI ends a default `yield` dependency after the response has left: a failing commit would already have
answered 201. `scope="function"` ends it before. Source: architecture, "Storage".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, cast

from fastapi import Depends, Request

from shared.http.acces import identite, perimetre, verifier_jeton
from shared.http.livraison import livrer_envois
from shared.http.noyau import Noyau
from shared.persistence.unite import Unite


def noyau(request: Request) -> Noyau:
    """What the application was built with."""
    return cast(Noyau, request.app.state.noyau)


def _contexte(request: Request, unite: Unite) -> None:
    request.state.horloge = unite.horloge
    request.state.profil = unite.profil
    request.state.donnees_reelles = unite.bac.donnees_reelles
    verifier_jeton(request, unite.bac.jetons)
    unite.perimetre = perimetre(request)


def _lecture(request: Request) -> Iterator[Unite]:
    with noyau(request).fabrique.ouvrir(request.state.bac, ecriture=False) as unite:
        _contexte(request, unite)
        yield unite


def _ecriture(request: Request) -> Iterator[Unite]:
    fabrique = noyau(request).fabrique
    qui = identite(request)
    acteur = qui.compte if qui else request.headers.get("X-Rentree-Acteur", "")
    with fabrique.ouvrir(request.state.bac, ecriture=True, acteur=acteur) as unite:
        _contexte(request, unite)
        yield unite
    if unite.envois_immediats:
        livrer_envois(fabrique, request.state.bac)


Lecture = Annotated[Unite, Depends(_lecture, scope="function")]
"""A unit of work that reads: rolled back at the end."""

Ecriture = Annotated[Unite, Depends(_ecriture, scope="function")]
"""A unit of work that writes: takes the bac's lock, commits before the answer, then delivers immediate messages."""
