"""STS-Web → BEE: exports Structure and Services, bascule."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from shared.contracts.echanges.socle import Message


class DivisionMsg(Message):
    code: str
    libelle: str
    mefs: tuple[str, ...] = ()
    effectif_prevu: int = 0


class GroupeMsg(Message):
    code: str
    libelle: str
    divisions: tuple[str, ...] = ()
    mefs: tuple[str, ...] = ()
    effectif_prevu: int = 0


class StructureSts(Message):
    """`structure_sts`: the whole structure of a school, as Exports > Structure sends it (STS-58)."""

    uai: str
    annee: int
    millesime: int
    exporte_le: datetime
    divisions: tuple[DivisionMsg, ...] = ()
    groupes: tuple[GroupeMsg, ...] = ()


class BasculeSts(Message):
    """`bascule_sts` (STS-Web → BEE): the school opened its year in preparation (STS-10, STS-13)."""

    uai: str
    annee: int
    millesime: int


class DisciplineMsg(Message):
    code: str
    libelle: str = ""
    heures: float = 0.0


class PersonnelMsg(Message):
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


class EnseignantServiceMsg(Message):
    id: int
    type: Literal["epp", "local"] = "epp"
    heures: float = 0.0


class ServiceMsg(Message):
    """structure × matière × modalité × hours × teachers. `type_structure`: D (division) or G (groupe)."""

    structure: str
    type_structure: Literal["D", "G"]
    matiere: str
    modalite: str = "CG"
    heures: float = 0.0
    co_ens: bool = False
    enseignants: tuple[EnseignantServiceMsg, ...] = ()


class MatiereMsg(Message):
    code: str
    code_gestion: str
    libelle: str


class ServicesSts(Message):
    """`services_sts`: all services and their teachers, as Exports > Services sends them (STS-65)."""

    uai: str
    annee: int
    millesime: int
    exporte_le: datetime
    personnels: tuple[PersonnelMsg, ...] = ()
    services: tuple[ServiceMsg, ...] = ()
    matieres: tuple[MatiereMsg, ...] = ()


class EffectifMsg(Message):
    """Pupils of a division in a MEF, or of a group in a division (`part`)."""

    structure: str
    part: str
    nb: int


class EffectifsBee(Message):
    """`effectifs_bee` (BEE → STS-Web, at night, when they changed): how many pupils are in each division and group."""

    uai: str
    annee: int
    divisions: tuple[EffectifMsg, ...] = ()
    groupes: tuple[EffectifMsg, ...] = ()
