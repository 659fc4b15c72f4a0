"""The AAF feed of an ENT, both degrees: reading, writing, deltas, checks (reference aaf.md).

`Enregistrement` and the operations are the wire records, the same for every generation of the grammar;
`EleveAaf` and the others are typed, `EleveAaf1d` and the others for the first degree; they turn into wire
records and back.
"""

from __future__ import annotations

from shared.formats.aaf.delta import appliquer_delta, appliquer_modification, calculer_delta
from shared.formats.aaf.depot import AlimentationRefusee, Depot, FichierALire, ouvrir
from shared.formats.aaf.ecoles import EtabEducNatAaf1d
from shared.formats.aaf.ecriture import ENCODAGES, EcrivainAlimentation, ecrire_archive, ecrire_fichier, terminer
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
from shared.formats.aaf.fiches import (
    FICHES,
    FICHES_1D,
    NON_PORTES,
    fiche_de,
    lire_fiches,
    lire_fiches_alimentation,
    pertes,
    reconnaitre_alimentation,
)
from shared.formats.aaf.grammaire import CATEGORIES, GRAMMAIRES, Categorie, Degre, Grammaire, categories_de, degre_de
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
from shared.formats.aaf.premier_degre import EleveAaf1d, PersEducNatAaf1d, PersRelEleveAaf1d
from shared.formats.aaf.rendu import sans_interdits
from shared.formats.aaf.substitutions import Substitutions
from shared.formats.aaf.verification import verifier_alimentation

__all__ = [
    "CATEGORIES",
    "ENCODAGES",
    "FICHES",
    "FICHES_1D",
    "GRAMMAIRES",
    "NON_PORTES",
    "Ajout",
    "AlimentationRefusee",
    "Categorie",
    "Degre",
    "Depot",
    "EcrivainAlimentation",
    "EleveAaf",
    "EleveAaf1d",
    "Enregistrement",
    "EtabEducNatAaf",
    "EtabEducNatAaf1d",
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
    "PersEducNatAaf1d",
    "PersRelEleveAaf",
    "PersRelEleveAaf1d",
    "Substitutions",
    "Suppression",
    "TypeAlimentation",
    "appliquer_delta",
    "appliquer_modification",
    "calculer_delta",
    "categories_de",
    "degre_de",
    "ecrire_archive",
    "ecrire_fichier",
    "fiche_de",
    "lire_alimentation",
    "lire_fiches",
    "lire_fiches_alimentation",
    "lire_fichier",
    "lire_fichier_depose",
    "lire_nom",
    "nom_archive",
    "nom_archive_ent2dva",
    "ouvrir",
    "pertes",
    "reconnaitre_alimentation",
    "sans_interdits",
    "terminer",
    "verifier_alimentation",
]
