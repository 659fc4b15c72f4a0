"""PRONOTE on the base of EDT: what it keeps, where it runs, from one year to the next (EDT-05, EDT-07, EDT-44)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import File, Form, Request, UploadFile
from sqlalchemy import select
from starlette.responses import Response

from services.edt import models as m
from services.edt.chemins import PAGES
from services.edt.screens.cadre import PARTIE_PRONOTE, Coche, page
from services.edt.use_cases import annee_suivante, bases, pronote
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Genre, pluriel
from shared.screens.pages import rediriger

routeur = Routeur()
RESSOURCES = f"{PAGES}/{PARTIE_PRONOTE}"
REPRISES = {
    "utilisateur": ("utilisateur", "utilisateurs"),
    "courrier": ("courrier type", "courriers types"),
    "competence": ("compétence", "compétences"),
    "photo": ("photo", "photos"),
    "modele": ("modèle", "modèles"),
}


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


@routeur.get(PAGES + "/exports/preparation")
def page_preparation(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """« Préparer l'année suivante »: where to put the file."""
    base = bases.trouver(u, uai, annee)
    destinations = [("ordinateur", "Sur mon ordinateur")]
    if base.hebergee:
        destinations.append(("hebergee", annee_suivante.SUR_MA_MACHINE))
    return page(
        request,
        u,
        base,
        "export_preparation.html",
        "Préparer l'année suivante",
        destinations=destinations,
        comptes=[(pronote.TITRES[g], len(lignes)) for g, lignes in pronote.lister(u, uai, annee).items()],
        fait=u.session.get(m.ExportFait, (uai, annee, "preparation")),
        hebergee=annee_suivante.hebergee(u, uai, annee + 1),
    )


@routeur.post(PAGES + "/exports/preparation")
def preparer(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    destination: Annotated[annee_suivante.Destination, Form()] = "ordinateur",
) -> Response:
    """Write the file."""
    fichier = annee_suivante.preparer(u, uai, annee, destination)
    return rediriger(request, f"/{uai}/{annee}/exports/preparation", f"{fichier.message}.")


@routeur.get(PAGES + "/imports/preparation")
def page_initialisation(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """« Initialiser la base »: from EDT, with last year's file or without."""
    base = bases.trouver(u, uai, annee)
    hebergee = annee_suivante.hebergee(u, uai, annee)
    sources = [("aucun", "Sans reprendre l'année précédente"), ("ordinateur", "Depuis un fichier de mon ordinateur")]
    if hebergee:
        sources.append(("hebergee", f"{annee_suivante.SUR_MA_MACHINE} : {hebergee.nom}"))
    return page(
        request,
        u,
        base,
        "import_preparation.html",
        "Initialiser la base",
        resume=bases.resume(u, uai, annee),
        sources=sources,
        source="hebergee" if hebergee else "ordinateur",
        titres=pronote.TITRES,
    )


@routeur.post(PAGES + "/imports/preparation")
def initialiser(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    source: Annotated[Literal["aucun", "ordinateur", "hebergee"], Form()] = "ordinateur",
    fichier: Annotated[UploadFile | None, File()] = None,
    genres: Annotated[list[pronote.Genre] | None, Form()] = None,
) -> Response:
    """Make the PRONOTE base."""
    prise: annee_suivante.Source = None
    if source == "hebergee":
        prise = "hebergee"
    elif source == "ordinateur":
        prise = (fichier.filename or "", fichier.file.read()) if fichier else ("", b"")
    bilan = annee_suivante.initialiser(u, uai, annee, prise, genres or ())
    genre: Genre = "avertissement" if bilan["photos_sans_eleve"] else "succes"
    return rediriger(request, f"/{uai}/{annee}/{PARTIE_PRONOTE}", _bilan(bilan), genre)


def _bilan(b: dict[str, Any]) -> str:
    edt = b["edt"]
    message = (
        f"Base PRONOTE initialisée depuis EDT : {pluriel(edt['classes'], 'classe')}, "
        f"{pluriel(edt['groupes'], 'groupe')}, {pluriel(edt['professeurs'], 'professeur')}, "
        f"{pluriel(edt['eleves'], 'élève')}, {pluriel(edt['cours'], 'cours', 'cours')}."
    )
    repris = [pluriel(n, *REPRISES[g]) for g, n in b["repris"].items() if n]
    if repris:
        message += f" Repris de l'année précédente : {', '.join(repris)}."
    if b["photos_sans_eleve"]:
        message += (
            f" {pluriel(b['photos_sans_eleve'], 'photo laissée', 'photos laissées')} : élèves absents de la base."
        )
    return message
