"""Dossiers d'assistance: the words that the rectorat's form and *Suivre* share.

Source: guide 002, « Aide au diagnostic »; procedures ACC-15, DIAG-03 to DIAG-09.
"""

from __future__ import annotations

from collections.abc import Mapping

RUBRIQUES: Mapping[str, str] = {
    "ent": "un incident sur l'ENT administration - identifiants utilisateurs",
    "sts_web": "STS-Web",
    "siecle_bee": "SIECLE-BEE",
    "gigc": "GI/GC",
}
"""The headings, by code: the one of the ENT, then the applications de gestion."""

CORRECTES = "Les données sont correctes"
INCORRECTES = "Les données sont incorrectes"
