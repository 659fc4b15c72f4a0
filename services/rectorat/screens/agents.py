"""Agents of EPP and GI/GC: looking for one, his dossier, appointing, moving, replacing."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Form, Request
from sqlalchemy import func, select
from starlette.responses import Response

from services.rectorat import models, use_cases
from services.rectorat.screens.cadre import choix_etablissements, page, prochaine_diffusion
from services.rectorat.use_cases import nominations
from shared import nomenclatures
from shared.contracts import echanges as msg
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.identifiers.texte import cle_tri
from shared.persistence.unite import Unite
from shared.screens.composants import Pagination
from shared.screens.pages import rediriger

routeur = Routeur()

Source = Literal["epp", "gigc"]
Nature = Literal["AFA", "REP", "SUP"]
SOURCES = (("epp", "EPP"), ("gigc", "GI/GC"))
NATURES = (
    ("AFA", "AFA, affectation à l'année"),
    ("REP", "REP, remplaçant : arrive dans Ressources de STS-Web"),
    ("SUP", "SUP, suppléant : arrive dans Services suppléants de STS-Web"),
)


@routeur.get("/agents")
def lister(
    request: Request, u: Lecture, q: str | None = None, uai: str | None = None, source: str | None = None
) -> Response:
    """Dossiers, by name, school, application."""
    table = models.Agent
    requete = select(table)
    if q and q.strip().isdigit() and len(q.strip()) < 10:
        requete = requete.where(table.id == int(q))
    elif q:
        requete = requete.where(table.cle_tri.contains(cle_tri(q), autoescape=True))
    if uai:
        requete = requete.where(table.id.in_(select(models.Affectation.agent_id).where(models.Affectation.uai == uai)))
    if source:
        requete = requete.where(table.source == source)
    total = u.session.scalar(select(func.count()).select_from(requete.subquery())) or 0
    pages = Pagination.depuis(request.query_params, total)
    lignes = u.session.scalars(requete.order_by(table.cle_tri, table.id).offset(pages.debut).limit(pages.taille))
    return page(
        request,
        u,
        "agents.html",
        "Agents",
        agents=[msg.AgentMsg.de_valeurs(a.donnees) for a in lignes],
        pages=pages,
        q=q,
        uai=uai,
        source=source,
        sources=SOURCES,
        noms_sources=dict(SOURCES),
        etablissements=choix_etablissements(u),
    )


@routeur.get("/agents/nouveau")
def nouveau(request: Request, u: Lecture) -> Response:
    """The form of a new dossier."""
    return page(request, u, "agent_nouveau.html", "Nouveau dossier", sources=SOURCES, grades=_grades())


@routeur.post("/agents")
def creer(
    request: Request,
    u: Ecriture,
    nom_usage: Annotated[str, Form()],
    prenom: Annotated[str, Form()],
    date_naissance: Annotated[date, Form()],
    source: Annotated[Source, Form()] = "epp",
    sexe: Annotated[Literal["1", "2"], Form()] = "1",
    nom_patronymique: Annotated[str, Form()] = "",
    grade: Annotated[str, Form()] = "",
    mel: Annotated[str, Form()] = "",
) -> Response:
    """Type a new dossier."""
    nom = nom_usage.strip().upper()
    dossier = msg.AgentMsg(
        id=0,
        source=source,
        sexe=sexe,
        civilite=sexe,
        nom_usage=nom,
        nom_patronymique=nom_patronymique.strip().upper() or nom,
        prenom=prenom.strip(),
        date_naissance=date_naissance,
        grade=grade,
        mel=mel.strip(),
    )
    numero = nominations.creer_dossier(u, dossier)
    return rediriger(request, f"/agents/{numero}", "Dossier enregistré : il reste à affecter l'agent.")


@routeur.get("/agents/{agent_id}")
def lire(request: Request, u: Lecture, agent_id: int, remplace: int | None = None) -> Response:
    """A dossier, and the forms to appoint, move (`remplace`: the appointment left), replace."""
    agent = nominations.agent(u, agent_id)
    quittee = agent.affectations[remplace] if remplace is not None and remplace < len(agent.affectations) else None
    return page(
        request,
        u,
        "agent.html",
        f"{agent.nom_usage} {agent.prenom}",
        agent=agent,
        noms_sources=dict(SOURCES),
        remplacants=_remplacants(u, agent),
        quittee=quittee,
        remplace=remplace if quittee else None,
        etablissements=choix_etablissements(u),
        natures=NATURES,
        fonctions=[(f.code, f"{f.code} {f.libelle_long}") for f in nomenclatures.fonctions()],
        disciplines=[(d.code, f"{d.code} {d.libelle_court}") for d in nomenclatures.disciplines()],
        diffusion=prochaine_diffusion(u),
    )


def _remplacants(u: Unite, agent: msg.AgentMsg) -> list[tuple[msg.AgentMsg, msg.AffectationAgentMsg]]:
    """Who stands in for him, in the schools where he is appointed."""
    uais = sorted({a.uai for a in agent.affectations})
    ids = select(models.Affectation.agent_id).where(
        models.Affectation.uai.in_(uais), models.Affectation.nature.in_(("REP", "SUP"))
    )
    voisins = u.session.scalars(select(models.Agent).where(models.Agent.id.in_(ids)).order_by(models.Agent.id))
    lus = (msg.AgentMsg.de_valeurs(v.donnees) for v in voisins)
    return [(v, a) for v in lus for a in v.affectations if a.supplee_id == agent.id]


@routeur.post("/agents/{agent_id}/affectations")
def nommer(
    request: Request,
    u: Ecriture,
    agent_id: int,
    uai: Annotated[str, Form()],
    nature: Annotated[Nature, Form()] = "AFA",
    fonction: Annotated[str, Form()] = "ENS",
    discipline: Annotated[str, Form()] = "",
    support: Annotated[str, Form()] = "",
    heures: Annotated[float, Form(ge=0, le=40)] = 18.0,
    quotite: Annotated[int, Form(ge=1, le=100)] = 100,
    debut: Annotated[date | None, Form()] = None,
    fin: Annotated[date | None, Form()] = None,
    supplee: Annotated[str, Form()] = "",
    remplace: Annotated[int | None, Form()] = None,
) -> Response:
    """Appoint the agent, or move him."""
    affectation = msg.AffectationAgentMsg(
        uai=uai,
        nature=nature,
        fonction=fonction,
        support=support.strip(),
        discipline=discipline,
        discipline_libelle=nomenclatures.discipline(discipline).libelle_court if discipline else "",
        heures=heures,
        quotite=quotite,
        debut=debut,
        fin=fin,
        supplee_id=nominations.chercher(u, supplee).id if supplee.strip() else None,
    )
    nominations.nommer(u, agent_id, affectation, remplace)
    message = "Agent affecté" if remplace is None else "Affectation modifiée"
    return rediriger(request, f"/agents/{agent_id}", f"{message} : STS-Web le saura à la prochaine diffusion.")


@routeur.post("/agents/{agent_id}/remplacement")
def remplacer(
    request: Request,
    u: Ecriture,
    agent_id: int,
    rang: Annotated[int, Form()],
    remplacant: Annotated[str, Form()],
    nature: Annotated[Literal["REP", "SUP"], Form()],
    debut: Annotated[date | None, Form()] = None,
    fin: Annotated[date | None, Form()] = None,
    heures: Annotated[float | None, Form(ge=0, le=40)] = None,
) -> Response:
    """Give the absent agent a remplaçant or a suppléant, on the same place."""
    absent = nominations.agent(u, agent_id)
    place = nominations.affectation(absent, rang)
    autre = nominations.chercher(u, remplacant)
    suite: dict[str, Any] = {"nature": nature, "debut": debut, "fin": fin, "supplee_id": absent.id}
    if heures is not None:
        suite["heures"] = heures
    nominations.nommer(u, autre.id, place.avec(**suite))
    return rediriger(request, f"/agents/{agent_id}", f"Remplacement enregistré : {autre.nom_usage} {autre.prenom}.")


@routeur.post("/agents/{agent_id}/affectations/{rang}/suppression")
def cesser(request: Request, u: Ecriture, agent_id: int, rang: int) -> Response:
    """Take an appointment away."""
    nominations.cesser(u, agent_id, rang)
    return rediriger(request, f"/agents/{agent_id}", "Affectation supprimée.")


@routeur.post("/agents/{agent_id}/suppression")
def retirer(request: Request, u: Ecriture, agent_id: int) -> Response:
    """Remove the dossier."""
    use_cases.retirer_agent(u, agent_id)
    return rediriger(request, "/agents", "Dossier administratif retiré.")


def _grades() -> list[tuple[str, str]]:
    return [(g.code, f"{g.code} ({g.libelle_long})") for g in nomenclatures.grades()]
