"""Our schemas of the GAR exports, one by degree: what our writer promises, and what a report is made of.

Source: connectors reference §7.1 (elements, order, occurrences, lengths, uniqueness keys). Where no length is public we
allow 255 characters, 500 for names.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from lxml import etree

from shared.formats.gar.noeuds import Degre

_DOSSIER = Path(__file__).parent / "schemas"


def chemin_schema(degre: Degre) -> Path:
    """Where the schema of a degree stands."""
    return _DOSSIER / f"gar_ent_{degre.value.lower()}.xsd"


@cache
def schema(degre: Degre) -> etree.XMLSchema:
    """The schema of a degree, compiled once."""
    return etree.XMLSchema(etree.parse(str(chemin_schema(degre))))
