"""Reading the data files: CSV in UTF-8, one header line, package data of `donnees/`.

Each file is read once per process, the first time somebody asks for it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any, TypeVar

T = TypeVar("T")


def _booleen(texte: str) -> bool:
    if texte not in ("oui", "non"):
        raise ValueError(f"oui ou non attendu : {texte!r}")
    return texte == "oui"


# How a cell becomes a value, by the annotation of the field it fills.
_LECTEURS: dict[str, Any] = {
    "str": str,
    "int": int,
    "bool": _booleen,
    "Decimal": Decimal,
    "str | None": lambda t: t or None,
    "date | None": lambda t: date.fromisoformat(t) if t else None,
    "tuple[str, ...]": lambda t: tuple(t.split()),
}


_tables: dict[tuple[str, str], tuple[Any, ...]] = {}
_index: dict[tuple[str, str, str], dict[str, Any]] = {}


def lignes(nom: str) -> Iterator[dict[str, str]]:
    """The rows of `donnees/<nom>.csv`, as they stand (no cell holds a line break)."""
    with files(__package__).joinpath("donnees", f"{nom}.csv").open("r", encoding="utf-8") as fichier:
        yield from csv.DictReader(fichier)


def table(nom: str, modele: type[T]) -> tuple[T, ...]:
    """The rows of `donnees/<nom>.csv` as objects of `modele`, in the order of the file.

    Raises `KeyError` when a column is missing, `ValueError` when a cell cannot be read.
    """
    cle = (nom, modele.__name__)
    if cle not in _tables:
        lecteurs = [(champ, _LECTEURS[type_]) for champ, type_ in modele.__annotations__.items()]
        _tables[cle] = tuple(modele(**{n: lire(ligne[n]) for n, lire in lecteurs}) for ligne in lignes(nom))
    return _tables[cle]


def index(nom: str, modele: type[T], champ: str = "code") -> dict[str, T]:
    """The same rows by the value of `champ`; a value met twice is a mistake of the data (`ValueError`)."""
    cle = (nom, modele.__name__, champ)
    if cle not in _index:
        resultat: dict[str, T] = {}
        for objet in table(nom, modele):
            valeur = getattr(objet, champ)
            if resultat.setdefault(valeur, objet) is not objet:
                raise ValueError(f"{nom}.csv : {champ} {valeur!r} en double")
        _index[cle] = resultat
    return _index[cle]
