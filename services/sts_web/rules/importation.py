"""What the import of a timetable keeps, rejects and replaces: a plan, computed without touching anything.

Source: guide 000 §2.7 and §2.8, guide 002 « Les procédures », guide 003 §3.1.2 (STS-45 to STS-53); reference
sts-edt §3.5 (create unknown groups; reject unknown divisions, matières and people with a line in the report).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
from msgspec import Struct

from services.sts_web.rules.structure import LONGUEUR_LIBELLE, Motif, ReglesNoms, motif_de_refus_du_nom

MODALITE_PAR_DEFAUT = "CG"
CleService = tuple[str, str, str, bool]


class Enseignant(Struct, frozen=True):
    """A teacher of a service. `type` None: the file does not say, he is known by his number alone."""

    id: int
    type: str | None = None
    heures: float = 0.0
    ponderation: float | None = None


class ServiceLu(Struct, frozen=True):
    """A service of the file (then of the plan: every teacher has his type)."""

    structure: str
    type_structure: str
    matiere: str
    modalite: str
    heures: float
    co_ens: bool
    enseignants: tuple[Enseignant, ...]
    nb_cours: int = 0

    @property
    def cle(self) -> CleService:
        """What makes a service one: structure, matière, modalité, co-enseignement."""
        return self.structure, self.matiere, self.modalite, self.co_ens


class GroupeLu(Struct, frozen=True):
    """A group of the file; `divisions`: (code, effectif) pairs."""

    code: str
    libelle: str = ""
    effectif_prevu: int = 0
    effectif_max: int = 0
    divisions: tuple[tuple[str, int], ...] = ()


class FichierLu(Struct, frozen=True):
    """The content of an emp_sts file, as far as STS-Web keeps it."""

    groupes: tuple[GroupeLu, ...] = ()
    services: tuple[ServiceLu, ...] = ()
    indemnites: tuple[tuple[int, str], ...] = ()
    ares: tuple[tuple[int, str, float], ...] = ()


class Existant(Struct, frozen=True):
    """The year as it stands. `agents`: number → type of everyone in Ressources or Services suppléants."""

    divisions: Collection[str]
    groupes: Collection[str]
    matieres: Collection[str]
    modalites: Collection[str]
    agents: Mapping[int, str]
    locaux: Mapping[int, str] = msgspec.field(default_factory=dict)


class MessageImport(Struct, frozen=True):
    """A line of the report that speaks of something that could not pass (STS-50)."""

    code: str
    texte: str


@dataclass(slots=True)
class PlanImport:
    """What to write. Lists are sorted; `services`, `indemnites` and `ares` are None when those of STS are
    kept.
    """

    groupes: list[GroupeLu] = field(default_factory=list)
    crees: list[str] = field(default_factory=list)
    supprimes: list[str] = field(default_factory=list)
    rejetes: list[tuple[str, Motif]] = field(default_factory=list)
    services: list[ServiceLu] | None = None
    indemnites: list[tuple[int, str, str]] | None = None
    ares: list[tuple[int, str, float]] | None = None
    nb_cours: int = 0
    messages: list[MessageImport] = field(default_factory=list)

    def dire(self, code: str, texte: str) -> None:
        """Add a line to the report."""
        self.messages.append(MessageImport(code, texte))


def planifier_import(
    fichier: FichierLu, existant: Existant, regles: ReglesNoms, *, conserver_services: bool
) -> PlanImport:
    """The plan of an import: « annule et remplace » (STS-46), or courses only where services are kept
    (STS-48).

    With services kept, groups of the file that STS-Web does not know are created all the same, without
    services.
    """
    plan = PlanImport(nb_cours=sum(s.nb_cours for s in fichier.services))
    _planifier_groupes(plan, fichier.groupes, existant, regles)
    if conserver_services:
        return plan
    gardes = {g.code for g in plan.groupes}
    plan.supprimes = sorted(set(existant.groupes) - gardes)
    plan.services = _planifier_services(plan, fichier.services, existant, gardes)
    plan.indemnites = _planifier_indemnites(plan, fichier.indemnites, existant)
    plan.ares = sorted(
        (agent, code, heures)
        for (agent, code), heures in _somme(fichier.ares).items()
        if _connu(plan, agent, None, existant, f"L'ARE {code}") is not None
    )
    return plan


def _planifier_groupes(plan: PlanImport, groupes: Iterable[GroupeLu], existant: Existant, regles: ReglesNoms) -> None:
    vus: set[str] = set()
    for groupe in sorted(groupes, key=lambda g: g.code):
        motif = motif_de_refus_du_nom(groupe.code, regles)
        if motif is None and groupe.code in existant.divisions:
            motif = Motif(
                "DOUBLON",
                f"Le groupe « {groupe.code} » porte le nom d'une division de l'établissement.",
                "Renommez-le dans le logiciel d'emploi du temps et recommencez.",
            )
        if motif is None and groupe.code in vus:
            motif = Motif(
                "DOUBLON",
                f"Le groupe « {groupe.code} » est deux fois dans le fichier.",
                "Corrigez-le dans le logiciel d'emploi du temps et recommencez.",
            )
        if motif:
            plan.rejetes.append((groupe.code, motif))
            continue
        vus.add(groupe.code)
        plan.groupes.append(_groupe_corrige(plan, groupe, existant))
        if groupe.code not in existant.groupes:
            plan.crees.append(groupe.code)


def _groupe_corrige(plan: PlanImport, groupe: GroupeLu, existant: Existant) -> GroupeLu:
    """The group without the divisions that STS-Web does not know, its label cut to what BEE accepts."""
    connues = dict(sorted((d, n) for d, n in groupe.divisions if d in existant.divisions))
    for division in sorted({d for d, _ in groupe.divisions} - set(connues)):
        plan.dire(
            "DIVISION_INCONNUE",
            f"Le groupe « {groupe.code} » : la division « {division} » n'existe pas dans STS-Web, "
            "le rattachement n'a pas été importé.",
        )
    if not connues:
        plan.dire(
            "GROUPE_SANS_MEF",
            f"Le groupe « {groupe.code} » n'est rattaché à aucune division, donc à aucun MEF : "
            "la base élèves ne le connaîtra pas.",
        )
    if len(groupe.libelle) > LONGUEUR_LIBELLE:
        plan.dire(
            "LIBELLE_COUPE",
            f"Le libellé du groupe « {groupe.code} » est coupé à {LONGUEUR_LIBELLE} caractères.",
        )
    return GroupeLu(
        groupe.code,
        groupe.libelle[:LONGUEUR_LIBELLE].strip(),
        groupe.effectif_prevu,
        groupe.effectif_max,
        tuple(connues.items()),
    )


def _planifier_services(
    plan: PlanImport, services: Iterable[ServiceLu], existant: Existant, groupes: Collection[str]
) -> list[ServiceLu]:
    retenus: dict[CleService, ServiceLu] = {}
    rejetes = {code for code, _ in plan.rejetes}
    for service in sorted(services, key=lambda s: (s.structure, s.matiere, s.modalite, s.co_ens)):
        refus = _refus_du_service(service, existant, groupes, rejetes)
        if refus:
            plan.dire(*refus)
            continue
        ou = f"Le service {service.matiere} de « {service.structure} »"
        enseignants = []
        for e in service.enseignants:
            type_ = _connu(plan, e.id, e.type, existant, ou)
            if type_ is not None:
                enseignants.append(Enseignant(e.id, type_, e.heures, e.ponderation))
        avant = retenus.get(service.cle)
        if avant:
            plan.dire("SERVICE_EN_DOUBLE", f"{ou} est plusieurs fois dans le fichier : ses enseignants sont réunis.")
            enseignants = [*avant.enseignants, *enseignants]
        heures = max(service.heures, avant.heures) if avant else service.heures
        if not heures and not any(e.heures for e in enseignants):
            plan.dire(
                "SERVICE_SANS_HEURES", f"{ou} n'a aucune heure : il est importé, vérifiez-le dans l'emploi du temps."
            )
        retenus[service.cle] = ServiceLu(
            *service.cle[:1],
            service.type_structure,
            service.matiere,
            service.modalite,
            heures,
            service.co_ens,
            _reunis(enseignants),
        )
    return [retenus[cle] for cle in sorted(retenus)]


def _refus_du_service(
    service: ServiceLu, existant: Existant, groupes: Collection[str], rejetes: Collection[str]
) -> tuple[str, str] | None:
    ou = f"Le service {service.matiere} de « {service.structure} » n'a pas été importé"
    if service.type_structure == "D" and service.structure not in existant.divisions:
        return "DIVISION_INCONNUE", f"{ou} : la division n'existe pas dans STS-Web."
    if service.type_structure == "G" and service.structure in rejetes:
        return "GROUPE_REJETE", f"{ou} : le groupe a été rejeté."
    if service.type_structure == "G" and service.structure not in groupes:
        return "GROUPE_INCONNU", f"{ou} : le groupe n'existe pas dans STS-Web."
    if service.matiere not in existant.matieres:
        return "MATIERE_INCONNUE", f"{ou} : la matière n'existe pas dans les nomenclatures."
    if service.modalite not in existant.modalites:
        return "MODALITE_INCONNUE", f"{ou} : la modalité de cours « {service.modalite} » n'existe pas."
    return None


def _connu(plan: PlanImport, agent: int, type_: str | None, existant: Existant, ou: str) -> str | None:
    """The type of a person whom STS-Web knows; otherwise None and a line in the report."""
    trouve = existant.locaux.get(agent) if type_ == "local" else existant.agents.get(agent)
    if trouve is None and type_ is None:
        trouve = existant.locaux.get(agent)
    if trouve is None:
        plan.dire(
            "PERSONNE_INCONNUE",
            f"{ou} : l'enseignant n° {agent} n'est ni dans les Ressources ni parmi les suppléants, il "
            "n'a pas été importé.",
        )
    return trouve


def _planifier_indemnites(
    plan: PlanImport, indemnites: Iterable[tuple[int, str]], existant: Existant
) -> list[tuple[int, str, str]]:
    retenues: list[tuple[int, str, str]] = []
    for agent, division in sorted(set(indemnites)):
        if division not in existant.divisions:
            plan.dire(
                "DIVISION_INCONNUE",
                f"L'indemnité de professeur principal de « {division} » n'a pas été importée : la "
                "division n'existe pas.",
            )
            continue
        type_ = _connu(plan, agent, None, existant, f"L'indemnité de « {division} »")
        if type_ is not None:
            retenues.append((agent, type_, division))
    return retenues


def _reunis(enseignants: Sequence[Enseignant]) -> tuple[Enseignant, ...]:
    """Each teacher once, hours added, by number."""
    par_agent: dict[tuple[int, str | None], Enseignant] = {}
    for e in enseignants:
        avant = par_agent.get((e.id, e.type))
        heures = e.heures + (avant.heures if avant else 0.0)
        par_agent[(e.id, e.type)] = Enseignant(e.id, e.type, heures, e.ponderation)
    return tuple(par_agent[cle] for cle in sorted(par_agent, key=lambda c: (c[0], c[1] or "")))


def _somme(ares: Iterable[tuple[int, str, float]]) -> dict[tuple[int, str], float]:
    sommes: dict[tuple[int, str], float] = {}
    for agent, code, heures in ares:
        sommes[(agent, code)] = sommes.get((agent, code), 0.0) + heures
    return dict(sorted(sommes.items()))
