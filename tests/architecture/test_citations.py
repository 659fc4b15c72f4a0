"""What cites a section of a guide cites one that exists: guide 000 sends its own readers to stale numbers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

RACINE = Path(__file__).parents[2]
SECTIONS_000 = {
    "1", "2", "2.1", "2.2", "2.3", "2.4", "2.5", "2.5.1", "2.5.2", "2.6", "2.7", "2.8", "2.9", "2.10", "2.11",
    "2.12", "2.13", "3", "3.1", "3.1.1", "3.1.2", "3.2", "3.2.1", "3.2.2", "3.3", "4", "4.1", "4.2", "4.3", "4.4",
    "4.5",
}  # fmt: skip
CITATION = re.compile(r"guide 000,? (?:section |§ ?)([0-9]+(?:\.[0-9]+)*)")


@pytest.mark.procedure("ACC-18")
def test_citations_of_guide_000_use_the_right_numbers() -> None:
    """No text sends to « 2.2.1 », « 2.2.2 », « 1.5.2 » or « 1.10 », which the guide's own cross-references say."""
    vues, fautives = 0, []
    for dossier in ("services", "shared", "rentree", "docs"):
        for fichier in sorted((RACINE / dossier).rglob("*")):
            if fichier.suffix in {".py", ".html", ".md"}:
                for trouve in CITATION.finditer(fichier.read_text(encoding="utf-8")):
                    vues += 1
                    if trouve.group(1) not in SECTIONS_000:
                        fautives.append(f"{fichier.relative_to(RACINE)}: {trouve.group()}")
    assert fautives == []
    assert vues > 10
