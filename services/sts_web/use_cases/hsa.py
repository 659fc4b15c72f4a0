"""« HSA »: the heures supplémentaires année that the school gives to each agent, by discipline (STS-03).

Nothing in the chain to the ENT depends on it; it counts in the état des services and the validation of the V.S.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from msgspec import Struct
from sqlalchemy import select

from services.sts_web.models import Hsa
from services.sts_web.rules.annees import bornes
from services.sts_web.rules.moyens import controler_gere_par_epp, controler_heures, lire_periode
from services.sts_web.use_cases import etablissements, personnes
from services.sts_web.use_cases.cles import chercher
from shared.contracts.refus import Inconnu, Refus
from shared.persistence.unite import Unite


@dataclass(frozen=True, slots=True)
class HsaVue:
    """HSA of an agent in a discipline, hours a week, between two dates."""

    agent_id: int
    nom: str
    discipline: str
    heures: float
    debut: date
    fin: date


class HsaSaisie(Struct, frozen=True):
    """HSA as typed; without dates, the whole year."""

    agent: int
    discipline: str
    heures: float
    debut: date | None = None
    fin: date | None = None


def lister(u: Unite, uai: str, annee: int) -> list[HsaVue]:
    """The HSA of a year, by agent and discipline. Raises `Inconnu` (UAI_INCONNU, ANNEE_INCONNUE)."""
    etablissements.ouvrir(u, uai, annee)
    connus = personnes.noms(u, uai, annee)
    rang = {numero: place for place, numero in enumerate(connus)}
    lues = u.session.scalars(select(Hsa).where(Hsa.uai == uai, Hsa.annee == annee))
    return [
        HsaVue(h.agent_id, personnes.nom(connus, h.agent_id), h.discipline, h.heures, h.debut, h.fin)
        for h in sorted(lues, key=lambda h: (rang.get(h.agent_id, len(rang)), h.agent_id, h.discipline))
    ]


def saisir(u: Unite, uai: str, annee: int, saisie: HsaSaisie) -> None:
    """Give HSA to an agent in one of his disciplines.

    Raises `Inconnu` (PERSONNE_INCONNUE, DISCIPLINE_INCONNUE), `Refus` (RESSOURCE_LOCALE, HEURES_INVALIDES,
    DATES_INVALIDES, HSA_EXISTANTES).
    """
    etablissements.ouvrir(u, uai, annee, ecriture=True)
    personne = personnes.ressource(u, uai, annee, saisie.agent)
    controler_gere_par_epp(personne.type)
    siennes = sorted({n.discipline for n in personne.nominations if n.discipline})
    if saisie.discipline not in siennes:
        raise Inconnu(
            f"La discipline « {saisie.discipline[:20]} » n'est pas celle de cet enseignant.",
            code="DISCIPLINE_INCONNUE",
            remede=f"Choisissez parmi : {', '.join(siennes) or 'aucune, son dossier dans EPP n’en donne pas'}.",
        )
    controler_heures(saisie.heures)
    debut, fin = lire_periode(saisie.debut, saisie.fin, bornes(annee, u.profil.calendrier))
    if u.session.get(Hsa, (uai, annee, saisie.agent, saisie.discipline)) is not None:
        raise Refus(
            f"Cet enseignant a déjà des HSA en {saisie.discipline}.",
            code="HSA_EXISTANTES",
            statut=409,
            remede="Modifiez cette ligne au lieu d'en saisir une seconde.",
        )
    u.session.add(
        Hsa(
            uai=uai,
            annee=annee,
            agent_id=saisie.agent,
            discipline=saisie.discipline,
            heures=saisie.heures,
            debut=debut,
            fin=fin,
        )
    )
    _dire(u, uai, annee, "saisie_hsa", "HSA : saisie", saisie.agent, saisie.discipline)


def modifier(u: Unite, uai: str, annee: int, saisie: HsaSaisie) -> None:
    """Change hours and dates. Raises `Inconnu` (HSA_INCONNUES), `Refus` (HEURES_INVALIDES, DATES_INVALIDES)."""
    ligne = _trouver(u, uai, annee, saisie.agent, saisie.discipline)
    controler_heures(saisie.heures)
    periode = lire_periode(saisie.debut or ligne.debut, saisie.fin or ligne.fin, bornes(annee, u.profil.calendrier))
    ligne.heures, (ligne.debut, ligne.fin) = saisie.heures, periode
    _dire(u, uai, annee, "modification_hsa", "HSA : modification", saisie.agent, saisie.discipline)


def supprimer(u: Unite, uai: str, annee: int, agent: int, discipline: str) -> None:
    """Take HSA away. Raises `Inconnu` (HSA_INCONNUES)."""
    u.session.delete(_trouver(u, uai, annee, agent, discipline))
    _dire(u, uai, annee, "suppression_hsa", "HSA : suppression", agent, discipline)


def _trouver(u: Unite, uai: str, annee: int, agent: int, discipline: str) -> Hsa:
    etablissements.ouvrir(u, uai, annee, ecriture=True)
    ligne = chercher(u, Hsa, (uai, annee, agent, discipline))
    if ligne is None:
        raise Inconnu(
            f"L'enseignant n° {agent} n'a pas d'HSA en « {discipline[:20]} ».",
            code="HSA_INCONNUES",
            remede="La liste est sur la page « HSA » de l'année affichée.",
        )
    return ligne


def _dire(u: Unite, uai: str, annee: int, genre: str, libelle: str, agent: int, discipline: str) -> None:
    u.session.flush()
    u.journaliser(genre, libelle, uai=uai, annee=annee, nb=1, resume={"agent": agent, "code": discipline})
