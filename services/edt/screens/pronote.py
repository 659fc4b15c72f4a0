"""PRONOTE on the base of EDT: what it keeps, where it runs, from one year to the next (EDT-05, EDT-07, EDT-44)."""

from __future__ import annotations

from typing import Annotated

from fastapi import File, Form, Request, UploadFile
from sqlalchemy import select
from starlette.responses import Response

from services.edt import models as m
from services.edt.chemins import PAGES
from services.edt.screens.cadre import PARTIE_PRONOTE, Coche, page
from services.edt.use_cases import bases, pronote
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.pages import rediriger

routeur = Routeur()
RESSOURCES = f"{PAGES}/{PARTIE_PRONOTE}"


@routeur.get(RESSOURCES)
def lire(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """« Ressources »: what the base holds, what it will hand on."""
    base = bases.trouver(u, uai, annee)
    return page(
        request,
        u,
        base,
        "pronote.html",
        "Ressources",
        resume=bases.resume(u, uai, annee),
        elements=pronote.lister(u, uai, annee),
        titres=pronote.TITRES,
        genres=[(g, t) for g, t in pronote.TITRES.items() if g != "photo"],
        eleves=_eleves(u, uai, annee),
    )


def _eleves(u: Unite, uai: str, annee: int) -> dict[str, str]:
    lignes = u.session.scalars(select(m.Eleve).filter_by(uai=uai, annee=annee)).all()
    tries = sorted(lignes, key=lambda e: (e.cle_tri, e.eleve_id))
    return {str(e.eleve_id): f"{e.nom} {e.prenom}" + (f" ({e.division})" if e.division else "") for e in tries}


@routeur.post(RESSOURCES + "/elements")
def ajouter(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    genre: Annotated[pronote.Genre, Form()],
    libelle: Annotated[str, Form()] = "",
    texte: Annotated[str, Form()] = "",
) -> Response:
    """Add a line."""
    pronote.ajouter(u, uai, annee, genre, libelle, texte)
    return rediriger(request, f"/{uai}/{annee}/{PARTIE_PRONOTE}", f"{pronote.TITRES[genre]} : ligne enregistrée.")


@routeur.post(RESSOURCES + "/elements/suppression")
def supprimer(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    genre: Annotated[pronote.Genre, Form()],
    code: Annotated[str, Form()],
) -> Response:
    """Remove a line."""
    pronote.supprimer(u, uai, annee, genre, code)
    return rediriger(request, f"/{uai}/{annee}/{PARTIE_PRONOTE}", f"{pronote.TITRES[genre]} : ligne supprimée.")


@routeur.post(RESSOURCES + "/photos")
def deposer_photo(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    eleve: Annotated[int, Form()],
    fichier: Annotated[UploadFile, File()],
) -> Response:
    """Give a pupil a photo."""
    pronote.deposer_photo(u, uai, annee, eleve, fichier.filename or "", fichier.file.read())
    return rediriger(request, f"/{uai}/{annee}/{PARTIE_PRONOTE}", "Photo enregistrée.")


@routeur.get(RESSOURCES + "/photos/{eleve_id:int}")
def lire_photo(u: Lecture, uai: str, annee: int, eleve_id: int) -> Response:
    """A pupil's photo."""
    genre, contenu = pronote.lire_photo(u, uai, annee, eleve_id)
    return Response(
        contenu, media_type=genre, headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    )


@routeur.get(RESSOURCES + "/hebergement")
def page_hebergement(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """« PRONOTE hébergé »."""
    base = bases.trouver(u, uai, annee)
    return page(request, u, base, "hebergement.html", "PRONOTE hébergé")


@routeur.post(RESSOURCES + "/hebergement")
def heberger(request: Request, u: Ecriture, uai: str, annee: int, hebergee: Coche = False) -> Response:
    """Say where PRONOTE runs."""
    pronote.heberger(u, uai, annee, hebergee)
    ou = "hébergée par l'éditeur" if hebergee else "installée dans l'établissement"
    return rediriger(request, f"/{uai}/{annee}/{PARTIE_PRONOTE}/hebergement", f"La base PRONOTE est {ou}.")
