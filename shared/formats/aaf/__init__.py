"""The AAF feed of an ENT, second degree: reading, writing, deltas, checks (reference aaf.md).

`Enregistrement` and the operations are the wire records, the same for every generation of the grammar;
`EleveAaf` and the others are typed, and turn into wire records and back.
"""

from __future__ import annotations

from shared.formats.aaf.delta import appliquer_delta, appliquer_modification, calculer_delta
from shared.formats.aaf.depot import AlimentationRefusee, Depot, FichierALire, ouvrir
from shared.formats.aaf.ecriture import EcrivainAlimentation, ecrire_archive, ecrire_fichier, terminer
from shared.formats.aaf.eleves import EleveAaf
from shared.formats.aaf.enregistrement import (
    Ajout,
    Enregistrement,
    Modification,
    Operation,
    Suppression,
)
from shared.formats.aaf.etablissements import EtabEducNatAaf, MatiereEducNatAaf, MefEducNatAaf
from shared.formats.aaf.fiche import Fiche
from shared.formats.aaf.grammaire import CATEGORIES, Categorie, Grammaire
from shared.formats.aaf.lecture import lire_alimentation, lire_fichier, lire_fichier_depose
from shared.formats.aaf.manifeste import FichierEcrit, Manifeste
from shared.formats.aaf.noms import (
    NomFichier,
    TypeAlimentation,
    lire_nom,
    nom_archive,
    nom_archive_ent2dva,
)
from shared.formats.aaf.personnes import PersEducNatAaf, PersRelEleveAaf
from shared.formats.aaf.substitutions import Substitutions
from shared.formats.aaf.verification import verifier_alimentation

FICHES: dict[Categorie, type[Fiche]] = {
    Categorie.ETABLISSEMENT: EtabEducNatAaf,
    Categorie.MEF: MefEducNatAaf,
    Categorie.MATIERE: MatiereEducNatAaf,
    Categorie.ELEVE: EleveAaf,
    Categorie.RESPONSABLE: PersRelEleveAaf,
    Categorie.PERSONNEL: PersEducNatAaf,
}
"""The typed record of each category."""

__all__ = [
    "CATEGORIES",
    "FICHES",
    "Ajout",
    "AlimentationRefusee",
    "Categorie",
    "Depot",
    "EcrivainAlimentation",
    "EleveAaf",
    "Enregistrement",
    "EtabEducNatAaf",
    "Fiche",
    "FichierALire",
    "FichierEcrit",
    "Grammaire",
    "Manifeste",
    "MatiereEducNatAaf",
    "MefEducNatAaf",
    "Modification",
    "NomFichier",
    "Operation",
    "PersEducNatAaf",
    "PersRelEleveAaf",
    "Substitutions",
    "Suppression",
    "TypeAlimentation",
    "appliquer_delta",
    "appliquer_modification",
    "calculer_delta",
    "ecrire_archive",
    "ecrire_fichier",
    "lire_alimentation",
    "lire_fichier",
    "lire_fichier_depose",
    "lire_nom",
    "nom_archive",
    "nom_archive_ent2dva",
    "ouvrir",
    "terminer",
    "verifier_alimentation",
]
