"""What is wrong with a field, in French, as pydantic found it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

_DITS: dict[str, Callable[[str, Mapping[str, Any]], str]] = {
    "missing": lambda nom, _: f"{nom} manque",
    "extra_forbidden": lambda nom, _: f"{nom} n'en est pas un champ",
    "literal_error": lambda nom, c: f"{nom} vaut {c['expected'].replace(' or ', ' ou ')}",
    "enum": lambda nom, c: f"{nom} vaut {c['expected'].replace(' or ', ' ou ')}",
    "greater_than_equal": lambda nom, c: f"{nom} vaut au moins {c['ge']}",
    "less_than_equal": lambda nom, c: f"{nom} vaut au plus {c['le']}",
    "less_than": lambda nom, c: f"{nom} vaut moins de {c['lt']}",
    "string_too_long": lambda nom, c: f"{nom} a {c['max_length']} caractères au plus",
    "string_too_short": lambda nom, c: f"{nom} a {c['min_length']} caractère(s) au moins",
    "string_pattern_mismatch": lambda nom, _: f"{nom} n'a pas la forme attendue",
}
_GENRES = {
    "int": "un nombre entier",
    "float": "un nombre",
    "bool": "vrai ou faux",
    "string": "un texte",
    "list": "une liste",
    "dict": "un objet",
    "model": "un objet",
    "datetime": "une date et une heure, comme 2021-09-01T08:00:00+02:00",
    "date": "une date, comme 2021-09-01",
}


def dire_champ(erreur: Mapping[str, Any], nom: str) -> str:
    """An error of pydantic on what `nom` names, in French; the value is not told."""
    dire = _DITS.get(erreur["type"])
    if dire is not None:
        return dire(nom, erreur.get("ctx", {}))
    genre = _GENRES.get(erreur["type"].partition("_")[0])
    return f"{nom} est {genre}" if genre else nom
