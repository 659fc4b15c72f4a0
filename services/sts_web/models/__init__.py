"""Tables of STS-Web: schools, years, structure, ressources, services, last exports.

Source: reference sts-edt §2 (what a school's year holds), architecture "Storage" (établissement and année on
every school row). Codes that reach a file are the ministry's; `numero` of a service is allotted by the use
cases.
"""

from __future__ import annotations

from services.sts_web.models.commun import SCHEMA, Base, Envoi, Journal
from services.sts_web.models.echanges import DernierExport, RejetImport
from services.sts_web.models.etablissements import (
    Annee,
    Campagne,
    Etablissement,
    EtatNomenclatures,
    Matiere,
    Mef,
    Programme,
    RemonteeVs,
)
from services.sts_web.models.personnes import Agent, Are, Hsa, IndemniteMission, Nomination, ProfPrincipal
from services.sts_web.models.structures import (
    Division,
    DivisionMef,
    EnseignantService,
    Groupe,
    GroupeDivision,
    HorsProgramme,
    Service,
)

__all__ = [
    "SCHEMA",
    "Agent",
    "Annee",
    "Are",
    "Base",
    "Campagne",
    "DernierExport",
    "Division",
    "DivisionMef",
    "EnseignantService",
    "Envoi",
    "Etablissement",
    "EtatNomenclatures",
    "Groupe",
    "GroupeDivision",
    "HorsProgramme",
    "Hsa",
    "IndemniteMission",
    "Journal",
    "Matiere",
    "Mef",
    "Nomination",
    "ProfPrincipal",
    "Programme",
    "RejetImport",
    "RemonteeVs",
    "Service",
]
