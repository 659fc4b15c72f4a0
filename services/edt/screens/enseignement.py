"""Teachers, services, the timetable."""

from __future__ import annotations

from collections import defaultdict
from datetime import time
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import Form, Request
from sqlalchemy import select
from starlette.responses import Response

from services.edt import models as m
from services.edt import rules
from services.edt.chemins import PAGES
from services.edt.screens.cadre import Coche, page
from services.edt.screens.groupes import noms_des_professeurs
from services.edt.use_cases import bases, controles, groupes, placement, professeurs, resoluteur
from shared import nomenclatures
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.identifiers import cle_tri
from shared.screens.composants import Genre, Pagination, pluriel
from shared.screens.pages import rediriger

routeur = Routeur()
NATURES = {"D": "classe", "G": "groupe"}
JOURS = {1: "Lundi", 2: "Mardi", 3: "Mercredi", 4: "Jeudi", 5: "Vendredi"}


@routeur.get(PAGES + "/professeurs")
def lire_professeurs(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """Teachers, their counterpart, whether they go out."""
    base = bases.trouver(u, uai, annee)
    profs = u.session.scalars(select(m.Professeur).filter_by(uai=uai, annee=annee)).all()
    heures: dict[int, Decimal] = defaultdict(Decimal)
    for s in u.session.scalars(select(m.Service).filter_by(uai=uai, annee=annee)):
        for e in s.enseignants:
            heures[e["numero"]] += Decimal(str(e["heures"]))
    return page(
        request,
        u,
        base,
        "professeurs.html",
        "Professeurs",
        profs=sorted(profs, key=lambda p: (cle_tri(f"{p.nom} {p.prenom}"), p.numero)),
        heures=heures,
        absents=u.profil.sts_documentalistes == "absents",
    )


@routeur.post(PAGES + "/professeurs")
def ajouter_professeur(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    nom: Annotated[str, Form()],
    prenom: Annotated[str, Form()] = "",
) -> Response:
    """Add a teacher by hand."""
    professeurs.ajouter(u, uai, annee, nom, prenom)
    return rediriger(request, f"/{uai}/{annee}/professeurs", "Professeur ajouté : il n'a pas de correspondance.")


@routeur.post(PAGES + "/professeurs/exportable")
def changer_professeur(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    numero: Annotated[int, Form()],
    exportable: Annotated[bool, Form()],
) -> Response:
    """Make a teacher exportable or not."""
    professeurs.rendre_exportable(u, uai, annee, numero, exportable)
    return rediriger(request, f"/{uai}/{annee}/professeurs", _etat("Professeur rendu", exportable))


@routeur.get(PAGES + "/services")
def lire_services(request: Request, u: Lecture, uai: str, annee: int, structure: str | None = None) -> Response:
    """Services, with what keeps each of them here, and the form for a new one."""
    base = bases.trouver(u, uai, annee)
    etat = controles.lire_etat(u, uai, annee)
    lignes = [x for x in etat.services if not structure or x[0].structure == structure]
    pages = Pagination.depuis(request.query_params, len(lignes))
    libelles = {x.code: x.libelle for x in u.session.scalars(select(m.Matiere).filter_by(uai=uai, annee=annee))}
    return page(
        request,
        u,
        base,
        "services.html",
        "Services",
        services=lignes[pages.debut : pages.fin],
        pages=pages,
        structure=structure,
        structures=[
            (s.code, f"{s.code} ({'classe' if s.type == 'D' else 'groupe'})") for s in etat.structures.values()
        ],
        matieres=sorted(libelles.items(), key=lambda x: (cle_tri(x[1]), x[0])),
        libelles=libelles,
        modalites=[(x.code, f"{x.code} - {x.libelle_long}") for x in nomenclatures.modalites_cours()],
        profs=noms_des_professeurs(u, uai, annee),
    )


@routeur.post(PAGES + "/services")
def saisir_service(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    structure: Annotated[str, Form()],
    matiere: Annotated[str, Form()],
    heures: Annotated[str, Form()],
    modalite: Annotated[str, Form()] = "CG",
    profs: Annotated[list[int] | None, Form()] = None,
    co_ens: Coche = False,
) -> Response:
    """Type a service; the same class, matière and modalité again changes it. Each teacher has all its hours."""
    lues = groupes.lire_heures(heures)
    gens = tuple((n, lues) for n in profs or ())
    nouveau = groupes.NouveauService(structure, matiere, modalite, lues, co_ens, gens)
    groupes.creer_services(u, uai, annee, [nouveau])
    return rediriger(request, f"/{uai}/{annee}/services", f"Service de {structure} enregistré.")


@routeur.post(PAGES + "/services/action")
def agir_sur_service(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    structure: Annotated[str, Form()],
    matiere: Annotated[str, Form()],
    modalite: Annotated[str, Form()],
    action: Annotated[Literal["exportable", "non_exportable", "supprimer"], Form()],
) -> Response:
    """Make a service exportable or not, or remove it."""
    if action == "supprimer":
        groupes.supprimer_service(u, uai, annee, (structure, matiere, modalite))
        message = "Service supprimé."
    else:
        exportable = action == "exportable"
        professeurs.rendre_service_exportable(u, uai, annee, (structure, matiere, modalite), exportable)
        message = _etat("Service rendu", exportable)
    return rediriger(request, f"/{uai}/{annee}/services", message)


@routeur.get(PAGES + "/emploi-du-temps")
def lire_emploi_du_temps(
    request: Request,
    u: Lecture,
    uai: str,
    annee: int,
    structure: str | None = None,
    professeur: int | None = None,
) -> Response:
    """The grid of a class, of a group or of a teacher."""
    base = bases.trouver(u, uai, annee)
    structures = groupes.structures_de(u, uai, annee)
    profs = noms_des_professeurs(u, uai, annee)
    seances: list[placement.Seance] = []
    titre = "Emploi du temps"
    if professeur is not None:
        seances = placement.du_professeur(u, uai, annee, professeur)
        titre = f"Emploi du temps de {profs[professeur]}"
    elif structure or structures:
        structure = structure or next(iter(structures))
        seances = placement.de_la_classe(u, uai, annee, structure)
        titre = f"Emploi du temps de {structure}"
    return page(
        request,
        u,
        base,
        "emploi_du_temps.html",
        titre,
        grille=_grille(seances),
        jours=JOURS,
        nb=len(seances),
        codes=[(code, code) for code in structures],
        structure=structure if professeur is None else None,
        professeur=professeur,
        profs=profs,
        resoluteur=resoluteur.installe(),
        conflits=[(JOURS[j], f"{h:%H:%M}", qui) for j, h, qui in placement.conflits(u, uai, annee)],
    )


@routeur.post(PAGES + "/emploi-du-temps")
def placer(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    methode: Annotated[placement.Methode, Form()] = "placement",
) -> Response:
    """« Lancer un placement automatique », or the « Résoluteur »."""
    bilan = placement.placer(u, uai, annee, methode)
    message = f"Placement terminé : {pluriel(bilan['cours'], 'cours', 'cours')} placés."
    if bilan["non_places"]:
        message += f" Sans place : {', '.join(bilan['non_places'][:20])}."
    genre: Genre = "avertissement" if bilan["non_places"] else "succes"
    return rediriger(request, f"/{uai}/{annee}/emploi-du-temps", message, genre)


def _grille(seances: list[placement.Seance]) -> list[tuple[time, list[list[placement.Seance]]]]:
    """Rows by hour, each with the courses of every day."""
    heures = sorted({h for creneaux in rules.JOURS.values() for h in creneaux} | {s.debut for s in seances})
    cases: dict[tuple[int, time], list[placement.Seance]] = defaultdict(list)
    for s in seances:
        cases[s.jour, s.debut].append(s)
    return [(h, [cases[jour, h] for jour in JOURS]) for h in heures]


def _etat(debut: str, exportable: bool) -> str:
    return f"{debut} « {'exportable' if exportable else 'non exportable'} »."
