"""Between the rectorat and the applications of the schools: agents, nomenclatures, AFFELNET, INE, SYSCA, requests."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from msgspec import Meta, field
from pydantic import Field

from shared.contracts.echanges.socle import EtablissementMsg, Message


class AffectationAgentMsg(Message, frozen=True, kw_only=True):
    """One appointment of an agent. `nature`: AFA (titulaire), REP (remplaçant), SUP (suppléant).

    `quotite`: what he works of a full service, in percent.
    """

    uai: str
    nature: Literal["AFA", "REP", "SUP"] = "AFA"
    fonction: str = "ENS"
    support: str = ""
    discipline: str = ""
    discipline_libelle: str = ""
    heures: float = 18.0
    quotite: Annotated[int, Meta(ge=1, le=100), Field(ge=1, le=100)] = 100
    debut: date | None = None
    fin: date | None = None
    supplee_id: int | None = None


class AgentMsg(Message, frozen=True, kw_only=True):
    """An agent of EPP (`source` epp) or of GI/GC (`source` gigc, ATSS), with his appointments."""

    id: int
    source: Literal["epp", "gigc"] = "epp"
    sexe: Literal["1", "2"] = "1"
    civilite: str = "1"
    nom_usage: str
    nom_patronymique: str = ""
    prenom: str
    date_naissance: date
    grade: str = ""
    mel: str = ""
    affectations: tuple[AffectationAgentMsg, ...] = ()


class AgentsEpp(Message, frozen=True, kw_only=True):
    """`agents_epp` (rectorat → STS-Web, nightly): all agents of EPP appointed in a school. Replaces the last list."""

    uai: str
    etablissement: EtablissementMsg
    agents: tuple[AgentMsg, ...] = ()


class MefMsg(Message, frozen=True, kw_only=True):
    code: str
    formation: str
    specialite: str = ""
    libelle_long: str
    libelle_edition: str = ""
    mefstat11: str = ""
    mefstat4: str = ""


class ProgrammeMsg(Message, frozen=True, kw_only=True):
    mef: str
    matiere: str
    horaire: float
    modalite: str = "S"


class MatiereNationaleMsg(Message, frozen=True, kw_only=True):
    code: str
    code_gestion: str
    libelle_court: str
    libelle_long: str
    libelle_edition: str = ""


class NomenclaturesMsg(Message, frozen=True, kw_only=True):
    """`nomenclatures` (rectorat → STS-Web and BEE, nightly when a new set was loaded): the académie's set."""

    version: int
    mefs: tuple[MefMsg, ...] = ()
    matieres: tuple[MatiereNationaleMsg, ...] = ()
    programmes: tuple[ProgrammeMsg, ...] = ()


class BasculeBee(Message, frozen=True, kw_only=True):
    """`bascule_bee` (rectorat → BEE): the académie opens the base of the next millésime (REC-11)."""

    uai: str
    millesime: int
    etablissement: EtablissementMsg


class AdresseMsg(Message, frozen=True, kw_only=True):
    lignes: tuple[str, ...] = ()
    code_postal: str = ""
    commune: str = ""
    code_commune_insee: str = ""
    pays: str = "100"


class ResponsableDossierMsg(Message, frozen=True, kw_only=True):
    """A responsable inside a dossier (affectation, autre EPLE). `cle` joins the same person across dossiers."""

    cle: str
    civilite: str = "M."
    nom: str
    nom_usage: str = ""
    prenom: str
    adresse: AdresseMsg = AdresseMsg()
    telephone_personnel: str = ""
    telephone_portable: str = ""
    telephone_professionnel: str = ""
    mel: str = ""
    profession: str = ""
    parente: str = ""
    niveau: Literal["1", "2", "3"] = "1"
    paie_frais: bool = False
    percoit_aides: bool = False
    heberge: bool = False
    prioritaire: bool = False


class OptionMsg(Message, frozen=True, kw_only=True):
    matiere: str
    modalite: str = "O"
    rang: int = 1


class DossierEleveMsg(Message, frozen=True, kw_only=True):
    """A pupil's dossier that waits in BEE > Importations."""

    cle: str
    ine: str | None = None
    nom: str
    nom_usage: str = ""
    prenoms: tuple[str, ...]
    sexe: Literal["1", "2"]
    date_naissance: date
    pays_naissance: str = "100"
    commune_naissance: str = ""
    ville_naissance: str = ""
    nationalite: str = "100"
    mef: str = ""
    regime: str = "0"
    boursier: bool = False
    redoublant: bool = False
    options: tuple[OptionMsg, ...] = ()
    adresse: AdresseMsg = AdresseMsg()
    telephone_portable: str = ""
    mel: str = ""
    uai_origine: str = ""
    division_origine: str = ""
    mef_origine: str = ""
    date_sortie_origine: date | None = None
    responsables: tuple[ResponsableDossierMsg, ...] = ()


class Affectations(Message, frozen=True, kw_only=True):
    """`affectations` (rectorat → BEE): AFFELNET results, pupils placed in a school (REC-09)."""

    uai: str
    millesime: int
    tour: str = "AFFELNET 6EME"
    dossiers: tuple[DossierEleveMsg, ...] = ()


class DemandeIne(Message, frozen=True, kw_only=True):
    """`demande_ine` (BEE → rectorat): identities that wait for their INE, by BEE's own key (REC-16)."""

    uai: str
    millesime: int
    fiches: tuple[dict[str, Any], ...] = ()


class InesAttribues(Message, frozen=True, kw_only=True):
    """`ines_attribues` (rectorat → BEE): `attributions` maps BEE's key (ELEVE_ID as text) to the INE."""

    uai: str
    millesime: int
    attributions: dict[str, str] = field(default_factory=dict)


class DemandeNomenclature(Message, frozen=True, kw_only=True):
    """`demande_nomenclature` (BEE → rectorat): the mail of a school that misses a nomenclature (NOM-04, REC-17)."""

    uai: str
    millesime: int
    genre: Literal["mef", "matiere"]
    code: str = ""
    texte: str


class DateButoirVs(Message, frozen=True, kw_only=True):
    """`date_butoir_vs` (rectorat → STS-Web): the last day of the remontée des V.S. of a STS year (REC-18)."""

    annee: int
    date_butoir: date


class DemandeCertificat(Message, frozen=True, kw_only=True):
    """`demande_certificat` (EDT → rectorat): a school asks the DSI for its NetSynchro certificate (REC-20)."""

    uai: str
    annee: int


class CertificatNetsynchro(Message, frozen=True, kw_only=True):
    """`certificat_netsynchro` (rectorat → EDT): the DSI delivers it (REC-20)."""

    uai: str
    annee: int


class FicheSysca(Message, frozen=True, kw_only=True):
    """A complete fiche élève as SYSCA keeps it; `ine` is never empty."""

    eleve_id: int
    ine: str
    nom: str
    prenom: str
    mef: str
    division: str


class ResponsableSysca(Message, frozen=True, kw_only=True):
    """A responsable légal of complete fiches (`eleves`: their ELEVE_ID)."""

    personne_id: int
    nom: str
    prenom: str
    eleves: tuple[int, ...]
