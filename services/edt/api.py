"""The timetable software's web service: what a person does in EDT or PRONOTE."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import File, Form, UploadFile
from pydantic import BaseModel
from sqlalchemy import select
from starlette.responses import Response

from services.edt import models as m
from services.edt import rules
from services.edt.use_cases import (
    bases,
    controles,
    correspondances,
    exports,
    groupes,
    import_siecle,
    import_sts,
    netsynchro,
    placement,
    professeurs,
)
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur(prefix="/api", tags=["edt"])
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
    exclusif: bool = True


class OptionsEnt(BaseModel):
    """`cle_publique`: the ENT's RSA key in PEM; without it the file is in clear."""

    socle: str = rules.SOCLE
    cle_publique: str | None = None


class CorrespondanceDemande(BaseModel):
    """A counterpart to give; `sts_code` None takes it away."""

    genre: correspondances.Genre
    code: str
    sts_code: str | None


class ExportableDemande(BaseModel):
    """A teacher (`professeur`), or a service (`structure`, `matiere`, `modalite`), made exportable or not."""

    exportable: bool
    professeur: int | None = None
    structure: str = ""
    matiere: str = ""
    modalite: str = "CG"


class ProfesseurDemande(BaseModel):
    """A teacher whom STS-Web does not hold."""

    nom: str
    prenom: str = ""


@routeur.get("/bases")
def lister(u: Lecture) -> list[dict[str, Any]]:
    """Every base."""
    return [{"uai": b.uai, "annee": b.annee, "nom": b.nom} for b in bases.lister(u)]


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
    return import_sts.importer_sts(u, uai, annee, fichier.filename or "", fichier.file.read(), structures=structures)


@routeur.post(CHEMIN + "/imports/siecle")
def importer_siecle(
    u: Ecriture,
    uai: str,
    annee: int,
    fichiers: Annotated[list[UploadFile] | None, File()] = None,
    methode: Annotated[import_siecle.Methode, Form()] = "fichiers",
    nouveaux: Annotated[bool, Form()] = True,
    identite: Annotated[bool, Form()] = True,
    scolarite: Annotated[bool, Form()] = True,
    ignorer_sortis: Annotated[bool, Form()] = True,
    alimenter_groupes: Annotated[bool, Form()] = False,
) -> dict[str, Any]:
    """Récupérer les données des élèves (files of SIECLE)."""
    choix = import_siecle.ChoixDonnees(nouveaux, identite, scolarite, ignorer_sortis, alimenter_groupes)
    if methode == "netsynchro":
        return netsynchro.recuperer(u, uai, annee, choix)
    lus = [(f.filename or "", f.file.read()) for f in fichiers or ()]
    return import_siecle.importer_siecle(u, uai, annee, lus, choix)


@routeur.get(CHEMIN + "/correspondances")
def lire_correspondances(u: Lecture, uai: str, annee: int) -> list[correspondances.Correspondance]:
    """Correspondances EDT/STSWEB: every line, without counterpart or with it."""
    return [c for genre in correspondances.GENRES for c in correspondances.lister(u, uai, annee, genre)]


@routeur.put(CHEMIN + "/correspondances")
def etablir_correspondances(
    u: Ecriture, uai: str, annee: int, corps: list[CorrespondanceDemande]
) -> list[correspondances.Correspondance]:
    """Établir les correspondances by hand; the whole list comes back."""
    choix = [correspondances.Choix(c.genre, c.code, c.sts_code) for c in corps]
    correspondances.etablir(u, uai, annee, choix)
    return lire_correspondances(u, uai, annee)


@routeur.post(CHEMIN + "/professeurs", status_code=201)
def ajouter_professeur(u: Ecriture, uai: str, annee: int, corps: ProfesseurDemande) -> dict[str, int]:
    """Add a teacher by hand: a place to fill, somebody whom STS-Web does not hold."""
    return {"id": professeurs.ajouter(u, uai, annee, corps.nom, corps.prenom)}


@routeur.put(CHEMIN + "/exportables")
def rendre_exportables(u: Ecriture, uai: str, annee: int, corps: list[ExportableDemande]) -> dict[str, int]:
    """Make teachers and services exportable, or not."""
    for d in corps:
        if d.professeur is not None:
            professeurs.rendre_exportable(u, uai, annee, d.professeur, d.exportable)
        else:
            cle = (d.structure, d.matiere, d.modalite)
            professeurs.rendre_service_exportable(u, uai, annee, cle, d.exportable)
    return {"nb": len(corps)}


@routeur.get(CHEMIN + "/controles")
def lire_controles(u: Lecture, uai: str, annee: int) -> list[controles.PointDeControle]:
    """The points de contrôle of the export to STS-Web."""
    return controles.controler(u, uai, annee)


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
    return placement.placer(u, uai, annee)


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
    return repondre_fichier(
        exports.exporter_liens(u, uai, annee, internet=options.internet, exclusif=options.exclusif), "application/zip"
    )


@routeur.post(CHEMIN + "/exports/ent", response_class=Response)
def exporter_ent(u: Ecriture, uai: str, annee: int, corps: OptionsEnt | None = None) -> Response:
    """The timetable for the ENT (ExportEmploiDuTemps)."""
    from services.edt.use_cases import export_ent  # its format is heavy, and few export

    options = corps or OptionsEnt()
    cle = options.cle_publique.encode() if options.cle_publique else None
    return repondre_fichier(export_ent.exporter_ent(u, uai, annee, options.socle, cle), "application/xml")


@routeur.get(CHEMIN + "/netsynchro")
def lire_certificat(u: Lecture, uai: str, annee: int) -> dict[str, str]:
    """Gestion du certificat NetSynchro: `absent`, `demande`, `installe`."""
    return {"certificat": netsynchro.etat_certificat(u, bases.trouver(u, uai, annee))}


@routeur.post(CHEMIN + "/netsynchro/certificat")
def demander_certificat(u: Ecriture, uai: str, annee: int) -> dict[str, str]:
    """Ask the DSI for the certificate."""
    return {"certificat": netsynchro.demander_certificat(u, uai, annee)}


@routeur.post(CHEMIN + "/netsynchro/liens", status_code=201)
def deposer_liens(u: Ecriture, uai: str, annee: int) -> dict[str, Any]:
    """Put the liens élèves/groupes in SIECLE, without carrying the zip."""
    return netsynchro.deposer_liens(u, uai, annee)


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
