"""What `rentree demo` announces of the set it writes: its `bilan.json` names the mistakes it was asked to sow.

A problem that it names is told as an information, so that a set of the demo shows nothing that was not meant.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from shared.formats.examen.rapport import Gravite, Probleme, RapportExamen

NOM_BILAN = "bilan.json"
_TAILLE_MAX = 16 * 1024**2


def objets_annonces(chemins: Iterable[Path]) -> frozenset[str]:
    """The objects ("groupe:3LAT/GR") that a `bilan.json` of the given folders names; none when it is not ours."""
    objets: set[str] = set()
    for chemin in chemins:
        bilan = chemin / NOM_BILAN
        if not chemin.is_dir() or not bilan.is_file() or bilan.stat().st_size > _TAILLE_MAX:
            continue
        try:
            exclusions = json.loads(bilan.read_bytes())["exclusions"]
            objets.update(f"{x['objet']}:{x['id']}" for x in exclusions)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            continue
    return frozenset(objets)


def sans_les_annonces(rapport: RapportExamen, objets: frozenset[str]) -> RapportExamen:
    """The report in which what concerns an announced object is an information."""

    def change(probleme: Probleme) -> Probleme:
        if probleme.gravite is Gravite.INFORMATION or probleme.objet is None or probleme.objet not in objets:
            return probleme
        phrase = f"{probleme.phrase} C'est annoncé dans {NOM_BILAN}."
        return replace(probleme, gravite=Gravite.INFORMATION, phrase=phrase)

    return rapport.remplace(change) if objets else rapport
