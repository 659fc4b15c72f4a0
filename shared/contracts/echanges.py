"""Messages between the applications (our own wire format: the real web services are not public).

Codes inside are the ministry's. Every message names the school (`uai`) and both years: `annee`, the STS
year (its starting civil year), and `millesime`, the BEE one (they differ in the southern calendar, COM-05).
Source: sts-edt reference §4, architecture "Nights".
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

VERSION = 1


class Message(BaseModel):
    """Base of all messages: unknown fields are refused, so that two versions never half-understand."""

    model_config = ConfigDict(extra="forbid", frozen=True)


# --- who a school is -------------------------------------------------------------------------------------------


class EtablissementMsg(Message):
    """A school as the académie knows it (ramsese-like)."""

    uai: str
    sigle: str = "CLG"
    denomination: str = "COLLEGE"
    nom: str = ""
    nature: str = "340"
    categorie: str = "CLG"
    secteur: Literal["PU", "PR"] = "PU"
    adresse: str = ""
    code_postal: str = ""
    commune: str = ""
    code_commune_insee: str = ""
    telephone: str = ""
    mel: str = ""
    siren: str = ""
    academie_code: str = ""
    academie_nom: str = ""


# --- STS-Web → BEE: exports Structure and Services --------------------------------------------------------------


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


# --- rectorat → STS-Web, BEE -----------------------------------------------------------------------------------


class AffectationAgentMsg(Message):
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
    quotite: int = Field(default=100, ge=1, le=100)
    debut: date | None = None
    fin: date | None = None
    supplee_id: int | None = None


class AgentMsg(Message):
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


class AgentsEpp(Message):
    """`agents_epp` (rectorat → STS-Web, nightly): all agents of EPP appointed in a school. Replaces the last list."""

    uai: str
    etablissement: EtablissementMsg
    agents: tuple[AgentMsg, ...] = ()


class MefMsg(Message):
    code: str
    formation: str
    specialite: str = ""
    libelle_long: str
    libelle_edition: str = ""
    mefstat11: str = ""
    mefstat4: str = ""


class ProgrammeMsg(Message):
    mef: str
    matiere: str
    horaire: float
    modalite: str = "S"


class MatiereNationaleMsg(Message):
    code: str
    code_gestion: str
    libelle_court: str
    libelle_long: str
    libelle_edition: str = ""


class NomenclaturesMsg(Message):
    """`nomenclatures` (rectorat → STS-Web and BEE, nightly when a new set was loaded): the académie's set."""

    version: int
    mefs: tuple[MefMsg, ...] = ()
    matieres: tuple[MatiereNationaleMsg, ...] = ()
    programmes: tuple[ProgrammeMsg, ...] = ()


class BasculeBee(Message):
    """`bascule_bee` (rectorat → BEE): the académie opens the base of the next millésime (REC-11)."""

    uai: str
    millesime: int
    etablissement: EtablissementMsg


class AdresseMsg(Message):
    lignes: tuple[str, ...] = ()
    code_postal: str = ""
    commune: str = ""
    code_commune_insee: str = ""
    pays: str = "100"


class ResponsableDossierMsg(Message):
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


class OptionMsg(Message):
    matiere: str
    modalite: str = "O"
    rang: int = 1


class DossierEleveMsg(Message):
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


class Affectations(Message):
    """`affectations` (rectorat → BEE): AFFELNET results, pupils placed in a school (REC-09)."""

    uai: str
    millesime: int
    tour: str = "AFFELNET 6EME"
    dossiers: tuple[DossierEleveMsg, ...] = ()


class DemandeIne(Message):
    """`demande_ine` (BEE → rectorat): identities that wait for their INE, by BEE's own key (REC-16)."""

    uai: str
    millesime: int
    fiches: tuple[dict[str, Any], ...] = ()


class InesAttribues(Message):
    """`ines_attribues` (rectorat → BEE): `attributions` maps BEE's key (ELEVE_ID as text) to the INE."""

    uai: str
    millesime: int
    attributions: dict[str, str] = Field(default_factory=dict)


class DemandeNomenclature(Message):
    """`demande_nomenclature` (BEE → rectorat): the mail of a school that misses a nomenclature (NOM-04, REC-17)."""

    uai: str
    millesime: int
    genre: Literal["mef", "matiere"]
    code: str = ""
    texte: str


class DateButoirVs(Message):
    """`date_butoir_vs` (rectorat → STS-Web): the last day of the remontée des V.S. of a STS year (REC-18)."""

    annee: int
    date_butoir: date


class DemandeCertificat(Message):
    """`demande_certificat` (EDT → rectorat): a school asks the DSI for its NetSynchro certificate (REC-20)."""

    uai: str
    annee: int


class CertificatNetsynchro(Message):
    """`certificat_netsynchro` (rectorat → EDT): the DSI delivers it (REC-20)."""

    uai: str
    annee: int


class FicheSysca(Message):
    """A complete fiche élève as SYSCA keeps it; `ine` is never empty."""

    eleve_id: int
    ine: str
    nom: str
    prenom: str
    mef: str
    division: str


class ResponsableSysca(Message):
    """A responsable légal of complete fiches (`eleves`: their ELEVE_ID)."""

    personne_id: int
    nom: str
    prenom: str
    eleves: tuple[int, ...]


# --- remontées to the AAF --------------------------------------------------------------------------------------


class EleveMsg(Message):
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


class ResponsableMsg(Message):
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


class LienResponsableMsg(Message):
    eleve_id: int
    personne_id: int
    parente: str
    niveau: Literal["1", "2", "3"]
    paie_frais: bool = False
    percoit_aides: bool = False
    heberge: bool = False
    prioritaire: bool = False


class ExclusionMsg(Message):
    """Something that does not come out, and why. `libelle` is what pages show of it (a person's name)."""

    objet: Literal["eleve", "responsable", "enseignant", "agent", "groupe", "division", "lien"]
    id: str
    code: str
    raison: str
    remede: str = ""
    menu: str = ""
    depuis: datetime | None = None
    cles: dict[str, str] = Field(default_factory=dict)
    libelle: str = ""


class RemonteeInchangee(Message):
    """Stands for the content of a `remontee_bee` that would say again what the AAF took last; and its counts."""

    empreinte: str
    eleves: int
    responsables: int
    liens: int
    non_remontes: int


class RemonteeBee(Message):
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
        return hashlib.sha256(self.model_dump_json(exclude={"instant", "inchangee"}).encode()).hexdigest()

    def sans_contenu(self, empreinte: str) -> RemonteeBee:
        """The same, for a receiver that holds its content already: `empreinte` is that of this message."""
        comptes = {nom: len(getattr(self, nom)) for nom in ("eleves", "responsables", "liens", "non_remontes")}
        return RemonteeBee(
            uai=self.uai,
            annee=self.annee,
            millesime=self.millesime,
            instant=self.instant,
            inchangee=RemonteeInchangee(empreinte=empreinte, **comptes),
        )


class RemonteeSts(Message):
    """`remontee_sts` (STS-Web → AAF, 23:30): who is in Ressources; `services` as last exported when `sts_direct`."""

    uai: str
    annee: int
    instant: datetime
    personnels: tuple[PersonnelMsg, ...] = ()
    services: ServicesSts | None = None


class RemonteeRectorat(Message):
    """`remontee_rectorat` (rectorat → AAF, 23:30): a school and its agents of EPP and of GI/GC."""

    uai: str
    instant: datetime
    etablissement: EtablissementMsg
    agents: tuple[AgentMsg, ...] = ()
    nomenclatures: NomenclaturesMsg | None = None


class RemonteeSysca(Message):
    """`remontee_sysca` (BEE → rectorat, 23:30, when something changed): the complete fiches of a base (REC-14).

    SYSCA keeps them, EduConnect makes its accounts of them (REC-19). `retenues`: the fiches that stay, and why.
    """

    uai: str
    millesime: int
    eleves: tuple[FicheSysca, ...] = ()
    responsables: tuple[ResponsableSysca, ...] = ()
    retenues: tuple[ExclusionMsg, ...] = ()


# --- EDT → ENT: the timetable, by itself (EDT-46) ------------------------------------------------------------------


class EmploiDuTempsEdt(Message):
    """`emploi_du_temps` (EDT → ENT): the file of « Export vers un socle », and the secret of the URL it goes to."""

    uai: str
    annee: int
    jeton: str
    fichier: str
    contenu: str
