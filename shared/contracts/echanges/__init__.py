"""Messages between the applications (our own wire format: the real web services are not public).

Codes inside are the ministry's. Every message names the school (`uai`) and both years: `annee`, the STS
year (its starting civil year), and `millesime`, the BEE one (they differ in the southern calendar, COM-05).
Source: sts-edt reference §4, architecture "Nights".
"""

from __future__ import annotations

from shared.contracts.echanges.academie import (
    AdresseMsg,
    AffectationAgentMsg,
    Affectations,
    AgentMsg,
    AgentsEpp,
    BasculeBee,
    CertificatNetsynchro,
    DateButoirVs,
    DemandeCertificat,
    DemandeIne,
    DemandeNomenclature,
    DossierEleveMsg,
    FicheSysca,
    InesAttribues,
    MatiereNationaleMsg,
    MefMsg,
    NomenclaturesMsg,
    OptionMsg,
    ProgrammeMsg,
    ResponsableDossierMsg,
    ResponsableSysca,
)
from shared.contracts.echanges.emploi_du_temps import EmploiDuTempsEdt
from shared.contracts.echanges.remontees import (
    EleveMsg,
    ExclusionMsg,
    LienResponsableMsg,
    RemonteeBee,
    RemonteeInchangee,
    RemonteeRectorat,
    RemonteeSts,
    RemonteeSysca,
    ResponsableMsg,
)
from shared.contracts.echanges.socle import VERSION, EtablissementMsg, Message
from shared.contracts.echanges.structure import (
    BasculeSts,
    DisciplineMsg,
    DivisionMsg,
    EnseignantServiceMsg,
    GroupeMsg,
    MatiereMsg,
    PersonnelMsg,
    ServiceMsg,
    ServicesSts,
    StructureSts,
)

__all__ = [
    "VERSION",
    "AdresseMsg",
    "AffectationAgentMsg",
    "Affectations",
    "AgentMsg",
    "AgentsEpp",
    "BasculeBee",
    "BasculeSts",
    "CertificatNetsynchro",
    "DateButoirVs",
    "DemandeCertificat",
    "DemandeIne",
    "DemandeNomenclature",
    "DisciplineMsg",
    "DivisionMsg",
    "DossierEleveMsg",
    "EleveMsg",
    "EmploiDuTempsEdt",
    "EnseignantServiceMsg",
    "EtablissementMsg",
    "ExclusionMsg",
    "FicheSysca",
    "GroupeMsg",
    "InesAttribues",
    "LienResponsableMsg",
    "MatiereMsg",
    "MatiereNationaleMsg",
    "MefMsg",
    "Message",
    "NomenclaturesMsg",
    "OptionMsg",
    "PersonnelMsg",
    "ProgrammeMsg",
    "RemonteeBee",
    "RemonteeInchangee",
    "RemonteeRectorat",
    "RemonteeSts",
    "RemonteeSysca",
    "ResponsableDossierMsg",
    "ResponsableMsg",
    "ResponsableSysca",
    "ServiceMsg",
    "ServicesSts",
    "StructureSts",
]
