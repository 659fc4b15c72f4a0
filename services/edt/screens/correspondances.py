"""« Établir les correspondances » (EDT-16, EDT-17)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Form, Request
from starlette.responses import Response

from services.edt.chemins import PAGES
from services.edt.screens.cadre import page
from services.edt.use_cases import bases, controles, correspondances
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.screens.composants import Entree, pluriel
from shared.screens.pages import rediriger

routeur = Routeur()

TITRES: dict[correspondances.Genre, tuple[str, str, str]] = {
    "matiere": ("Matières", "Matières EDT", "Matières STSWEB"),
    "professeur": ("Professeurs", "Enseignants EDT", "Professeurs STSWEB"),
    "classe": ("Classes", "Classes EDT", "Divisions STSWEB"),
    "groupe": ("Groupes", "Groupes EDT", "Groupes STSWEB"),
}
SERVICES = "service"


@routeur.get(PAGES + "/correspondances")
def lire(
    request: Request, u: Lecture, uai: str, annee: int, onglet: str = "matiere", ligne: str | None = None
) -> Response:
    """A tab; `ligne`: the line whose counterpart is being chosen."""
    base = bases.trouver(u, uai, annee)
    par_genre = {g: correspondances.lister(u, uai, annee, g) for g in correspondances.GENRES}
    actuel = next((g for g in correspondances.GENRES if g == onglet), None)
    sous = [
        Entree(TITRES[g][0], f"?onglet={g}", g == actuel, pastille=_manquantes(g, lignes))
        for g, lignes in par_genre.items()
    ]
    sous.append(Entree("Services", f"?onglet={SERVICES}", onglet == SERVICES))
    commun: dict[str, Any] = {"sous": sous, "date_sts": base.sts_importe_le}
    if onglet == SERVICES:
        etat = controles.lire_etat(u, uai, annee)
        return page(
            request, u, base, "services_sts.html", "Correspondances EDT/STSWEB", services=etat.services, **commun
        )
    genre = actuel or "matiere"
    lignes = par_genre[genre]
    choisie = next((x for x in lignes if x.code == ligne), None)
    pris = {x.sts_code for x in lignes if genre in correspondances.EXCLUSIFS and x is not choisie}
    return page(
        request,
        u,
        base,
        "correspondances.html",
        "Correspondances EDT/STSWEB",
        genre=genre,
        titres=TITRES[genre],
        lignes=lignes,
        choisie=choisie,
        donnees=[
            (d.code, f"{d.libelle} ({d.code})")
            for d in correspondances.donnees_sts(u, uai, annee, genre)
            if d.code not in pris
        ],
        **commun,
    )


@routeur.post(PAGES + "/correspondances/recherche")
def rechercher(request: Request, u: Ecriture, uai: str, annee: int) -> Response:
    """Find by name what is missing."""
    nb = correspondances.rechercher(u, uai, annee)
    message = f"{pluriel(nb, 'correspondance trouvée', 'correspondances trouvées')} par le nom."
    return rediriger(request, f"/{uai}/{annee}/correspondances", message)


def _manquantes(genre: correspondances.Genre, lignes: list[correspondances.Correspondance]) -> int | None:
    """The number shown beside a tab: a group without counterpart is a new one, nothing is missing."""
    return None if genre == "groupe" else correspondances.manquantes(lignes) or None


@routeur.post(PAGES + "/correspondances")
def etablir(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    genre: Annotated[correspondances.Genre, Form()],
    code: Annotated[str, Form()],
    sts_code: Annotated[str | None, Form()] = None,
) -> Response:
    """Set one counterpart, or take it away."""
    correspondances.etablir(u, uai, annee, [correspondances.Choix(genre, code, sts_code or None)])
    message = "Correspondance établie." if sts_code else "Correspondance supprimée."
    return rediriger(request, f"/{uai}/{annee}/correspondances?onglet={genre}", message)
