"""Tables of SIECLE BEE. School data carry `uai` and `millesime`; a millésime is a whole copy of the base."""

from __future__ import annotations

from services.siecle_bee.models.complements import Fermeture, FicheRenseignement, ScolariteComplexe
from services.siecle_bee.models.eleves import (
    Adresse,
    Eleve,
    LienGroupe,
    LienResponsable,
    OptionEleve,
    Personne,
)
from services.siecle_bee.models.importations import Anomalie, Depot, Dossier, Signalement
from services.siecle_bee.models.logiciel_prive import DepotDossiers, LigneDossiers
from services.siecle_bee.models.socle import (
    Base,
    BaseEleves,
    Compteur,
    Envoi,
    Etablissement,
    Journal,
    Traitement,
)
from services.siecle_bee.models.structures import (
    Division,
    EchangeSts,
    Groupe,
    JeuNomenclature,
    MatiereBase,
    MefBase,
    ProgrammeBase,
)

__all__ = [
    "Adresse",
    "Anomalie",
    "Base",
    "BaseEleves",
    "Compteur",
    "Depot",
    "DepotDossiers",
    "Division",
    "Dossier",
    "EchangeSts",
    "Eleve",
    "Envoi",
    "Etablissement",
    "Fermeture",
    "FicheRenseignement",
    "Groupe",
    "JeuNomenclature",
    "Journal",
    "LienGroupe",
    "LienResponsable",
    "LigneDossiers",
    "MatiereBase",
    "MefBase",
    "OptionEleve",
    "Personne",
    "ProgrammeBase",
    "ScolariteComplexe",
    "Signalement",
    "Traitement",
]
