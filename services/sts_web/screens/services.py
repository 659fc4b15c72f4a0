"""« Services et ARE »: rattachement, list, équipe pédagogique, état des services."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Query, Request
from sqlalchemy import select
from starlette.responses import HTMLResponse, Response

from services.sts_web.models import Matiere
from services.sts_web.rules.importation import Enseignant, ServiceLu
from services.sts_web.screens.annees import ANNEE
from services.sts_web.screens.cadre import agir, noms, ouvrir, page
from services.sts_web.use_cases import lecture, services
from services.sts_web.use_cases.etablissements import Contexte
from services.sts_web.use_cases.lecture import ServiceVue
from shared import nomenclatures
from shared.contracts.refus import Inconnu
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite

routeur = Routeur()


def matieres(u: Unite) -> dict[str, str]:
    """Code → « ALL1 Allemand LV1 », as users know matières."""
    lues = u.session.execute(
        select(Matiere.code, Matiere.code_gestion, Matiere.libelle_edition, Matiere.libelle_long).order_by(
            Matiere.code_gestion, Matiere.code
        )
    )
    return {code: f"{gestion} {edition or long}".strip() for code, gestion, edition, long in lues}


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
        noms=noms(u, uai, annee),
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
    titulaires = [e for e in choisi.enseignants if e.supplee_id is None] if choisi else []
    return page(
        request,
        u,
        c,
        "rattachement.html",
        titre,
        structures=[(code, code) for code in sorted(lecture.structure(u, uai, annee).types)],
        matieres=list(matieres(u).items()),
        modalites=[(m.code, f"{m.code} {m.libelle_long}") for m in nomenclatures.modalites_cours()],
        enseignants=[(p.id, p.nom) for p in lecture.personnes(u, uai, annee)[0]],
        choisi=choisi,
        titulaire=titulaires[0].id if titulaires else None,
    )


@routeur.post(ANNEE + "/services/modification")
def modifier(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    numero: Annotated[int, Form()],
    structure: Annotated[str, Form()],
    matiere: Annotated[str, Form()],
    enseignant: Annotated[int, Form()],
    modalite: Annotated[str, Form()] = "CG",
    heures: Annotated[float, Form(ge=0, le=99)] = 0.0,
) -> Response:
    """Change a service. The other teachers of a co-enseignement keep their hours."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        avant = next((s for s in lecture.services(u, uai, annee) if s.numero == numero), None)
        titulaires = [e for e in avant.enseignants if e.supplee_id is None] if avant else []
        types = {p.id: p.type for p in lecture.personnes(u, uai, annee)[0]}
        porteur = Enseignant(enseignant, types.get(enseignant, "epp"), heures)
        autres = [Enseignant(e.id, e.type, e.heures, e.ponderation) for e in titulaires[1:] if e.id != enseignant]
        co_ens = avant.co_ens if avant else False
        saisie = ServiceLu(structure, "", matiere, modalite, heures, co_ens, (porteur, *autres))
        services.modifier_service(u, uai, annee, numero, saisie)
        return f"Le service de « {structure} » est modifié. Le prochain import de l'emploi du temps le remplacera."

    return agir(request, u, c, "services/gestion", action)


@routeur.post(ANNEE + "/services/rattachement")
def rattacher(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    structure: Annotated[str, Form()],
    matiere: Annotated[str, Form()],
    enseignant: Annotated[int, Form()],
    modalite: Annotated[str, Form()] = "CG",
    heures: Annotated[float, Form(ge=0, le=99)] = 0.0,
) -> Response:
    """Create the service."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        types = {p.id: p.type for p in lecture.personnes(u, uai, annee)[0]}
        porteur = Enseignant(enseignant, types.get(enseignant, "epp"), heures)
        saisie = ServiceLu(structure, "", matiere, modalite, heures, False, (porteur,))
        services.creer_services(u, uai, annee, [saisie])
        return f"Le service est rattaché à « {structure} ». Le prochain import de l'emploi du temps le remplacera."

    return agir(request, u, c, "services/rattachement", action)


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
        noms=noms(u, uai, annee),
    )


@routeur.get(ANNEE + "/services/etat-des-services", response_class=HTMLResponse)
def etat(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """Hours due and hours held of each teacher."""
    c = ouvrir(u, uai, annee)
    tenues: dict[int, list[tuple[str, str, float]]] = {}
    for s in lecture.services(u, uai, annee):
        for e in s.enseignants:
            tenues.setdefault(e.id, []).append((s.structure, s.matiere, e.heures))
    lignes = [
        (
            p,
            sum(n.heures for n in p.nominations if n.discipline),
            sum(h for _, _, h in tenues.get(p.id, [])),
            tenues.get(p.id, []),
        )
        for p in lecture.personnes(u, uai, annee)[0]
    ]
    return page(
        request,
        u,
        c,
        "etat.html",
        "Services et ARE - Etat des services",
        lignes=lignes,
        matieres=matieres(u),
    )
