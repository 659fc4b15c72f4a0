"""What committed files may hold: no path of one machine, no registry host, no file too long to read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .lecture import RACINE, committed_files

LONGUEUR = 400
LONGS = {
    "rentree/migrations/versions/0001_tables_of_the_first_landing.py": "written by Alembic, one statement per table",
}
"""Files of code over 400 lines, with the reason. An entry that no longer serves fails the test too."""

CODE = {".py", ".html", ".js", ".css", ".sql"}

CHEMINS = re.compile(r"(?<![\w.~}-])/(?:work|root|home|tmp|Users)/[\w.]|[A-Z]:\\{1,2}Users")
HOTES = (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("crates", "io"))
DEPOTS = re.compile("|".join(rf"\b{nom}\.{fin}\b" for nom, fin in HOTES))
SANS_REGARD = {"uv.lock", "LICENSE"}


def texts() -> list[tuple[str, str]]:
    """Name and text of every committed text file."""
    lus = []
    for chemin in committed_files():
        octets = chemin.read_bytes()
        nom = chemin.relative_to(RACINE).as_posix()
        if b"\0" not in octets[:8000] and nom not in SANS_REGARD:
            lus.append((nom, octets.decode("utf-8", errors="replace")))
    return lus


def places(motif: re.Pattern[str], lus: list[tuple[str, str]]) -> list[str]:
    return [
        f"{nom}:{numero}: {trouve.group()}"
        for nom, texte in lus
        for numero, ligne in enumerate(texte.splitlines(), 1)
        if (trouve := motif.search(ligne))
    ]


def test_no_path_of_a_machine_is_committed() -> None:
    """What works on one machine only is not in the project."""
    assert places(CHEMINS, texts()) == []


def test_no_registry_host_is_committed() -> None:
    """Packages come from wherever the user's own settings say; only the lock file names a host."""
    assert places(DEPOTS, texts()) == []


@pytest.mark.parametrize(
    "texte",
    ["x = '/" + "home/alice/rentree'", "cd /" + "tmp/essai", "racine=/" + "work/main", "C:" + "\\Users\\alice"],
)
def test_a_path_is_seen(texte: str) -> None:
    """The search finds a path wherever it stands in a line."""
    assert len(places(CHEMINS, [("f", texte)])) == 1


@pytest.mark.parametrize("texte", ["see https://pypi." + "org/simple", "//files.pythonhosted." + "org/x"])
def test_a_host_is_seen(texte: str) -> None:
    """The search finds a registry's host within an address."""
    assert len(places(DEPOTS, [("f", texte)])) == 1


def test_paths_of_ours_are_not_machine_paths() -> None:
    """Routes and relative paths that hold the same words are let be."""
    for texte in ("./tmp/x", "{{ base }}/home/x", "docs/work/plan.md", "https://exemple.invalid/a"):
        assert places(CHEMINS, [("f", texte)]) == []


def test_files_stay_readable() -> None:
    """A file of code stays under 400 lines, but for those that are defended one by one."""
    longs = {}
    for chemin in committed_files():
        if chemin.suffix in CODE:
            lignes = len(chemin.read_text(encoding="utf-8", errors="replace").splitlines())
            if lignes > LONGUEUR:
                longs[chemin.relative_to(RACINE).as_posix()] = lignes
    assert {nom: lignes for nom, lignes in longs.items() if nom not in LONGS} == {}
    assert set(LONGS) <= set(longs), "a defence is no longer needed"


def test_the_list_of_files_is_not_empty() -> None:
    """These tests look at the whole project, themselves included."""
    suivis = set(committed_files())
    assert Path(RACINE / "pyproject.toml") in suivis
    assert len(suivis) > 50
