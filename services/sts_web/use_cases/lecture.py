"""Reading a school's year whole: structure, ressources, services. A few queries each, whatever the school."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from msgspec import Struct
from sqlalchemy import literal, select

from services.sts_web.models import (
    Agent,
    Division,
    DivisionMef,
    EnseignantService,
    Groupe,
    GroupeDivision,
    Nomination,
    ProfPrincipal,
    Service,
)
from services.sts_web.rules import ressources as regles
from services.sts_web.rules.annees import bornes
from services.sts_web.rules.structure import TypeStructure, mefs_du_groupe
from shared.persistence.unite import Unite


@dataclass(frozen=True, slots=True)
class Part:
    """A MEF of a division, or a division of a group, with its pupils."""

    code: str
    effectif_prevu: int = 0
    effectif_calcule: int = 0


@dataclass(frozen=True, slots=True)
class DivisionVue:
    """A division and its MEF, by code. `nature`: « mono-MEF » or « multi-MEF » (STS-17)."""

    code: str
    libelle: str
    effectif_prevu: int
    effectif_calcule: int
    nature: str
    mefs: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class GroupeVue:
    """A group, its divisions, and the MEF that come from them."""

    code: str
    libelle: str
    effectif_prevu: int
    effectif_calcule: int
    effectif_max_edt: int
    divisions: tuple[Part, ...]
    mefs: tuple[str, ...]


class StructureVue(Struct, frozen=True):
    """All divisions and groups of a year, each sorted by code."""

    divisions: tuple[DivisionVue, ...]
    groupes: tuple[GroupeVue, ...]

    @property
    def types(self) -> dict[str, TypeStructure]:
        """Every name in use: D for a division, G for a group."""
        return {**{g.code: "G" for g in self.groupes}, **{d.code: "D" for d in self.divisions}}


@dataclass(frozen=True, slots=True)
class NominationVue:
    """An appointment that counts in the year."""

    nature: str
    fonction: str
    support: str
    discipline: str
    discipline_libelle: str
    heures: float
    debut: date | None
    fin: date | None
    supplee_id: int | None


@dataclass(frozen=True, slots=True)
class PersonneVue:
    """A person of Ressources or of Services suppléants, with his appointments of the year.

    `fonction` is the one of the first appointment.
    """

    id: int
    type: str
    sexe: str
    civilite: str
    nom_usage: str
    nom_patronymique: str
    prenom: str
    date_naissance: date | None
    grade: str
    mel: str
    fonction: str
    nominations: tuple[NominationVue, ...]

    @property
    def nom(self) -> str:
        """« NOM Prénom », as the lists print it."""
        return f"{self.nom_usage} {self.prenom}".strip()


@dataclass(frozen=True, slots=True)
class EnseignantVue:
    """A teacher of a service; `supplee_id` set when he holds it as suppléant."""

    id: int
    type: str
    heures: float
    ponderation: float | None = None
    supplee_id: int | None = None
    suppleance_debut: date | None = None


@dataclass(frozen=True, slots=True)
class ServiceVue:
    """A service and its teachers, by number."""

    numero: int
    structure: str
    type_structure: str
    matiere: str
    modalite: str
    heures: float
    co_ens: bool
    enseignants: tuple[EnseignantVue, ...]


class Principal(Struct, frozen=True):
    """A division of which somebody is professeur principal; without dates, all the year."""

    division: str
    debut: date | None
    fin: date | None


def types(u: Unite, uai: str, annee: int) -> dict[str, TypeStructure]:
    """Every name in use in a year: D for a division, G for a group."""
    divisions = select(Division.code, literal(True)).where(Division.uai == uai, Division.annee == annee)
    groupes = select(Groupe.code, literal(False)).where(Groupe.uai == uai, Groupe.annee == annee)
    return {code: "D" if division else "G" for code, division in u.session.execute(groupes.union_all(divisions))}


def structure(u: Unite, uai: str, annee: int) -> StructureVue:
    """The structure of a year."""
    mefs: dict[str, list[Part]] = defaultdict(list)
    for m in u.session.scalars(
        select(DivisionMef)
        .where(DivisionMef.uai == uai, DivisionMef.annee == annee)
        .order_by(DivisionMef.division, DivisionMef.mef)
    ):
        mefs[m.division].append(Part(m.mef, m.effectif_prevu, m.effectif_calcule))
    divisions: dict[str, list[Part]] = defaultdict(list)
    for d in u.session.scalars(
        select(GroupeDivision)
        .where(GroupeDivision.uai == uai, GroupeDivision.annee == annee)
        .order_by(GroupeDivision.groupe, GroupeDivision.division)
    ):
        divisions[d.groupe].append(Part(d.division, d.effectif_prevu, d.effectif_calcule))
    codes = {division: [p.code for p in parts] for division, parts in mefs.items()}
    return StructureVue(
        tuple(
            DivisionVue(
                d.code,
                d.libelle,
                d.effectif_prevu,
                d.effectif_calcule,
                "multi-MEF" if len(mefs[d.code]) > 1 else "mono-MEF",
                tuple(mefs[d.code]),
            )
            for d in u.session.scalars(
                select(Division).where(Division.uai == uai, Division.annee == annee).order_by(Division.code)
            )
        ),
        tuple(
            GroupeVue(
                g.code,
                g.libelle,
                g.effectif_prevu,
                g.effectif_calcule,
                g.effectif_max_edt,
                tuple(divisions[g.code]),
                mefs_du_groupe((p.code for p in divisions[g.code]), codes),
            )
            for g in u.session.scalars(
                select(Groupe).where(Groupe.uai == uai, Groupe.annee == annee).order_by(Groupe.code)
            )
        ),
    )


def services(u: Unite, uai: str, annee: int) -> list[ServiceVue]:
    """The services of a year, by structure, matière, modalité."""
    enseignants: dict[int, list[EnseignantVue]] = defaultdict(list)
    for e in u.session.scalars(
        select(EnseignantService)
        .where(EnseignantService.uai == uai, EnseignantService.annee == annee)
        .order_by(EnseignantService.numero, EnseignantService.agent_id, EnseignantService.type)
    ):
        enseignants[e.numero].append(
            EnseignantVue(e.agent_id, e.type, e.heures, e.ponderation, e.supplee_id, e.suppleance_debut)
        )
    return [
        ServiceVue(
            s.numero,
            s.structure,
            s.type_structure,
            s.matiere,
            s.modalite,
            s.heures,
            s.co_ens,
            tuple(enseignants[s.numero]),
        )
        for s in u.session.scalars(
            select(Service)
            .where(Service.uai == uai, Service.annee == annee)
            .order_by(Service.structure, Service.matiere, Service.modalite, Service.co_ens)
        )
    ]


def personnes(u: Unite, uai: str, annee: int) -> tuple[list[PersonneVue], list[PersonneVue]]:
    """Ressources and suppléants of a year, each sorted by name; a person may be in both.

    A suppléant carries his SUP appointments alone, a ressource the others.
    """
    premier, dernier = bornes(annee, u.profil.calendrier)
    retenues: dict[str, dict[tuple[str, int], list[NominationVue]]] = {"ressources": {}, "suppleants": {}}
    for n in u.session.scalars(
        select(Nomination).where(Nomination.uai == uai).order_by(Nomination.agent_id, Nomination.type, Nomination.rang)
    ):
        if regles.chevauche(n.debut, n.fin, premier, dernier) and regles.fonction_retenue(
            n.fonction, u.profil.sts_documentalistes
        ):
            vue = NominationVue(
                n.nature,
                n.fonction,
                n.support,
                n.discipline,
                n.discipline_libelle,
                n.heures,
                n.debut,
                n.fin,
                n.supplee_id,
            )
            retenues[regles.destination(n.nature)].setdefault((n.type, n.agent_id), []).append(vue)
    agents = list(u.session.scalars(select(Agent).where(Agent.uai == uai)))
    return _vues(agents, retenues["ressources"]), _vues(agents, retenues["suppleants"])


def _vues(agents: Iterable[Agent], nominations: dict[tuple[str, int], list[NominationVue]]) -> list[PersonneVue]:
    return [
        PersonneVue(
            a.id,
            a.type,
            a.sexe,
            a.civilite,
            a.nom_usage,
            a.nom_patronymique,
            a.prenom,
            a.date_naissance,
            a.grade,
            a.mel,
            nominations[(a.type, a.id)][0].fonction,
            tuple(nominations[(a.type, a.id)]),
        )
        for a in sorted(agents, key=lambda a: (a.cle_tri, a.id, a.type))
        if (a.type, a.id) in nominations
    ]


def profs_principaux(u: Unite, uai: str, annee: int) -> dict[tuple[str, int], tuple[Principal, ...]]:
    """Divisions of which each person is professeur principal, and when."""
    divisions: dict[tuple[str, int], list[Principal]] = defaultdict(list)
    for p in u.session.scalars(
        select(ProfPrincipal)
        .where(ProfPrincipal.uai == uai, ProfPrincipal.annee == annee)
        .order_by(ProfPrincipal.division)
    ):
        divisions[(p.type, p.agent_id)].append(Principal(p.division, p.debut, p.fin))
    return {cle: tuple(codes) for cle, codes in divisions.items()}
