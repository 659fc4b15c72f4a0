"""The académie, its schools, agents, AFFELNET results, bascules, INE requests."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Body
from pydantic import BaseModel
from sqlalchemy import select

from services.rectorat import models, use_cases
from shared.contracts import echanges as msg
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()


class AcademieDemande(BaseModel):
    code: str
    nom: str


class Publication(BaseModel):
    uai: str


class BasculeDemande(BaseModel):
    uai: str
    millesime: int


@routeur.post("/academie", status_code=201)
def declarer_academie(u: Ecriture, corps: AcademieDemande) -> dict[str, str]:
    """Name the académie."""
    use_cases.declarer_academie(u, corps.code, corps.nom)
    return {"code": corps.code, "nom": corps.nom}


@routeur.get("/etablissements")
def lister_etablissements(u: Lecture) -> list[msg.EtablissementMsg]:
    """Every school."""
    lignes = u.session.scalars(select(models.Etablissement.donnees).order_by(models.Etablissement.uai))
    return [msg.EtablissementMsg.de_valeurs(d) for d in lignes]


@routeur.post("/etablissements", status_code=201)
def declarer_etablissements(u: Ecriture, corps: Annotated[list[msg.EtablissementMsg], Body()]) -> dict[str, int]:
    """Register schools."""
    return {"nb": use_cases.declarer_etablissements(u, corps)}


@routeur.post("/agents", status_code=201)
def saisir_agents(u: Ecriture, corps: Annotated[list[msg.AgentMsg], Body()]) -> dict[str, int]:
    """Dossiers administratifs (EPP) and GI/GC dossiers, new or changed."""
    return {"nb": use_cases.saisir_agents(u, corps)}


@routeur.delete("/agents/{agent_id}", status_code=204)
def retirer_agent(u: Ecriture, agent_id: int) -> None:
    """Remove a dossier."""
    use_cases.retirer_agent(u, agent_id)


@routeur.get("/etablissements/{uai}/agents")
def lister_agents(u: Lecture, uai: str) -> list[msg.AgentMsg]:
    """The agents of a school."""
    use_cases.etablissement(u, uai)
    return use_cases.agents_de(u, uai)


@routeur.post("/affectations", status_code=201)
def saisir_affectations(u: Ecriture, corps: Annotated[msg.Affectations, Body()]) -> dict[str, int]:
    """AFFELNET results of a school, not published yet."""
    return {"nb": use_cases.saisir_affectations(u, corps)}


@routeur.post("/affectations/publication")
def publier_affectations(u: Ecriture, corps: Publication) -> dict[str, int]:
    """Publish them: they wait in BEE at once."""
    return {"nb": use_cases.publier_affectations(u, corps.uai)}


@routeur.post("/bascules-bee", status_code=201)
def basculer_bee(u: Ecriture, corps: BasculeDemande) -> dict[str, Any]:
    """Open a school's base of the next millésime in SIECLE BEE."""
    use_cases.basculer_bee(u, corps.uai, corps.millesime)
    return {"uai": corps.uai, "millesime": corps.millesime}


@routeur.get("/demandes-ine")
def lister_demandes(u: Lecture, etat: str | None = None) -> list[dict[str, Any]]:
    """Identities that wait for an INE, or got one."""
    table = models.DemandeIne
    requete = select(table).order_by(table.uai, table.millesime, table.cle)
    if etat:
        requete = requete.where(table.etat == etat)
    return [
        {
            "uai": d.uai,
            "millesime": d.millesime,
            "cle": d.cle,
            "etat": d.etat,
            "motif": d.motif,
            "recue_le": d.recue_le,
            "ine": d.ine,
        }
        for d in u.session.scalars(requete)
    ]


@routeur.post("/demandes-ine/{uai}/{millesime}/{cle}/validation")
def valider_identite(u: Ecriture, uai: str, millesime: int, cle: str) -> dict[str, str]:
    """An identity was checked: its INE goes out at 19:00."""
    use_cases.valider_identite(u, uai, millesime, cle)
    return {"etat": "recue"}
