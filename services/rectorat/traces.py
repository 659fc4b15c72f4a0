"""What the rectorat knows of someone: his dossier administratif, her INE request."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from services.rectorat import models
from shared.contracts.traces import Blocage, Etape, Trace
from shared.horloge.nuits import horaire
from shared.identifiers.texte import cle_tri
from shared.persistence.unite import Unite

FONCTIONS_ENSEIGNANTES = {"ENS", "DOC"}


def tracer(u: Unite, q: str, cles: Mapping[str, str]) -> list[Trace]:
    """Agents by name or `agent_id`; pupils whose INE was asked for by `eleve_id`."""
    return [*_agents(u, q, cles), *_demandes(u, cles)]


def _agents(u: Unite, q: str, cles: Mapping[str, str]) -> list[Trace]:
    requete = select(models.Agent).order_by(models.Agent.id).limit(20)
    if q:
        requete = requete.where(models.Agent.cle_tri.contains(cle_tri(q), autoescape=True))
    elif cles.get("agent_id", "").isdigit():
        requete = requete.where(models.Agent.id == int(cles["agent_id"]))
    else:
        return []
    traces = []
    for agent in u.session.scalars(requete):
        donnees = agent.donnees
        fonctions = {a["fonction"] for a in donnees["affectations"]}
        trace = Trace(
            service="rectorat",
            objet="enseignant" if fonctions & FONCTIONS_ENSEIGNANTES else "agent",
            libelle=f"{donnees['nom_usage']} {donnees['prenom']}",
            cles={"agent_id": str(agent.id)},
            details={
                "source": "EPP" if agent.source == "epp" else "GI/GC",
                "affectations": ", ".join(f"{a['uai']} ({a['nature']})" for a in donnees["affectations"]) or "aucune",
            },
            etapes=[Etape(instant=agent.saisi_le, libelle="Dossier administratif saisi")],
            lien=f"/agents/{agent.id}",
        )
        if not donnees["affectations"]:
            trace.etat = "bloque"
            trace.blocages.append(
                Blocage(
                    code="AGENT_SANS_AFFECTATION",
                    raison="Le dossier administratif n'a pas d'affectation : l'agent n'est dans aucun établissement.",
                    regle="REC-01",
                    remede="Saisir l'affectation dans EPP (ou GI/GC).",
                    menu="Rectorat > Agents",
                    interlocuteur="La gestion académique (DPE)",
                )
            )
        traces.append(trace)
    return traces


def _demandes(u: Unite, cles: Mapping[str, str]) -> list[Trace]:
    if "eleve_id" not in cles:
        return []
    requete = select(models.DemandeIne).where(models.DemandeIne.cle == cles["eleve_id"]).order_by(models.DemandeIne.uai)
    traces = []
    for demande in u.session.scalars(requete):
        trace = Trace(
            service="rectorat",
            objet="eleve",
            libelle="Demande d'INE",
            cles={"eleve_id": demande.cle, "uai": demande.uai},
            etapes=[Etape(instant=demande.recue_le, libelle="Demande d'INE reçue de SIECLE")],
            lien="/ine",
        )
        if demande.etat == "attribuee":
            if demande.diffusee_le:
                trace.etapes.append(Etape(instant=demande.diffusee_le, libelle="INE transmis à SIECLE"))
        elif demande.etat == "recue":
            trace.etat = "attente"
            trace.echeance = horaire(u.profil).prochain("rectorat_diffusion", u.maintenant, u.horloge.fuseau)
        else:
            trace.etat = "bloque"
            trace.blocages.append(
                Blocage(
                    code="INE_A_VERIFIER",
                    raison=f"L'INE n'est pas encore attribué. {demande.motif}",
                    regle="REC-16",
                    remede="Ouvrir un dossier d'assistance concernant SIECLE-BEE ; le rectorat vérifie l'identité.",
                    menu="Rectorat > INE",
                    interlocuteur="Le rectorat (registre des INE)",
                )
            )
        traces.append(trace)
    return traces
