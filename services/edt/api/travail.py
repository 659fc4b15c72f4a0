"""What is done in a base: correspondances, groups, services, timetable."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select

from services.edt import models as m
from services.edt.chemins import API
from services.edt.use_cases import bases, correspondances, groupes, placement, professeurs, renommage
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()


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


class RenommageDemande(BaseModel):
    """A class or a group that changes its name."""

    ancien: str
    nouveau: str


class PlacementDemande(BaseModel):
    """`resoluteur`: OR-tools' search, where the extra is installed."""

    methode: placement.Methode = "placement"


class ProfesseurDemande(BaseModel):
    """A teacher whom STS-Web does not hold."""

    nom: str
    prenom: str = ""


@routeur.get(API + "/correspondances")
def lire_correspondances(u: Lecture, uai: str, annee: int) -> list[correspondances.Correspondance]:
    """Correspondances EDT/STSWEB: every line, without counterpart or with it."""
    return [c for genre in correspondances.GENRES for c in correspondances.lister(u, uai, annee, genre)]


@routeur.put(API + "/correspondances")
def etablir_correspondances(
    u: Ecriture, uai: str, annee: int, corps: list[CorrespondanceDemande]
) -> list[correspondances.Correspondance]:
    """Établir les correspondances by hand; the whole list comes back."""
    choix = [correspondances.Choix(c.genre, c.code, c.sts_code) for c in corps]
    correspondances.etablir(u, uai, annee, choix)
    return lire_correspondances(u, uai, annee)


@routeur.post(API + "/correspondances/automatiques")
def rapprocher(u: Ecriture, uai: str, annee: int) -> dict[str, int]:
    """Find by name the counterparts that are missing."""
    return {"nb": correspondances.rechercher(u, uai, annee)}


@routeur.post(API + "/professeurs", status_code=201)
def ajouter_professeur(u: Ecriture, uai: str, annee: int, corps: ProfesseurDemande) -> dict[str, int]:
    """Add a teacher by hand: a place to fill, somebody whom STS-Web does not hold."""
    return {"id": professeurs.ajouter(u, uai, annee, corps.nom, corps.prenom)}


@routeur.put(API + "/exportables")
def rendre_exportables(u: Ecriture, uai: str, annee: int, corps: list[ExportableDemande]) -> dict[str, int]:
    """Make teachers and services exportable, or not."""
    for d in corps:
        if d.professeur is not None:
            professeurs.rendre_exportable(u, uai, annee, d.professeur, d.exportable)
        else:
            cle = (d.structure, d.matiere, d.modalite)
            professeurs.rendre_service_exportable(u, uai, annee, cle, d.exportable)
    return {"nb": len(corps)}


@routeur.post(API + "/groupes", status_code=201)
def creer_groupes(u: Ecriture, uai: str, annee: int, corps: list[GroupeDemande]) -> dict[str, int]:
    """Create groups."""
    voulus = [groupes.NouveauGroupe(g.code, g.libelle, tuple(g.divisions), g.barrette) for g in corps]
    return {"nb": groupes.creer_groupes(u, uai, annee, voulus)}


@routeur.get(API + "/groupes")
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


@routeur.put(API + "/groupes")
def modifier_groupe(u: Ecriture, uai: str, annee: int, corps: GroupeDemande) -> dict[str, int]:
    """Change the label, classes and barrette of a group."""
    voulu = groupes.NouveauGroupe(corps.code, corps.libelle, tuple(corps.divisions), corps.barrette)
    renommage.modifier_groupe(u, uai, annee, voulu)
    return {"nb": 1}


@routeur.post(API + "/groupes/nom")
def renommer(u: Ecriture, uai: str, annee: int, corps: RenommageDemande) -> dict[str, list[str]]:
    """Rename a class or a group; what comes of it elsewhere."""
    return {"avertissements": renommage.renommer(u, uai, annee, corps.ancien, corps.nouveau)}


@routeur.post(API + "/services", status_code=201)
def creer_services(u: Ecriture, uai: str, annee: int, corps: list[ServiceDemande]) -> dict[str, int]:
    """Create or change services."""
    voulus = [
        groupes.NouveauService(
            s.structure, s.matiere, s.modalite, s.heures, s.co_ens, tuple((e.id, e.heures) for e in s.enseignants)
        )
        for s in corps
    ]
    return {"nb": groupes.creer_services(u, uai, annee, voulus)}


@routeur.post(API + "/professeurs-principaux")
def nommer_principaux(u: Ecriture, uai: str, annee: int, corps: list[PrincipalDemande]) -> dict[str, int]:
    """Say who is the professeur principal of each class."""
    return {"nb": groupes.nommer_principaux(u, uai, annee, [(p.division, p.id) for p in corps])}


@routeur.post(API + "/placement")
def placer(u: Ecriture, uai: str, annee: int, corps: PlacementDemande | None = None) -> dict[str, Any]:
    """Place the timetable."""
    return placement.placer(u, uai, annee, (corps or PlacementDemande()).methode)


@routeur.post(API + "/groupes/eleves")
def inscrire(u: Ecriture, uai: str, annee: int, corps: list[InscriptionDemande]) -> dict[str, int]:
    """Put pupils in groups."""
    voulues = [groupes.Inscription(i.groupe, tuple(i.eleves), i.debut, i.fin) for i in corps]
    return {"nb": groupes.inscrire(u, uai, annee, voulues)}
