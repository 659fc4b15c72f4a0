"""Lists of surnames, first names and street names, read once from `donnees/`."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


def _texte(nom: str) -> str:
    return files(__package__).joinpath("donnees", nom).read_text(encoding="utf-8")


@cache
def noms(sud: bool = False) -> tuple[str, ...]:
    """Surnames in capitals, in the order of the file; with the southern ones, three times over, if `sud`."""
    lignes = _texte("noms.txt").splitlines() + (_texte("noms_sud.txt").splitlines() * 3 if sud else [])
    return tuple(n.strip() for ligne in lignes if not ligne.startswith("#") for n in ligne.split(",") if n)


@cache
def _prenoms() -> tuple[tuple[str, int, int, tuple[str, ...]], ...]:
    lecture = csv.DictReader(_texte("prenoms.csv").splitlines())
    return tuple(
        ("1" if ligne["sexe"] == "M" else "2", int(ligne["debut"]), int(ligne["fin"]), tuple(ligne["prenoms"].split()))
        for ligne in lecture
    )


@cache
def prenoms(sexe: str, naissance: int) -> tuple[str, ...]:
    """First names of a sex ("1" or "2") fit for a year of birth: those of the nearest period."""
    candidats = [p for p in _prenoms() if p[0] == sexe]
    return min(candidats, key=lambda p: max(p[1] - naissance, naissance - p[2], 0))[3]


@cache
def lieux(genre: str) -> tuple[str, ...]:
    """Words of places: « voies », « noms_voies », « complements », « colleges », « ecoles »."""
    for ligne in csv.DictReader(_texte("lieux.csv").splitlines()):
        if ligne["genre"] == genre:
            return tuple(ligne["valeurs"].split("|"))
    raise KeyError(genre)
