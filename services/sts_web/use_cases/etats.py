"""« Etat des services » and « Services / discipline »: what is due, what is done, what is paid beside (STS-04)."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from msgspec import Struct

from services.sts_web.rules.moyens import hsa_calculees
from services.sts_web.rules.ressources import SANS_SERVICE
from services.sts_web.use_cases import ares, etablissements, hors_programme, hsa, indemnites, lecture, libres
from services.sts_web.use_cases.ares import AreVue
from services.sts_web.use_cases.hsa import HsaVue
from services.sts_web.use_cases.indemnites import MissionVue, ProfPrincipalVue
from services.sts_web.use_cases.journal import inerte
from services.sts_web.use_cases.lecture import NominationVue, PersonneVue
from shared.persistence.unite import Unite

SANS_DISCIPLINE = ("", "SANS DISCIPLINE")
COLONNES = (
    "Numéro",
    "Enseignant",
    "Fonction",
    "Discipline",
    "Apport",
    "Heures de service",
    "Heures pondérées",
    "ARE",
    "Total",
    "Écart",
    "HSA calculées",
    "HSA saisies",
    "Professeur principal",
    "Missions",
)


@dataclass(frozen=True, slots=True)
class LigneService:
    """The part of an agent in a service; `suppleance`: held as suppléant."""

    numero: int
    structure: str
    matiere: str
    modalite: str
    heures: float
    ponderation: float | None
    hors_programme: bool
    suppleance: bool


@dataclass(frozen=True, slots=True)
class EtatAgent:
    """The état des services of an agent. Hours a week; `total` = weighted hours + ARE; `ecart` = total - apport."""

    id: int
    type: str
    nom: str
    fonction: str
    discipline: str
    discipline_libelle: str
    enseigne: bool
    suppleant: bool
    nominations: tuple[NominationVue, ...]
    apport: float
    services: tuple[LigneService, ...]
    heures: float
    ponderees: float
    hors_programme: float
    ares: tuple[AreVue, ...]
    are: float
    total: float
    ecart: float
    hsa_calculees: float
    hsa: tuple[HsaVue, ...]
    hsa_saisies: float
    professeur_principal: tuple[ProfPrincipalVue, ...]
    missions: tuple[MissionVue, ...]


@dataclass(frozen=True, slots=True)
class LigneDiscipline:
    """The agents of a discipline, added up; each counts in his main discipline. `libres` is no discipline's."""

    code: str
    libelle: str
    agents: int
    apport: float
    ponderees: float
    are: float
    total: float
    ecart: float
    hsa_saisies: float


@dataclass(frozen=True, slots=True)
class EtatServices:
    """The whole school. `suppleants` do not count in the totals: their services are those of the people replaced."""

    agents: list[EtatAgent]
    suppleants: list[EtatAgent]
    apport: float
    total: float
    are: float
    hsa_saisies: float
    heures_libres: float
    hors_programme: float


def etat(u: Unite, uai: str, annee: int) -> EtatServices:
    """The états des services of a year, by name. Raises `Inconnu` (UAI_INCONNU, ANNEE_INCONNUE)."""
    etablissements.ouvrir(u, uai, annee)
    gens, remplacants = lecture.personnes(u, uai, annee)
    structure, services = lecture.structure(u, uai, annee), lecture.services(u, uai, annee)
    hors = hors_programme.numeros(u, structure, services)
    tenus: dict[tuple[int, bool], list[LigneService]] = defaultdict(list)
    for s in services:
        for e in s.enseignants:
            supplee = e.supplee_id is not None
            tenus[(e.id, supplee)].append(
                LigneService(
                    s.numero, s.structure, s.matiere, s.modalite, e.heures, e.ponderation, s.numero in hors, supplee
                )
            )
    payes = _Payes.lire(u, uai, annee)
    agents = [_etat(p, tenus[(p.id, False)], payes, suppleant=False) for p in gens]
    suppleants = [_etat(p, tenus[(p.id, True)], payes, suppleant=True) for p in remplacants]
    presents = {p.id for p in gens}
    return EtatServices(
        agents,
        suppleants,
        _somme(a.apport for a in agents if a.enseigne),
        _somme(a.total for a in agents),
        _somme(a.are for a in agents),
        _somme(a.hsa_saisies for a in agents),
        _somme(s.heures for s in services if libres.est_libre(s, presents)),
        _somme(a.hors_programme for a in agents),
    )


def par_discipline(u: Unite, uai: str, annee: int) -> list[LigneDiscipline]:
    """The same by discipline, in the order of codes; those who do not teach are left out."""
    groupes: dict[tuple[str, str], list[EtatAgent]] = defaultdict(list)
    libelles: dict[str, str] = {}
    for a in etat(u, uai, annee).agents:
        if a.enseigne:
            libelles.setdefault(a.discipline, a.discipline_libelle)
            groupes[(a.discipline, libelles[a.discipline])].append(a)
    return [
        LigneDiscipline(
            code,
            libelle,
            len(agents),
            _somme(a.apport for a in agents),
            _somme(a.ponderees for a in agents),
            _somme(a.are for a in agents),
            _somme(a.total for a in agents),
            _somme(a.ecart for a in agents),
            _somme(a.hsa_saisies for a in agents),
        )
        for (code, libelle), agents in sorted(groupes.items())
    ]


def en_csv(lu: EtatServices) -> bytes:
    """The états for a spreadsheet: UTF-8 with its mark, « ; », decimal comma, no cell that computes."""
    sortie = io.StringIO()
    sortie.write("\N{BYTE ORDER MARK}")
    ecrivain = csv.writer(sortie, delimiter=";", lineterminator="\r\n")
    ecrivain.writerow(COLONNES)
    for a in [*lu.agents, *lu.suppleants]:
        nombres = (a.apport, a.heures, a.ponderees, a.are, a.total, a.ecart, a.hsa_calculees, a.hsa_saisies)
        ecrivain.writerow(
            [
                a.id,
                inerte(a.nom),
                "SUP" if a.suppleant else a.fonction,
                a.discipline,
                *(f"{n:.2f}".replace(".", ",") for n in nombres),
                inerte(" ".join(p.division for p in a.professeur_principal)),
                " ".join(m.mission for m in a.missions),
            ]
        )
    return sortie.getvalue().encode()


class _Payes(Struct, frozen=True):
    """What agents are given beside services, by number."""

    ares: dict[int, list[AreVue]]
    hsa: dict[int, list[HsaVue]]
    principaux: dict[int, list[ProfPrincipalVue]]
    missions: dict[int, list[MissionVue]]

    @classmethod
    def lire(cls, u: Unite, uai: str, annee: int) -> _Payes:
        lues = cls(defaultdict(list), defaultdict(list), defaultdict(list), defaultdict(list))
        for a in ares.lister(u, uai, annee):
            lues.ares[a.agent_id].append(a)
        for h in hsa.lister(u, uai, annee):
            lues.hsa[h.agent_id].append(h)
        vue = indemnites.lister(u, uai, annee)
        for p in vue.professeurs_principaux:
            lues.principaux[p.agent_id].append(p)
        for m in vue.missions:
            lues.missions[m.agent_id].append(m)
        return lues


def _etat(p: PersonneVue, services: list[LigneService], payes: _Payes, *, suppleant: bool) -> EtatAgent:
    apport = _somme(n.heures for n in p.nominations if n.discipline or p.type == "local")
    ponderees = _somme(s.heures * (s.ponderation or 1.0) for s in services)
    siennes = [] if suppleant else payes.ares[p.id]
    are = _somme(a.heures for a in siennes)
    total = round(ponderees + are, 2)
    enseigne = p.fonction not in SANS_SERVICE
    discipline, libelle = _discipline(p)
    return EtatAgent(
        id=p.id,
        type=p.type,
        nom=p.nom,
        fonction=p.fonction,
        discipline=discipline,
        discipline_libelle=libelle,
        enseigne=enseigne,
        suppleant=suppleant,
        nominations=p.nominations,
        apport=apport,
        services=tuple(services),
        heures=_somme(s.heures for s in services),
        ponderees=ponderees,
        hors_programme=_somme(s.heures for s in services if s.hors_programme),
        ares=tuple(siennes),
        are=are,
        total=total,
        ecart=round(total - apport, 2) if enseigne else 0.0,
        hsa_calculees=hsa_calculees(apport, total) if enseigne and not suppleant else 0.0,
        hsa=() if suppleant else tuple(payes.hsa[p.id]),
        hsa_saisies=0.0 if suppleant else _somme(h.heures for h in payes.hsa[p.id]),
        professeur_principal=() if suppleant else tuple(payes.principaux[p.id]),
        missions=() if suppleant else tuple(payes.missions[p.id]),
    )


def _discipline(p: PersonneVue) -> tuple[str, str]:
    """The main discipline of an agent: the one of most hours, the first code among equals."""
    heures: dict[tuple[str, str], float] = defaultdict(float)
    for n in p.nominations:
        if n.discipline:
            heures[(n.discipline, n.discipline_libelle)] += n.heures
    return min(heures, key=lambda d: (-heures[d], d)) if heures else SANS_DISCIPLINE


def _somme(nombres: Iterable[float]) -> float:
    return round(sum(nombres), 2)
