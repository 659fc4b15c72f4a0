"""« Services libres » and « Hors programme »."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Query, Request
from starlette.responses import HTMLResponse, Response

from services.sts_web.rules.importation import ServiceLu
from services.sts_web.screens import saisies
from services.sts_web.screens.annees import ANNEE
from services.sts_web.screens.cadre import agir, choix_matieres, matieres, mefs, modalites, ouvrir, page
from services.sts_web.use_cases import hors_programme, lecture, libres, personnes
from services.sts_web.use_cases.hors_programme import DeclarationVue
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()
Texte = Annotated[str, Form()]


@routeur.get(ANNEE + "/services-libres", response_class=HTMLResponse)
def libres_page(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """The services that wait for a teacher; a form to type one, another to give it."""
    c = ouvrir(u, uai, annee)
    return page(
        request,
        u,
        c,
        "services_libres.html",
        "Services libres",
        vue=libres.lister(u, uai, annee),
        matieres=matieres(u),
        choix_matieres=choix_matieres(u, c),
        modalites=modalites(),
        structures=[(code, code) for code in sorted(lecture.types(u, uai, annee))],
        enseignants=[(p.id, p.nom) for p in lecture.personnes(u, uai, annee)[0]],
        noms=personnes.noms(u, uai, annee),
    )


@routeur.post(ANNEE + "/services-libres")
def creer_libre(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    structure: Texte = "",
    matiere: Texte = "",
    modalite: Texte = "CG",
    heures: Texte = "",
) -> Response:
    """Type a service without teacher."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        saisie = ServiceLu(structure, "", matiere, modalite, saisies.heures(heures), False, ())
        libres.creer(u, uai, annee, saisie)
        return f"Le service libre de « {structure} » est créé."

    return agir(request, u, c, "services-libres", action)


@routeur.post(ANNEE + "/services-libres/rattachement")
def rattacher_libre(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    numero: Annotated[int, Form()],
    enseignant: Texte = "",
    heures: Texte = "",
) -> Response:
    """Give a service libre to a teacher."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        tenues = saisies.heures(heures) if heures.strip() else None
        libres.rattacher(u, uai, annee, numero, saisies.personne(enseignant), tenues)
        return "Le service est rattaché. Le prochain import de l'emploi du temps le remplacera."

    return agir(request, u, c, "services-libres", action)


@routeur.post(ANNEE + "/services/liberation")
def liberer(request: Request, u: Ecriture, uai: str, annee: int, numero: Annotated[int, Form()]) -> Response:
    """Take its teachers from a service."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        libres.liberer(u, uai, annee, numero)
        return "Le service est libéré : il est dans « Services libres »."

    return agir(request, u, c, "services/gestion", action)


@routeur.get(ANNEE + "/services/hors-programme", response_class=HTMLResponse)
def hors_programme_page(
    request: Request,
    u: Lecture,
    uai: str,
    annee: int,
    mef: Annotated[str, Query()] = "",
    matiere: Annotated[str, Query()] = "",
    heures: Annotated[str, Query()] = "",
) -> HTMLResponse:
    """Matières declared hors programme, and the services that are; the form filled with what the address says."""
    c = ouvrir(u, uai, annee)
    utilises = {m.code for d in lecture.structure(u, uai, annee).divisions for m in d.mefs}
    return page(
        request,
        u,
        c,
        "hors_programme.html",
        "Services et ARE - Hors programme",
        vue=hors_programme.lister(u, uai, annee),
        matieres=matieres(u),
        choix_matieres=choix_matieres(u, c),
        propose={"mef": mef, "matiere": matiere, "heures": heures},
        mefs=[(code, libelle) for code, libelle in mefs(u) if code in utilises],
    )


@routeur.post(ANNEE + "/services/hors-programme")
def declarer(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    mef: Texte = "",
    matiere: Texte = "",
    heures: Texte = "",
    motif: Texte = "",
) -> Response:
    """Declare a matière."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        hors_programme.declarer(u, uai, annee, DeclarationVue(mef, matiere, saisies.heures(heures), motif))
        return f"La matière {matiere} est déclarée hors programme pour le MEF {mef}."

    return agir(request, u, c, "services/hors-programme", action)


@routeur.post(ANNEE + "/services/hors-programme/modification")
def modifier(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    mef: Texte,
    matiere: Texte,
    heures: Texte = "",
    motif: Texte = "",
) -> Response:
    """Change a declaration."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        hors_programme.modifier(u, uai, annee, DeclarationVue(mef, matiere, saisies.heures(heures), motif))
        return "La déclaration est modifiée."

    return agir(request, u, c, "services/hors-programme", action)


@routeur.post(ANNEE + "/services/hors-programme/suppression")
def supprimer(request: Request, u: Ecriture, uai: str, annee: int, mef: Texte, matiere: Texte) -> Response:
    """Take a declaration away."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        hors_programme.supprimer(u, uai, annee, mef, matiere)
        return "La déclaration est supprimée."

    return agir(request, u, c, "services/hors-programme", action)
