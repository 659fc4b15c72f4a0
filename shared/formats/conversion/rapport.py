"""What a conversion did: from what to what, and everything that the target does not carry as the source did."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from msgspec import Struct

from shared.contracts.refus import Remarque


class Sort(StrEnum):
    """What became of a value. The last two lose nothing."""

    ABANDONNE = "abandonné"
    SUBSTITUE = "substitué"
    DEDUIT = "déduit"
    GARDE = "gardé tel quel"


PERDANTS = frozenset({Sort.ABANDONNE, Sort.SUBSTITUE})


class Ecart(Struct, frozen=True):
    """One rule applied to one field: its code, what it does, how many times, to which record first."""

    code: str
    sort: Sort
    champ: str
    phrase: str
    nombre: int
    premier: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "code": self.code,
            "sort": self.sort.value,
            "champ": self.champ,
            "phrase": self.phrase,
            "nombre": self.nombre,
            "premier": self.premier,
        }


class Ecarts:
    """Collects what the target does not carry as the source did; memory does not grow with the file."""

    def __init__(self) -> None:
        self._vus: dict[tuple[str, str], Ecart] = {}
        self.remarques: list[Remarque] = []

    def note(self, sort: Sort, code: str, champ: str, phrase: str, nombre: int = 1, premier: str | None = None) -> None:
        """Count `nombre` more applications of a rule; `premier` designates a record, never a person's name."""
        if not nombre:
            return
        connu = self._vus.get((code, champ))
        if connu is not None:
            nombre, premier = connu.nombre + nombre, connu.premier
        self._vus[code, champ] = Ecart(code, sort, champ, phrase, nombre, premier)

    def abandonne(self, code: str, champ: str, phrase: str, nombre: int = 1, premier: str | None = None) -> None:
        """Something is not written."""
        self.note(Sort.ABANDONNE, code, champ, phrase, nombre, premier)

    def substitue(self, code: str, champ: str, phrase: str, nombre: int = 1, premier: str | None = None) -> None:
        """Something else is written in its place."""
        self.note(Sort.SUBSTITUE, code, champ, phrase, nombre, premier)

    def deduit(self, code: str, champ: str, phrase: str, nombre: int = 1, premier: str | None = None) -> None:
        """Something is written that the source said otherwise, or let understand."""
        self.note(Sort.DEDUIT, code, champ, phrase, nombre, premier)

    def garde(self, code: str, champ: str, phrase: str, nombre: int = 1, premier: str | None = None) -> None:
        """Something is written as it was, though the target would say it otherwise."""
        self.note(Sort.GARDE, code, champ, phrase, nombre, premier)

    def caracteres(self, nombre: int) -> None:
        """Characters were replaced for want of an encoding."""
        phrase = "l'encodage du fichier ne les a pas : écrits par le caractère le plus proche, sinon « ? »"
        self.substitue("CARACTERES_REMPLACES", "caractères", phrase, nombre)

    def lecture(self, remarques: Iterable[Remarque], sauf: frozenset[str] = frozenset()) -> None:
        """What a reader did not understand is not written: one rule for each remark but those of code in `sauf`."""
        for remarque in remarques:
            if remarque.code not in sauf:
                champ = remarque.lieu.element or "fichier"
                self.abandonne(f"LECTURE_{remarque.code}", champ, remarque.phrase.rstrip("."))

    @property
    def ecarts(self) -> tuple[Ecart, ...]:
        """The rules applied, in the order in which they first were."""
        return tuple(self._vus.values())


class RapportConversion(Struct, frozen=True):
    """A conversion done, or tried when `cible` is None. `remarques`: what the target may be reproached with."""

    source: str
    cible: str | None
    libelle: str
    de: str
    vers: str
    fiches: int
    ecarts: tuple[Ecart, ...] = ()
    remarques: tuple[Remarque, ...] = ()

    @property
    def sans_perte(self) -> bool:
        """Whether the target says everything that the source said."""
        return not any(ecart.sort in PERDANTS for ecart in self.ecarts)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values; no value of the files."""
        return {
            "source": self.source,
            "cible": self.cible,
            "libelle": self.libelle,
            "de": self.de,
            "vers": self.vers,
            "fiches": self.fiches,
            "sans_perte": self.sans_perte,
            "ecarts": [ecart.as_json() for ecart in self.ecarts],
            "remarques": [{"code": r.code, "phrase": r.phrase, "remede": r.remede} for r in self.remarques],
        }
