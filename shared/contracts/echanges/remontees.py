"""Remontées to the AAF (and to SYSCA)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

from msgspec import field

from shared.contracts.echanges.academie import (
    AdresseMsg,
    AgentMsg,
    FicheSysca,
    NomenclaturesMsg,
    OptionMsg,
    ResponsableSysca,
)
from shared.contracts.echanges.socle import EtablissementMsg, Message
from shared.contracts.echanges.structure import PersonnelMsg, ServicesSts, StructureSts

_INSTANT = re.compile(rb'"instant":"[^"]*",')


def empreinte_du_corps(corps: bytes) -> str:
    """The fingerprint of a remontée's JSON, whatever its instant (SHA-256, hexadecimal)."""
    return hashlib.sha256(_INSTANT.sub(b"", corps, count=1)).hexdigest()


class EleveMsg(Message, frozen=True, kw_only=True):
    """A pupil as BEE sends her up. `eleve_id` is ELEVE_ID; `groupes` the codes of her group links."""

    eleve_id: int
    ine: str
    nom: str
    nom_usage: str = ""
    prenoms: tuple[str, ...]
    sexe: Literal["1", "2"]
    date_naissance: date
    mef: str
    division: str
    groupes: tuple[str, ...] = ()
    options: tuple[OptionMsg, ...] = ()
    regime: str = ""
    boursier: bool = False
    transport: bool = False
    statut: str = "ST"
    date_entree: date | None = None
    adresse: AdresseMsg = AdresseMsg()
    telephone_personnel: str = ""
    telephone_portable: str = ""
    mel: str = ""
    commune_naissance: str = ""
    pays_naissance: str = ""


class ResponsableMsg(Message, frozen=True, kw_only=True):
    """A PERSONNE of BEE."""

    personne_id: int
    civilite: str = ""
    nom: str
    nom_usage: str = ""
    prenom: str
    adresse: AdresseMsg = AdresseMsg()
    telephone_personnel: str = ""
    telephone_portable: str = ""
    telephone_professionnel: str = ""
    accepte_sms: bool = False
    mel: str = ""
    profession: str = ""


class LienResponsableMsg(Message, frozen=True, kw_only=True):
    eleve_id: int
    personne_id: int
    parente: str
    niveau: Literal["1", "2", "3"]
    paie_frais: bool = False
    percoit_aides: bool = False
    heberge: bool = False
    prioritaire: bool = False


class ExclusionMsg(Message, frozen=True, kw_only=True):
    """Something that does not come out, and why. `libelle` is what pages show of it (a person's name)."""

    objet: Literal["eleve", "responsable", "enseignant", "agent", "groupe", "division", "lien"]
    id: str
    code: str
    raison: str
    remede: str = ""
    menu: str = ""
    depuis: datetime | None = None
    cles: dict[str, str] = field(default_factory=dict)
    libelle: str = ""


class RemonteeInchangee(Message, frozen=True, kw_only=True):
    """Stands for the content of a `remontee_bee` that would say again what the AAF took last; and its counts."""

    empreinte: str
    eleves: int
    responsables: int
    liens: int
    non_remontes: int


class RemonteeBee(Message, frozen=True, kw_only=True):
    """`remontee_bee` (BEE → AAF, 23:30): the valid fiches of a school, and what was held back, with its reason.

    `structure` is what STS-Web last exported, `services` too when the profile says `via_bee` (AAF-04). With
    `inchangee` the rest is empty: the content is that of the last message of the school and year, which bears
    that fingerprint.
    """

    uai: str
    annee: int
    millesime: int
    instant: datetime
    structure: StructureSts | None = None
    services: ServicesSts | None = None
    eleves: tuple[EleveMsg, ...] = ()
    responsables: tuple[ResponsableMsg, ...] = ()
    liens: tuple[LienResponsableMsg, ...] = ()
    non_remontes: tuple[ExclusionMsg, ...] = ()
    scolarites: tuple[dict[str, Any], ...] = ()
    inchangee: RemonteeInchangee | None = None

    def empreinte(self) -> str:
        """The fingerprint of what it says, whatever its instant (SHA-256, hexadecimal)."""
        return empreinte_du_corps(self.en_json())


def sans_contenu(dite: Mapping[str, Any], empreinte: str) -> RemonteeBee:
    """A remontée for a receiver that holds its content already. `dite`: its fields; `empreinte`: its fingerprint."""
    comptes = {nom: len(dite[nom]) for nom in ("eleves", "responsables", "liens", "non_remontes")}
    entete = {nom: dite[nom] for nom in ("uai", "annee", "millesime", "instant")}
    return RemonteeBee(**entete, inchangee=RemonteeInchangee(empreinte=empreinte, **comptes))


class RemonteeSts(Message, frozen=True, kw_only=True):
    """`remontee_sts` (STS-Web → AAF, 23:30): who is in Ressources; `services` as last exported when `sts_direct`."""

    uai: str
    annee: int
    instant: datetime
    personnels: tuple[PersonnelMsg, ...] = ()
    services: ServicesSts | None = None


class RemonteeRectorat(Message, frozen=True, kw_only=True):
    """`remontee_rectorat` (rectorat → AAF, 23:30): a school and its agents of EPP and of GI/GC."""

    uai: str
    instant: datetime
    etablissement: EtablissementMsg
    agents: tuple[AgentMsg, ...] = ()
    nomenclatures: NomenclaturesMsg | None = None


class RemonteeSysca(Message, frozen=True, kw_only=True):
    """`remontee_sysca` (BEE → rectorat, 23:30, when something changed): the complete fiches of a base (REC-14).

    SYSCA keeps them, EduConnect makes its accounts of them (REC-19). `retenues`: the fiches that stay, and why.
    """

    uai: str
    millesime: int
    eleves: tuple[FicheSysca, ...] = ()
    responsables: tuple[ResponsableSysca, ...] = ()
    retenues: tuple[ExclusionMsg, ...] = ()
