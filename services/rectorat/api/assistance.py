"""Dossiers d'assistance: those of a school, and the académie's answers (ACC-14 to ACC-16)."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from services.rectorat import models
from services.rectorat.use_cases import assistance
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()
ECOLE = "/assistance/{uai}/dossiers"


class Ouverture(BaseModel):
    """What was observed (`constat`), what the verification gave, the heading (none on a forum), a text."""

    rubrique: str = ""
    constat: str
    verification: str
    texte: str


class Texte(BaseModel):
    texte: str


class Reouverture(BaseModel):
    rubrique: str = ""
    texte: str = ""


def _ligne(d: models.DossierAssistance) -> dict[str, Any]:
    return {
        "numero": d.numero,
        "uai": d.uai,
        "rubrique": d.rubrique,
        "constat": d.constat,
        "verification": d.verification,
        "etat": d.etat,
        "ouvert_le": d.ouvert_le,
        "modifie_le": d.modifie_le,
    }


@routeur.get("/dossiers-assistance")
def lister(u: Lecture, etat: str | None = None) -> list[dict[str, Any]]:
    """Every dossier, those that wait first."""
    return [_ligne(d) for d in assistance.lister(u, etat=etat)]


@routeur.post("/dossiers-assistance/{numero}/reponse")
def repondre(u: Ecriture, numero: int, corps: Texte) -> assistance.DossierVu:
    """The académie answers."""
    assistance.repondre(u, numero, corps.texte)
    return assistance.lire(u, numero)


@routeur.post("/dossiers-assistance/{numero}/renvoi")
def renvoyer(u: Ecriture, numero: int) -> assistance.DossierVu:
    """The académie sends back a dossier under a wrong heading."""
    assistance.renvoyer(u, numero)
    return assistance.lire(u, numero)


@routeur.get(ECOLE)
def lister_ecole(u: Lecture, uai: str, etat: str | None = None) -> list[dict[str, Any]]:
    """The dossiers of a school."""
    return [_ligne(d) for d in assistance.lister(u, uai, etat)]


@routeur.post(ECOLE, status_code=201)
def ouvrir(u: Ecriture, uai: str, corps: Ouverture) -> assistance.DossierVu:
    """Open a dossier."""
    numero = assistance.ouvrir(u, uai, corps.rubrique, corps.constat, corps.verification, corps.texte)
    return assistance.lire(u, numero)


@routeur.get(ECOLE + "/{numero}")
def lire(u: Lecture, uai: str, numero: int) -> assistance.DossierVu:
    """A dossier and its history."""
    return assistance.lire(u, numero, uai)


@routeur.post(ECOLE + "/{numero}/precision")
def preciser(u: Ecriture, uai: str, numero: int, corps: Texte) -> assistance.DossierVu:
    """The school adds something."""
    assistance.preciser(u, uai, numero, corps.texte)
    return assistance.lire(u, numero, uai)


@routeur.post(ECOLE + "/{numero}/reouverture")
def rouvrir(u: Ecriture, uai: str, numero: int, corps: Reouverture) -> assistance.DossierVu:
    """The school opens it again under another heading."""
    assistance.rouvrir(u, uai, numero, corps.rubrique, corps.texte)
    return assistance.lire(u, numero, uai)


@routeur.post(ECOLE + "/{numero}/cloture")
def clore(u: Ecriture, uai: str, numero: int) -> assistance.DossierVu:
    """The school closes it."""
    assistance.clore(u, uai, numero)
    return assistance.lire(u, numero, uai)
