"""« Services et ARE »: rattachement, gestion, list, équipe pédagogique."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Query, Request
from starlette.responses import HTMLResponse, Response

from services.sts_web.rules.importation import Enseignant, ServiceLu
from services.sts_web.screens import saisies
from services.sts_web.screens.annees import ANNEE
from services.sts_web.screens.cadre import agir, choix_matieres, matieres, modalites, ouvrir, page
from services.sts_web.use_cases import hors_programme, lecture, personnes, services
from services.sts_web.use_cases.etablissements import Contexte
from services.sts_web.use_cases.lecture import ServiceVue
from shared.contracts.refus import Inconnu
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite

routeur = Routeur()
Texte = Annotated[str, Form()]


@routeur.get(ANNEE + "/services/services", response_class=HTMLResponse)
def liste(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """Every service of the year (STS-29)."""
    return _liste(request, u, uai, annee, "Services et ARE - Services", modifiable=False)


@routeur.get(ANNEE + "/services/gestion", response_class=HTMLResponse)
def gestion(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """The same list, where a service can be deleted."""
    return _liste(request, u, uai, annee, "Services et ARE - Gestion", modifiable=True)


def _liste(request: Request, u: Unite, uai: str, annee: int, titre: str, *, modifiable: bool) -> HTMLResponse:
    c = ouvrir(u, uai, annee)
    return page(
        request,
        u,
        c,
        "services.html",
        titre,
        services=lecture.services(u, uai, annee),
        matieres=matieres(u),
        noms=personnes.noms(u, uai, annee),
        modifiable=modifiable,
    )


@routeur.post(ANNEE + "/services/suppression")
def supprimer(request: Request, u: Ecriture, uai: str, annee: int, numero: Annotated[int, Form()]) -> Response:
    """Delete a service."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        services.supprimer_service(u, uai, annee, numero)
        return "Le service est supprimé."

    return agir(request, u, c, "services/gestion", action)


@routeur.get(ANNEE + "/services/rattachement", response_class=HTMLResponse)
def rattachement(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """Attach a teacher to a structure for a matière."""
    c = ouvrir(u, uai, annee)
    return _saisie(request, u, c, "Services et ARE - Rattachement", None)


@routeur.get(ANNEE + "/services/modification", response_class=HTMLResponse)
def modification(request: Request, u: Lecture, uai: str, annee: int, numero: Annotated[int, Query()]) -> HTMLResponse:
    """The form of one service (STS-29)."""
    c = ouvrir(u, uai, annee)
    choisi = next((s for s in lecture.services(u, uai, annee) if s.numero == numero), None)
    if choisi is None:
        raise Inconnu(
            f"Le service n° {numero} n'existe pas.", code="SERVICE_INCONNU", remede="Revenez à la liste des services."
        )
    return _saisie(request, u, c, "Services et ARE - Gestion - Modification", choisi)


def _saisie(request: Request, u: Unite, c: Contexte, titre: str, choisi: ServiceVue | None) -> HTMLResponse:
    """The form of a service, empty or filled with `choisi`."""
    uai, annee = c.uai, c.annee.annee
    titulaires = [(e.id, f"{e.heures:.2f}") for e in choisi.enseignants if e.supplee_id is None] if choisi else []
    return page(
        request,
        u,
        c,
        "rattachement.html",
        titre,
        structures=[(code, code) for code in sorted(lecture.structure(u, uai, annee).types)],
        choix_matieres=choix_matieres(u, c),
        modalites=modalites(),
        enseignants=[(p.id, p.nom) for p in lecture.personnes(u, uai, annee)[0]],
        choisi=choisi,
        rangs=[*titulaires, *[(None, "")] * max(1, 2 - len(titulaires))],
    )


@routeur.post(ANNEE + "/services/modification")
def modifier(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    numero: Annotated[int, Form()],
    structure: Texte = "",
    matiere: Texte = "",
    modalite: Texte = "CG",
    heures: Texte = "",
    co_ens: Texte = "",
    enseignant: Annotated[list[str] | None, Form()] = None,
    heures_prof: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Change a service and its teachers."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        saisie = _saisi(u, c, structure, matiere, modalite, heures, co_ens, enseignant, heures_prof)
        services.modifier_service(u, uai, annee, numero, saisie)
        return _fait(u, c, saisie, f"Le service de « {structure} » est modifié.")

    return agir(request, u, c, "services/gestion", action)


@routeur.post(ANNEE + "/services/rattachement")
def rattacher(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    structure: Texte = "",
    matiere: Texte = "",
    modalite: Texte = "CG",
    heures: Texte = "",
    co_ens: Texte = "",
    enseignant: Annotated[list[str] | None, Form()] = None,
    heures_prof: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Create the service, with its teacher or teachers."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        saisie = _saisi(u, c, structure, matiere, modalite, heures, co_ens, enseignant, heures_prof)
        if not saisie.enseignants:
            saisies.personne("")
        services.creer_services(u, uai, annee, [saisie])
        return _fait(u, c, saisie, f"Le service est rattaché à « {structure} ».")

    return agir(request, u, c, "services/rattachement", action)


def _saisi(
    u: Unite,
    c: Contexte,
    structure: str,
    matiere: str,
    modalite: str,
    heures: str,
    co_ens: str,
    enseignants: list[str] | None,
    parts: list[str] | None,
) -> ServiceLu:
    """The service as the form says it; a teacher whose hours are not said has all of them."""
    nombre = saisies.heures(heures or "0", zero=True)
    types = {p.id: p.type for p in lecture.personnes(u, c.uai, c.annee.annee)[0]}
    porteurs: dict[int, Enseignant] = {}
    for rang, texte in enumerate(enseignants or []):
        if texte.strip():
            numero, part = saisies.personne(texte), (parts or [])[rang : rang + 1]
            siennes = saisies.heures(part[0], zero=True) if part and part[0].strip() else nombre
            porteurs.setdefault(numero, Enseignant(numero, types.get(numero, "epp"), siennes))
    return ServiceLu(structure, "", matiere, modalite, nombre, bool(co_ens), tuple(porteurs.values()))


def _fait(u: Unite, c: Contexte, saisie: ServiceLu, phrase: str) -> str:
    """What was done, and what the user should know of it."""
    suite = "Le prochain import de l'emploi du temps le remplacera."
    hors = {(s.structure, s.matiere) for s in hors_programme.lister(u, c.uai, c.annee.annee).services if not s.declare}
    if (saisie.structure, saisie.matiere) in hors:
        suite += " Sa matière n'est pas au programme : déclarez-la dans « Hors programme »."
    return f"{phrase} {suite}"


@routeur.get(ANNEE + "/services/equipe-pedagogique", response_class=HTMLResponse)
def equipe(request: Request, u: Lecture, uai: str, annee: int, structure: Annotated[str, Query()] = "") -> HTMLResponse:
    """Who teaches a division or a group."""
    c = ouvrir(u, uai, annee)
    codes = sorted(lecture.types(u, uai, annee))
    choisie = structure if structure in codes else (codes[0] if codes else "")
    groupes = {g.code for g in lecture.structure(u, uai, annee).groupes if any(d.code == choisie for d in g.divisions)}
    return page(
        request,
        u,
        c,
        "equipe.html",
        "Services et ARE - Equipe pédagogique",
        structures=[(code, code) for code in codes],
        choisie=choisie,
        services=[s for s in lecture.services(u, uai, annee) if s.structure in {choisie, *groupes}],
        matieres=matieres(u),
        noms=personnes.noms(u, uai, annee),
    )
