"""STS-Web → BEE: exports Structure and Services, bascule."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from shared.contracts.echanges.socle import Message


class DivisionMsg(Message, frozen=True, kw_only=True):
    code: str
    libelle: str
    mefs: tuple[str, ...] = ()
    effectif_prevu: int = 0


class GroupeMsg(Message, frozen=True, kw_only=True):
    code: str
    libelle: str
    divisions: tuple[str, ...] = ()
    mefs: tuple[str, ...] = ()
    effectif_prevu: int = 0


class StructureSts(Message, frozen=True, kw_only=True):
    """`structure_sts`: the whole structure of a school, as Exports > Structure sends it (STS-58)."""

    uai: str
    annee: int
    millesime: int
    exporte_le: datetime
    divisions: tuple[DivisionMsg, ...] = ()
    groupes: tuple[GroupeMsg, ...] = ()


class BasculeSts(Message, frozen=True, kw_only=True):
    """`bascule_sts` (STS-Web → BEE): the school opened its year in preparation (STS-10, STS-13)."""

    uai: str
    annee: int
    millesime: int


class DisciplineMsg(Message, frozen=True, kw_only=True):
    code: str
    libelle: str = ""
    heures: float = 0.0


class PersonnelMsg(Message, frozen=True, kw_only=True):
    """A person of STS-Web's Ressources. `id` is the INDIVIDU ID of sts_emp; `type` `epp` or `local`."""

    id: int
    type: Literal["epp", "local"] = "epp"
    sexe: Literal["1", "2", ""] = ""
    civilite: str = ""
    nom_usage: str
    nom_patronymique: str = ""
    prenom: str
    date_naissance: date | None = None
    grade: str = ""
    fonction: str = ""
    disciplines: tuple[DisciplineMsg, ...] = ()
    mel: str = ""
    divisions_pp: tuple[str, ...] = ()


class EnseignantServiceMsg(Message, frozen=True, kw_only=True):
    id: int
    type: Literal["epp", "local"] = "epp"
    heures: float = 0.0


class ServiceMsg(Message, frozen=True, kw_only=True):
    """structure × matière × modalité × hours × teachers. `type_structure`: D (division) or G (groupe)."""

    structure: str
    type_structure: Literal["D", "G"]
    matiere: str
    modalite: str = "CG"
    heures: float = 0.0
    co_ens: bool = False
    enseignants: tuple[EnseignantServiceMsg, ...] = ()


class MatiereMsg(Message, frozen=True, kw_only=True):
    code: str
    code_gestion: str
    libelle: str


class ServicesSts(Message, frozen=True, kw_only=True):
    """`services_sts`: all services and their teachers, as Exports > Services sends them (STS-65)."""

    uai: str
    annee: int
    millesime: int
    exporte_le: datetime
    personnels: tuple[PersonnelMsg, ...] = ()
    services: tuple[ServiceMsg, ...] = ()
    matieres: tuple[MatiereMsg, ...] = ()


class EffectifMsg(Message, frozen=True, kw_only=True):
    """Pupils of a division in a MEF, or of a group in a division (`part`)."""

    structure: str
    part: str
    nb: int


class EffectifsBee(Message, frozen=True, kw_only=True):
    """`effectifs_bee` (BEE → STS-Web, at night, when they changed): how many pupils are in each division and group."""

    uai: str
    annee: int
    divisions: tuple[EffectifMsg, ...] = ()
    groupes: tuple[EffectifMsg, ...] = ()
