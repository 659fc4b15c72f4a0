"""The timetable software's web service: what a person does in EDT or PRONOTE."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, File, Form, UploadFile
from pydantic import BaseModel
from sqlalchemy import select
from starlette.responses import Response

from services.edt import models as m
from services.edt.use_cases import bases, exports, groupes, imports
from shared.http.dependances import Ecriture, Lecture

routeur = APIRouter(prefix="/api", tags=["edt"])
CHEMIN = "/etablissements/{uai}/bases/{annee}"


class GroupeDemande(BaseModel):
    """A group to create."""

    code: str
    libelle: str = ""
    divisions: list[str]
    matiere: str = ""
    barrette: str | None = None


class EnseignantDemande(BaseModel):
    id: int
    type: str = "epp"
    heures: Decimal


class ServiceDemande(BaseModel):
    """A service to create or change."""

    structure: str
    type: str = "D"
    matiere: str
    modalite: str = "CG"
    heures: Decimal
    co_ens: bool = False
    enseignants: list[EnseignantDemande]


class PrincipalDemande(BaseModel):
    division: str
    id: int


class InscriptionDemande(BaseModel):
    """Pupils of a group: the whole list."""

    groupe: str
    eleves: list[int]
    debut: date | None = None
    fin: date | None = None


class OptionsLiens(BaseModel):
    """`internet` False: the client is offline, and the millésime it writes is wrong (EDT-39)."""

    internet: bool = True


@routeur.get("/bases")
def lister(u: Lecture) -> list[dict[str, Any]]:
    """Every base."""
    lignes = u.session.scalars(select(m.BaseEdt).order_by(m.BaseEdt.uai, m.BaseEdt.annee))
    return [{"uai": b.uai, "annee": b.annee, "nom": b.nom} for b in lignes]


@routeur.post(CHEMIN, status_code=201)
def construire(u: Ecriture, uai: str, annee: int) -> dict[str, Any]:
    """Construire une base."""
    bases.construire(u, uai, annee)
    return {"uai": uai, "annee": annee}


@routeur.get(CHEMIN)
def lire(u: Lecture, uai: str, annee: int) -> Mapping[str, Any]:
    """What the base holds."""
    return bases.resume(u, uai, annee)


@routeur.delete(CHEMIN, status_code=204)
def supprimer(u: Ecriture, uai: str, annee: int) -> None:
    """Remove the base."""
    bases.supprimer(u, uai, annee)


@routeur.post(CHEMIN + "/imports/sts")
def importer_sts(
    u: Ecriture,
    uai: str,
    annee: int,
    fichier: Annotated[UploadFile, File()],
    structures: Annotated[bool | None, Form()] = None,
) -> dict[str, Any]:
    """Récupérer les données de STSWEB (sts_emp)."""
    return imports.importer_sts(u, uai, annee, fichier.filename or "", fichier.file.read(), structures=structures)


@routeur.post(CHEMIN + "/imports/siecle")
def importer_siecle(u: Ecriture, uai: str, annee: int, fichiers: Annotated[list[UploadFile], File()]) -> dict[str, Any]:
    """Récupérer les données des élèves (files of SIECLE)."""
    return imports.importer_siecle(u, uai, annee, [(f.filename or "", f.file.read()) for f in fichiers])


@routeur.post(CHEMIN + "/groupes", status_code=201)
def creer_groupes(u: Ecriture, uai: str, annee: int, corps: list[GroupeDemande]) -> dict[str, int]:
    """Create groups."""
    voulus = [groupes.NouveauGroupe(g.code, g.libelle, tuple(g.divisions), g.barrette) for g in corps]
    return {"nb": groupes.creer_groupes(u, uai, annee, voulus)}


@routeur.get(CHEMIN + "/groupes")
def lister_groupes(u: Lecture, uai: str, annee: int) -> list[dict[str, Any]]:
    """Classes and groups, with their counterpart in STS-Web."""
    bases.trouver(u, uai, annee)
    lignes = u.session.scalars(select(m.Structure).filter_by(uai=uai, annee=annee).order_by(m.Structure.code))
    return [
        {
            "code": s.code,
            "type": s.type,
            "libelle": s.libelle,
            "divisions": s.divisions,
            "effectif": s.effectif,
            "sts_code": s.sts_code,
        }
        for s in lignes
    ]


@routeur.post(CHEMIN + "/services", status_code=201)
def creer_services(u: Ecriture, uai: str, annee: int, corps: list[ServiceDemande]) -> dict[str, int]:
    """Create or change services."""
    voulus = [
        groupes.NouveauService(
            s.structure, s.matiere, s.modalite, s.heures, s.co_ens, tuple((e.id, e.heures) for e in s.enseignants)
        )
        for s in corps
    ]
    return {"nb": groupes.creer_services(u, uai, annee, voulus)}


@routeur.post(CHEMIN + "/professeurs-principaux")
def nommer_principaux(u: Ecriture, uai: str, annee: int, corps: list[PrincipalDemande]) -> dict[str, int]:
    """Say who is the professeur principal of each class."""
    return {"nb": groupes.nommer_principaux(u, uai, annee, [(p.division, p.id) for p in corps])}


@routeur.post(CHEMIN + "/placement")
def placer(u: Ecriture, uai: str, annee: int) -> dict[str, Any]:
    """Place the timetable."""
    return groupes.placer(u, uai, annee)


@routeur.post(CHEMIN + "/groupes/eleves")
def inscrire(u: Ecriture, uai: str, annee: int, corps: list[InscriptionDemande]) -> dict[str, int]:
    """Put pupils in groups."""
    voulues = [groupes.Inscription(i.groupe, tuple(i.eleves), i.debut, i.fin) for i in corps]
    return {"nb": groupes.inscrire(u, uai, annee, voulues)}


@routeur.post(CHEMIN + "/exports/sts", response_class=Response)
def exporter_sts(u: Ecriture, uai: str, annee: int) -> Response:
    """The file for STS-Web (emp_sts)."""
    return repondre_fichier(exports.exporter_sts(u, uai, annee), "application/xml")


@routeur.post(CHEMIN + "/exports/liens", response_class=Response)
def exporter_liens(u: Ecriture, uai: str, annee: int, corps: OptionsLiens | None = None) -> Response:
    """The liens élève-groupe zip for SIECLE."""
    options = corps or OptionsLiens()
    return repondre_fichier(exports.exporter_liens(u, uai, annee, internet=options.internet), "application/zip")


def repondre_fichier(fichier: exports.FichierExporte, genre: str) -> Response:
    """A file as a download; what the software says of it is in X-Rentree-Message, URL-encoded."""
    return Response(
        fichier.contenu,
        media_type=genre,
        headers={
            "Content-Disposition": f'attachment; filename="{fichier.nom}"',
            "X-Rentree-Message": quote(fichier.message),
            "X-Rentree-Avertissements": quote(" | ".join(fichier.avertissements)[:3000]),
        },
    )
