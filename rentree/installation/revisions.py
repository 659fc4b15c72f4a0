"""The revisions of the tables, as their files head them: what Alembic would say, without importing it at each start.

Source: architecture, "Storage".
"""

from __future__ import annotations

import re
from pathlib import Path

DOSSIER = Path(__file__).parents[1] / "migrations"
_TETES = re.compile(r"""^(revision|down_revision)(?:: [^=]+)? = (?:["'](\w+)["']|None)$""", re.MULTILINE)


def tete() -> str:
    """The latest revision. Raises `RuntimeError` when the files do not make one chain."""
    revisions: set[str] = set()
    precedentes: set[str] = set()
    for fichier in (DOSSIER / "versions").glob("[0-9]*.py"):
        declarees = dict(_TETES.findall(fichier.read_text(encoding="utf-8")))
        revisions.add(declarees["revision"])
        precedentes.add(declarees["down_revision"])
    dernieres = revisions - precedentes
    if len(dernieres) != 1:
        raise RuntimeError(f"the migrations have {len(dernieres)} latest revisions")
    return dernieres.pop()
