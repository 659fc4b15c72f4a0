"""« Indemnités »: professeurs principaux (STS-51, STS-65) and indemnités pour mission particulière (IMP)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from services.sts_web.models import Division, DivisionMef, IndemniteMission, Mef, ProfPrincipal
from services.sts_web.rules.annees import bornes
from services.sts_web.rules.moyens import MISSIONS, controler_gere_par_epp, controler_mission, lire_periode
from services.sts_web.use_cases import etablissements, personnes
from services.sts_web.use_cases.cles import chercher, possible
from shared import nomenclatures
from shared.contracts.refus import Inconnu, Refus
from shared.persistence.unite import Unite


@dataclass(frozen=True, slots=True)
class ProfPrincipalVue:
    """A professeur principal of a division."""

    agent_id: int
    nom: str
    division: str
    debut: date | None
    fin: date | None


@dataclass(frozen=True, slots=True)
class MissionVue:
    """An IMP of an agent; `montant` in euros for the year."""

    agent_id: int
    nom: str
    mission: str
    libelle: str
    montant: float
    debut: date
    fin: date


@dataclass(frozen=True, slots=True)
class IndemnitesVue:
    """All indemnités of a year."""

    professeurs_principaux: list[ProfPrincipalVue]
    missions: list[MissionVue]


def lister(u: Unite, uai: str, annee: int) -> IndemnitesVue:
    """Professeurs principaux by division, IMP by agent. Raises `Inconnu` (UAI_INCONNU, ANNEE_INCONNUE)."""
    etablissements.ouvrir(u, uai, annee)
    connus = personnes.noms(u, uai, annee)
    rang = {numero: place for place, numero in enumerate(connus)}
    pps = u.session.scalars(
        select(ProfPrincipal)
        .where(ProfPrincipal.uai == uai, ProfPrincipal.annee == annee)
        .order_by(ProfPrincipal.division, ProfPrincipal.agent_id)
    )
    missions = u.session.scalars(
        select(IndemniteMission).where(IndemniteMission.uai == uai, IndemniteMission.annee == annee)
    )
    return IndemnitesVue(
        [ProfPrincipalVue(p.agent_id, personnes.nom(connus, p.agent_id), p.division, p.debut, p.fin) for p in pps],
        [
            MissionVue(
                m.agent_id,
                personnes.nom(connus, m.agent_id),
                m.mission,
                MISSIONS.get(m.mission, m.mission),
                m.montant,
                m.debut,
                m.fin,
            )
            for m in sorted(missions, key=lambda m: (rang.get(m.agent_id, len(rang)), m.agent_id, m.mission))
        ],
    )


def nommer(
    u: Unite, uai: str, annee: int, agent: int, division: str, debut: date | None = None, fin: date | None = None
) -> list[str]:
    """Make an agent professeur principal of a division; give the warnings (a division that has one already).

    Raises `Inconnu` (PERSONNE_INCONNUE, DIVISION_INCONNUE), `Refus` (DATES_INVALIDES, NIVEAU_SANS_INDEMNITE,
    INDEMNITE_EXISTANTE).
    """
    etablissements.ouvrir(u, uai, annee, ecriture=True)
    personne = personnes.ressource(u, uai, annee, agent)
    if chercher(u, Division, (uai, annee, division)) is None:
        raise Inconnu(
            f"La division « {division[:20]} » n'existe pas.",
            code="DIVISION_INCONNUE",
            remede="La liste est sur la page Structure de l'année choisie.",
        )
    _controler_niveau(u, uai, annee, division)
    debut, fin = lire_periode(debut, fin, bornes(annee, u.profil.calendrier))
    deja = list(
        u.session.scalars(
            select(ProfPrincipal.agent_id).where(
                ProfPrincipal.uai == uai, ProfPrincipal.annee == annee, ProfPrincipal.division == division
            )
        )
    )
    if agent in deja:
        raise Refus(
            f"Cet enseignant est déjà professeur principal de « {division} ».",
            code="INDEMNITE_EXISTANTE",
            statut=409,
            remede="Supprimez d'abord cette indemnité si ses dates sont à changer.",
        )
    u.session.add(
        ProfPrincipal(uai=uai, annee=annee, division=division, type=personne.type, agent_id=agent, debut=debut, fin=fin)
    )
    _dire(u, uai, annee, "saisie_indemnite_pp", f"Indemnités : professeur principal de {division}", agent, division)
    return [f"« {division} » avait déjà un professeur principal."] if deja else []


def retirer(u: Unite, uai: str, annee: int, agent: int, division: str) -> None:
    """End the part of professeur principal of an agent. Raises `Inconnu` (INDEMNITE_INCONNUE)."""
    etablissements.ouvrir(u, uai, annee, ecriture=True)
    lignes = list(
        u.session.scalars(
            select(ProfPrincipal).where(
                ProfPrincipal.uai == uai,
                ProfPrincipal.annee == annee,
                ProfPrincipal.division == division,
                ProfPrincipal.agent_id == agent,
            )
        )
        if possible(division) and possible(agent)
        else ()
    )
    if not lignes:
        raise _inconnue(f"L'enseignant n° {agent} n'est pas professeur principal de « {division[:20]} ».")
    for ligne in lignes:
        u.session.delete(ligne)
    libelle = f"Indemnités : fin du professeur principal de {division}"
    _dire(u, uai, annee, "suppression_indemnite_pp", libelle, agent, division)


def confier(
    u: Unite,
    uai: str,
    annee: int,
    agent: int,
    mission: str,
    montant: float,
    debut: date | None = None,
    fin: date | None = None,
) -> None:
    """Give an IMP to an agent.

    Raises `Inconnu` (PERSONNE_INCONNUE, MISSION_INCONNUE), `Refus` (RESSOURCE_LOCALE, MONTANT_INVALIDE,
    DATES_INVALIDES, INDEMNITE_EXISTANTE).
    """
    etablissements.ouvrir(u, uai, annee, ecriture=True)
    controler_gere_par_epp(personnes.ressource(u, uai, annee, agent).type)
    controler_mission(mission, montant)
    debut, fin = lire_periode(debut, fin, bornes(annee, u.profil.calendrier))
    if u.session.get(IndemniteMission, (uai, annee, agent, mission)) is not None:
        raise Refus(
            f"Cet enseignant a déjà l'indemnité « {MISSIONS[mission]} ».",
            code="INDEMNITE_EXISTANTE",
            statut=409,
            remede="Supprimez d'abord cette ligne si son montant est à changer.",
        )
    u.session.add(
        IndemniteMission(uai=uai, annee=annee, agent_id=agent, mission=mission, montant=montant, debut=debut, fin=fin)
    )
    _dire(u, uai, annee, "saisie_indemnite_imp", "Indemnités : mission particulière", agent, mission)


def reprendre_mission(u: Unite, uai: str, annee: int, agent: int, mission: str) -> None:
    """Take an IMP away. Raises `Inconnu` (INDEMNITE_INCONNUE)."""
    etablissements.ouvrir(u, uai, annee, ecriture=True)
    ligne = chercher(u, IndemniteMission, (uai, annee, agent, mission))
    if ligne is None:
        raise _inconnue(f"L'enseignant n° {agent} n'a pas la mission « {mission[:20]} ».")
    u.session.delete(ligne)
    _dire(u, uai, annee, "suppression_indemnite_imp", "Indemnités : fin d'une mission particulière", agent, mission)


def _controler_niveau(u: Unite, uai: str, annee: int, division: str) -> None:
    """A level may be without that indemnité (INDEMNITE_PP_AUTORISEE); a level that nobody knows is let pass."""
    niveaux = set(
        u.session.scalars(
            select(Mef.mefstat4)
            .join(DivisionMef, DivisionMef.mef == Mef.code)
            .where(DivisionMef.uai == uai, DivisionMef.annee == annee, DivisionMef.division == division)
        )
    )
    permis = {m.code: m.indemnite_pp for m in nomenclatures.mefstats4()}
    if niveaux and not any(permis.get(n, True) for n in niveaux):
        raise Refus(
            f"Le niveau de « {division} » n'ouvre pas droit à l'indemnité de professeur principal.",
            code="NIVEAU_SANS_INDEMNITE",
            remede="Vérifiez le MEF de la division (menu Structure).",
        )


def _inconnue(phrase: str) -> Inconnu:
    return Inconnu(
        phrase, code="INDEMNITE_INCONNUE", remede="La liste est sur la page « Indemnités » de l'année affichée."
    )


def _dire(u: Unite, uai: str, annee: int, genre: str, libelle: str, agent: int, code: str) -> None:
    u.session.flush()
    u.journaliser(genre, libelle, uai=uai, annee=annee, nb=1, resume={"agent": agent, "code": code})
