"""Appointing one agent at a time: a new dossier, a move, a replacement (REC-01 to REC-05).

Each ends in `saisir_agents`, as the web service does: the dossier is typed again as a whole.
"""

from __future__ import annotations

from sqlalchemy import func, select

from services.rectorat import models, use_cases
from services.rectorat.rules import registre
from shared.contracts import echanges as msg
from shared.contracts.refus import Inconnu, Refus
from shared.identifiers.texte import cle_tri
from shared.persistence.unite import Unite

CANDIDATS = 10


def agent(u: Unite, agent_id: int) -> msg.AgentMsg:
    """A dossier. Raises `Inconnu` AGENT_INCONNU."""
    ligne = u.session.get(models.Agent, agent_id)
    if ligne is None:
        raise Inconnu(f"L'agent {agent_id} n'existe pas.", code="AGENT_INCONNU", remede="Cherchez-le dans la liste.")
    return msg.AgentMsg.de_valeurs(ligne.donnees)


def chercher(u: Unite, texte: str) -> msg.AgentMsg:
    """The only agent of that number or name. Raises `Inconnu` AGENT_INCONNU, `Refus` AGENT_AMBIGU."""
    texte = texte.strip()
    if texte.isascii() and texte.isdigit() and len(texte) < 10:
        return agent(u, int(texte))
    requete = (
        select(models.Agent)
        .where(models.Agent.cle_tri.contains(cle_tri(texte), autoescape=True))
        .order_by(models.Agent.cle_tri, models.Agent.id)
        .limit(CANDIDATS + 1)
    )
    trouves = u.session.scalars(requete).all() if cle_tri(texte) else []
    if not trouves:
        raise Inconnu(
            "Aucun agent ne porte ce nom.", code="AGENT_INCONNU", remede="Donnez son numéro, ou le début de son nom."
        )
    if len(trouves) > 1:
        raise Refus(
            "Plusieurs agents répondent à ce nom.",
            code="AGENT_AMBIGU",
            remede="Donnez le numéro de l'agent, que la liste des agents affiche.",
            details={"agents": [a.id for a in trouves[:CANDIDATS]]},
        )
    return msg.AgentMsg.de_valeurs(trouves[0].donnees)


def creer_dossier(u: Unite, dossier: msg.AgentMsg) -> int:
    """Type a new dossier, without appointment; its number is allotted (the `id` given is not kept)."""
    dernier = u.session.scalar(select(func.max(models.Agent.id)))
    numero = max(registre.PREMIER_AGENT, (dernier or 0) + 1)
    use_cases.saisir_agents(u, [dossier.avec(id=numero, affectations=())])
    return numero


def nommer(u: Unite, agent_id: int, nouvelle: msg.AffectationAgentMsg, remplace: int | None = None) -> None:
    """Add an appointment, or put it in the place of appointment number `remplace` (the agent moves).

    Raises `Inconnu` AGENT_INCONNU, AFFECTATION_INCONNUE, UAI_INCONNU, `Refus` DATES_INVERSEES, SUPPLEANCE_INCOMPLETE,
    SUPPLEE_ABSENT.
    """
    dossier = agent(u, agent_id)
    use_cases.etablissement(u, nouvelle.uai)
    _verifier(u, agent_id, nouvelle)
    affectations = list(dossier.affectations)
    if remplace is None:
        affectations.append(nouvelle)
    else:
        affectation(dossier, remplace)
        affectations[remplace] = nouvelle
    use_cases.saisir_agents(u, [dossier.avec(affectations=tuple(affectations))])


def affectation(dossier: msg.AgentMsg, rang: int) -> msg.AffectationAgentMsg:
    """Appointment number `rang` of a dossier, from 0. Raises `Inconnu` AFFECTATION_INCONNUE."""
    if not 0 <= rang < len(dossier.affectations):
        raise Inconnu(
            "Cette affectation n'existe pas.", code="AFFECTATION_INCONNUE", remede="Rouvrez le dossier de l'agent."
        )
    return dossier.affectations[rang]


def cesser(u: Unite, agent_id: int, rang: int) -> None:
    """Take an appointment away: the agent leaves the school the next evening. Raises as `nommer`."""
    dossier = agent(u, agent_id)
    affectation(dossier, rang)
    restantes = tuple(a for n, a in enumerate(dossier.affectations) if n != rang)
    use_cases.saisir_agents(u, [dossier.avec(affectations=restantes)])


def _verifier(u: Unite, agent_id: int, nouvelle: msg.AffectationAgentMsg) -> None:
    if nouvelle.debut and nouvelle.fin and nouvelle.fin < nouvelle.debut:
        raise Refus(
            "L'affectation finit avant d'avoir commencé.",
            code="DATES_INVERSEES",
            remede="Vérifiez les dates de début et de fin.",
        )
    if nouvelle.nature != "SUP":
        return
    if nouvelle.supplee_id is None or nouvelle.debut is None or nouvelle.fin is None:
        raise Refus(
            "Une suppléance demande un agent suppléé, un début et une fin.",
            code="SUPPLEANCE_INCOMPLETE",
            regle="REC-04",
            remede="Complétez ces trois champs, ou choisissez la nature REP.",
        )
    supplee = agent(u, nouvelle.supplee_id)
    if supplee.id == agent_id or nouvelle.uai not in {a.uai for a in supplee.affectations}:
        raise Refus(
            f"L'agent {supplee.id} ne peut pas être suppléé dans l'établissement {nouvelle.uai}.",
            code="SUPPLEE_ABSENT",
            regle="REC-04",
            remede="Choisissez un autre agent, affecté dans cet établissement.",
        )
