"""« Rattachement ARE » and « Consultation ARE »: hours of an agent other than teaching (STS-04, STS-48, STS-51)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from services.sts_web.models import Are
from services.sts_web.rules.moyens import controler_heures
from services.sts_web.use_cases import etablissements, personnes
from services.sts_web.use_cases.cles import chercher
from shared import nomenclatures
from shared.contracts.refus import Inconnu, Refus
from shared.persistence.unite import Unite


@dataclass(frozen=True, slots=True)
class AreVue:
    """The ARE of an agent: code of TYPES_AHE, its label, hours a week."""

    agent_id: int
    nom: str
    code: str
    libelle: str
    heures: float


def lister(u: Unite, uai: str, annee: int) -> list[AreVue]:
    """The ARE of a year, by name then code. Raises `Inconnu` (UAI_INCONNU, ANNEE_INCONNUE)."""
    etablissements.ouvrir(u, uai, annee)
    connus = personnes.noms(u, uai, annee)
    libelles = {t.code: t.libelle_long for t in nomenclatures.liste("types_ahe")}
    rang = {numero: place for place, numero in enumerate(connus)}
    lues = u.session.scalars(select(Are).where(Are.uai == uai, Are.annee == annee).order_by(Are.agent_id, Are.code))
    return [
        AreVue(a.agent_id, personnes.nom(connus, a.agent_id), a.code, libelles.get(a.code, a.code), a.heures)
        for a in sorted(lues, key=lambda a: (rang.get(a.agent_id, len(rang)), a.agent_id, a.code))
    ]


def rattacher(u: Unite, uai: str, annee: int, agent: int, code: str, heures: float) -> None:
    """Give an ARE to an agent; the next import that replaces services replaces it (STS-48).

    Raises `Inconnu` (PERSONNE_INCONNUE, ARE_INCONNUE), `Refus` (HEURES_INVALIDES, ARE_EXISTANTE).
    """
    etablissements.ouvrir(u, uai, annee, ecriture=True)
    personnes.ressource(u, uai, annee, agent)
    if code not in {t.code for t in nomenclatures.liste("types_ahe")}:
        raise Inconnu(
            f"Le code d'ARE « {code[:20]} » n'existe pas.",
            code="ARE_INCONNUE",
            remede="Choisissez dans la liste des activités à responsabilité.",
        )
    controler_heures(heures)
    if u.session.get(Are, (uai, annee, agent, code)) is not None:
        raise Refus(
            f"Cet enseignant a déjà l'ARE {code}.",
            code="ARE_EXISTANTE",
            statut=409,
            remede="Modifiez ses heures au lieu d'en rattacher une seconde.",
        )
    u.session.add(Are(uai=uai, annee=annee, agent_id=agent, code=code, heures=heures))
    _dire(u, uai, annee, "rattachement_are", "Services et ARE : rattachement d'une ARE", agent, code)


def modifier(u: Unite, uai: str, annee: int, agent: int, code: str, heures: float) -> None:
    """Change the hours of an ARE. Raises `Inconnu` (ARE_INCONNUE), `Refus` (HEURES_INVALIDES)."""
    ligne = _trouver(u, uai, annee, agent, code)
    controler_heures(heures)
    ligne.heures = heures
    _dire(u, uai, annee, "modification_are", "Services et ARE : modification d'une ARE", agent, code)


def supprimer(u: Unite, uai: str, annee: int, agent: int, code: str) -> None:
    """Take an ARE away. Raises `Inconnu` (ARE_INCONNUE)."""
    u.session.delete(_trouver(u, uai, annee, agent, code))
    _dire(u, uai, annee, "suppression_are", "Services et ARE : suppression d'une ARE", agent, code)


def _trouver(u: Unite, uai: str, annee: int, agent: int, code: str) -> Are:
    etablissements.ouvrir(u, uai, annee, ecriture=True)
    ligne = chercher(u, Are, (uai, annee, agent, code))
    if ligne is None:
        raise Inconnu(
            f"L'enseignant n° {agent} n'a pas l'ARE « {code[:20]} ».",
            code="ARE_INCONNUE",
            remede="La liste est sur la page « Rattachement ARE » de l'année affichée.",
        )
    return ligne


def _dire(u: Unite, uai: str, annee: int, genre: str, libelle: str, agent: int, code: str) -> None:
    u.session.flush()
    u.journaliser(genre, libelle, uai=uai, annee=annee, nb=1, resume={"agent": agent, "code": code})
