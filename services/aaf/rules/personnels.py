"""Which staff come out of a school, and with which functions. Pure functions.

Teachers are those of STS-Web; direction, éducation, documentation and ATSS come from the rectorat (EPP, GI/GC).
Source: procedures REC-01, REC-02, REC-06 to REC-08, AAF-03, AAF-09, DIAG-05, DIAG-06.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from msgspec import Struct

from services.aaf.rules.exclusions import Exclusion, exclure
from shared.contracts.echanges import AffectationAgentMsg, AgentMsg, PersonnelMsg, RemonteeRectorat, RemonteeSts

ENSEIGNEMENT = "ENS"
FONCTIONS_ENSEIGNANTES = frozenset({"ENS", "DOC"})
FONCTIONS_ATSS = frozenset({"ADF", "ALB", "LAB", "MDS", "OUV", "PSE", "TEC"})
"""What only GI/GC may send up, whatever STS-Web holds (REC-08)."""


class FonctionTenue(Struct, frozen=True):
    """A function held in the school; `discipline` may be empty."""

    code: str
    discipline: str = ""
    libelle_discipline: str = ""


@dataclass(slots=True)
class Sortant:
    """A member of staff who comes out. `cle` is that of the numbering; `type` and `id` those of services."""

    cle: str
    type: str
    id: int
    sexe: str
    nom_usage: str
    nom_patronymique: str
    prenom: str
    date_naissance: date | None
    mel: str
    rattache: bool = False
    fonctions: list[FonctionTenue] = field(default_factory=list)

    @property
    def enseignant(self) -> bool:
        """Whether one of the functions is a teacher's."""
        return any(f.code in FONCTIONS_ENSEIGNANTES for f in self.fonctions)

    def tenir(self, fonction: FonctionTenue) -> None:
        """Add a function, once."""
        if fonction not in self.fonctions:
            self.fonctions.append(fonction)


@dataclass(slots=True)
class Personnels:
    """The staff of a school. `revoir_le`: the next day on which an appointment begins or has ended."""

    sortants: dict[str, Sortant] = field(default_factory=dict)
    exclusions: list[Exclusion] = field(default_factory=list)
    revoir_le: date | None = None


def cle_agent(uai: str, type_: str, id_: int) -> str:
    """The key of the numbering: an agent of EPP or GI/GC is one person everywhere, a local one only in his school."""
    return str(id_) if type_ == "epp" else f"{uai}:{id_}"


def juger_personnels(uai: str, sts: RemonteeSts | None, rectorat: RemonteeRectorat | None, jour: date) -> Personnels:
    """Decide who comes out on `jour`."""
    personnels = Personnels()
    agents = {a.id: a for a in rectorat.agents} if rectorat else {}
    tenues = {a.id: [f for f in a.affectations if f.uai == uai and _en_cours(f, jour)] for a in agents.values()}
    dans_sts: set[int] = set()
    for p in sorted(sts.personnels if sts else (), key=lambda p: (p.type, p.id)):
        if p.type == "epp":
            dans_sts.add(p.id)
        if p.type == "epp" and p.fonction in FONCTIONS_ATSS:
            if rectorat is not None and not tenues.get(p.id):
                personnels.exclusions.append(_absent_de_gigc(uai, p))
            continue
        _sortir_de_sts(personnels, uai, p, agents.get(p.id) if p.type == "epp" else None)
    for id_ in sorted(agents):
        _sortir_du_rectorat(personnels, uai, agents[id_], tenues[id_], id_ in dans_sts)
    personnels.revoir_le = _prochain_changement(uai, list(agents.values()), jour)
    return personnels


def _sortir_de_sts(personnels: Personnels, uai: str, p: PersonnelMsg, agent: AgentMsg | None) -> None:
    cle = cle_agent(uai, p.type, p.id)
    sortant = personnels.sortants.setdefault(
        cle,
        Sortant(
            cle,
            p.type,
            p.id,
            p.sexe or (agent.sexe if agent else ""),
            p.nom_usage,
            p.nom_patronymique or p.nom_usage,
            p.prenom,
            p.date_naissance or (agent.date_naissance if agent else None),
            p.mel or (agent.mel if agent else ""),
            rattache=agent is None,
        ),
    )
    fonction = p.fonction or ENSEIGNEMENT
    for d in p.disciplines or ():
        sortant.tenir(FonctionTenue(fonction, d.code, d.libelle))
    if not p.disciplines:
        sortant.tenir(FonctionTenue(fonction))


def _sortir_du_rectorat(
    personnels: Personnels, uai: str, agent: AgentMsg, tenues: list[AffectationAgentMsg], dans_sts: bool
) -> None:
    """Add an agent's functions of direction, éducation, documentation, ATSS; say why a teacher does not come out."""
    cle = cle_agent(uai, "epp", agent.id)
    cles = {"agent_id": str(agent.id), "uai": uai}
    nom = f"{agent.nom_usage} {agent.prenom}".strip()
    objet = "agent"
    if any(f.fonction in FONCTIONS_ENSEIGNANTES for f in agent.affectations):
        objet = "enseignant"
    if not tenues:
        if not dans_sts:
            raison = "L'agent n'a pas d'affectation en cours dans l'établissement."
            personnels.exclusions.append(
                exclure(objet, str(agent.id), "SANS_AFFECTATION", raison, libelle=nom, cles=cles)
            )
        return
    autres = [f for f in tenues if f.fonction != ENSEIGNEMENT]
    if not autres and cle not in personnels.sortants:
        raison = "L'enseignant est affecté dans l'établissement, mais il n'est pas dans STS-Web."
        personnels.exclusions.append(exclure(objet, str(agent.id), "ABSENT_DE_STS", raison, libelle=nom, cles=cles))
        return
    sortant = personnels.sortants.setdefault(
        cle,
        Sortant(
            cle,
            "epp",
            agent.id,
            agent.sexe,
            agent.nom_usage,
            agent.nom_patronymique or agent.nom_usage,
            agent.prenom,
            agent.date_naissance,
            agent.mel,
        ),
    )
    sortant.rattache = sortant.rattache or any(f.nature == "AFA" for f in tenues)
    for f in autres:
        if not any(t.code == f.fonction and t.discipline == f.discipline for t in sortant.fonctions):
            sortant.tenir(FonctionTenue(f.fonction, f.discipline, f.discipline_libelle))


def _absent_de_gigc(uai: str, p: PersonnelMsg) -> Exclusion:
    return exclure(
        "agent",
        str(p.id),
        "ABSENT_DE_GIGC",
        "L'agent est dans STS-Web, mais il n'a pas d'affectation en cours dans GI/GC.",
        libelle=f"{p.nom_usage} {p.prenom}".strip(),
        cles={"agent_id": str(p.id), "uai": uai},
    )


def _en_cours(affectation: AffectationAgentMsg, jour: date) -> bool:
    commencee = affectation.debut is None or affectation.debut <= jour
    return commencee and (affectation.fin is None or affectation.fin >= jour)


def _prochain_changement(uai: str, agents: list[AgentMsg], jour: date) -> date | None:
    dates = [
        j
        for a in agents
        for f in a.affectations
        if f.uai == uai
        for j in (f.debut, f.fin + timedelta(days=1) if f.fin else None)
        if j is not None and j > jour
    ]
    return min(dates, default=None)
