"""Nomenclatures: loading a set, the mails of schools, additions (REC-10, REC-17)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import select

from services.rectorat import models
from services.rectorat.use_cases import diffusion, nomenclatures
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()


class JeuDemande(BaseModel):
    """Which set to load: the national one that the simulator ships, with what the académie added."""

    jeu: Literal["national"] = "national"


class MefAjoute(BaseModel):
    """A MEF on the model of a national one; `demande`: the mail it answers."""

    code: str
    modele: str
    libelle: str
    demande: int | None = None


class MatiereAjoutee(BaseModel):
    """A matière; `demande`: the mail it answers."""

    code: str
    code_gestion: str
    libelle: str
    demande: int | None = None


class Reponse(BaseModel):
    texte: str


@routeur.post("/nomenclatures", status_code=201)
def charger(u: Ecriture, corps: JeuDemande) -> dict[str, int]:
    """Load a set of nomenclatures; it goes out at 19:00."""
    return {"version": nomenclatures.charger_nomenclatures(u)}


@routeur.post("/diffusion")
def diffuser(u: Ecriture) -> dict[str, dict[str, int]]:
    """Send out at once what would go at 19:00: agents, nomenclatures, INE, certificates; how many of each."""
    return {"diffuse": diffusion.diffuser_maintenant(u)}


@routeur.get("/nomenclatures/demandes")
def lister_demandes(u: Lecture) -> list[dict[str, Any]]:
    """The mails of schools that miss a nomenclature."""
    table = models.DemandeNomenclature
    return [
        {
            "numero": d.numero,
            "uai": d.uai,
            "millesime": d.millesime,
            "genre": d.genre,
            "code": d.code,
            "texte": d.texte,
            "recue_le": d.recue_le,
            "etat": d.etat,
            "reponse": d.reponse,
            "traitee_le": d.traitee_le,
        }
        for d in u.session.scalars(select(table).order_by(table.numero))
    ]


@routeur.post("/nomenclatures/demandes/{numero}/reponse")
def repondre(u: Ecriture, numero: int, corps: Reponse) -> dict[str, str]:
    """Answer a mail without adding anything."""
    nomenclatures.repondre(u, numero, corps.texte)
    return {"etat": "traitee"}


@routeur.get("/nomenclatures/ajouts")
def lister_ajouts(u: Lecture) -> list[dict[str, Any]]:
    """What the académie added to the national set."""
    return [
        {"genre": a.genre, "code": a.code, "modele": a.modele, "donnees": a.donnees, "ajoutee_le": a.ajoutee_le}
        for a in nomenclatures.ajouts(u)
    ]


@routeur.post("/nomenclatures/mefs", status_code=201)
def ajouter_mef(u: Ecriture, corps: MefAjoute) -> dict[str, int]:
    """Add a MEF; the new version goes out at 19:00."""
    return {"version": nomenclatures.ajouter_mef(u, corps.code, corps.modele, corps.libelle, corps.demande)}


@routeur.post("/nomenclatures/matieres", status_code=201)
def ajouter_matiere(u: Ecriture, corps: MatiereAjoutee) -> dict[str, int]:
    """Add a matière; the new version goes out at 19:00."""
    version = nomenclatures.ajouter_matiere(u, corps.code, corps.code_gestion, corps.libelle, corps.demande)
    return {"version": version}
