"""PRONOTE: what it keeps from one year to the next, and where it runs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import File, UploadFile
from pydantic import BaseModel

from services.edt.chemins import API
from services.edt.use_cases import bases, pronote
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()


class ElementDemande(BaseModel):
    """A user, a courrier type, a compétence or a modèle."""

    genre: pronote.Genre
    libelle: str
    texte: str = ""


class HebergementDemande(BaseModel):
    """Whether PRONOTE runs on a machine of its editor."""

    hebergee: bool


@routeur.get(API + "/pronote")
def lire(u: Lecture, uai: str, annee: int) -> dict[str, Any]:
    """The PRONOTE base: when it was made, where it runs, what it keeps."""
    base = bases.trouver(u, uai, annee)
    return {
        "initialisee_le": base.pronote_initialisee_le,
        "hebergee": base.hebergee,
        "elements": [
            {"genre": genre, "code": x.code, "libelle": x.libelle, "texte": x.texte}
            for genre, lignes in pronote.lister(u, uai, annee).items()
            for x in lignes
        ],
    }


@routeur.put(API + "/pronote/hebergement")
def heberger(u: Ecriture, uai: str, annee: int, corps: HebergementDemande) -> dict[str, bool]:
    """PRONOTE hébergé, or not."""
    pronote.heberger(u, uai, annee, corps.hebergee)
    return {"hebergee": corps.hebergee}


@routeur.post(API + "/pronote/elements", status_code=201)
def ajouter(u: Ecriture, uai: str, annee: int, corps: ElementDemande) -> dict[str, str]:
    """Add a line, or change its text."""
    return {"code": pronote.ajouter(u, uai, annee, corps.genre, corps.libelle, corps.texte)}


@routeur.delete(API + "/pronote/elements", status_code=204)
def supprimer(u: Ecriture, uai: str, annee: int, genre: pronote.Genre, code: str) -> None:
    """Remove a line."""
    pronote.supprimer(u, uai, annee, genre, code)


@routeur.put(API + "/pronote/photos/{eleve_id}", status_code=204)
def deposer_photo(u: Ecriture, uai: str, annee: int, eleve_id: int, fichier: Annotated[UploadFile, File()]) -> None:
    """Give a pupil a photo."""
    pronote.deposer_photo(u, uai, annee, eleve_id, fichier.filename or "", fichier.file.read())
