"""Civilités, as BEE prints them (`M.`, `MME`) whatever the dossier calls them.

Source: SIECLE reference, sections 3.2 and 13.8.
"""

from __future__ import annotations

_COURTES = {
    "1": "M.",
    "M": "M.",
    "M.": "M.",
    "MONSIEUR": "M.",
    "2": "MME",
    "MME": "MME",
    "MADAME": "MME",
    "3": "MME",
    "MLLE": "MME",
}
LONGUES = {"M.": "MONSIEUR", "MME": "MADAME"}


def civilite_courte(texte: str) -> str:
    """`M.` or `MME`; an unknown civilité is kept as typed."""
    propre = texte.strip()
    return _COURTES.get(propre.upper(), propre)
