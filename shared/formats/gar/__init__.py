"""The exports of an ENT for the GAR (gestionnaire d'accès aux ressources), second and first degree.

`ecriture` writes them, `lecture` reads them, `verification` says what the GAR would report of them. Source: connectors
reference §7.
"""

from __future__ import annotations

from shared.formats.gar.ecriture import Archive, EcrivainGar, ecrire_archive, empreinte
from shared.formats.gar.lecture import ExportGar, FichierGar, NoeudLu, lire_noeuds, ouvrir
from shared.formats.gar.noeuds import ESPACES, RACINES, Degre, Noeud, Sorte
from shared.formats.gar.noms import NomGar, lire_nom, lire_nom_archive

__all__ = [
    "ESPACES",
    "RACINES",
    "Archive",
    "Degre",
    "EcrivainGar",
    "ExportGar",
    "FichierGar",
    "Noeud",
    "NoeudLu",
    "NomGar",
    "Sorte",
    "ecrire_archive",
    "empreinte",
    "lire_noeuds",
    "lire_nom",
    "lire_nom_archive",
    "ouvrir",
]
