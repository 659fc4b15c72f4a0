"""The records and operations of a feed as they stand in the file: nothing of any generation is lost.

Attribute names and values are two parallel tuples rather than pairs: the names are the same object for every
record of a category, which halves the memory of a directory and lets the writer choose its frame at once.

Source: reference aaf.md, section 2.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Self

from msgspec import Struct

from shared.formats.aaf.grammaire import Categorie, cle_identifiant

Valeurs = tuple[str, ...]
"""The values of one attribute; none, `()`, is written as one empty `<value/>`."""
Attributs = tuple[tuple[str, Valeurs], ...]
"""Attributes in file order: name, values."""


class _Objet(Struct, frozen=True):
    """One object of the directory: category, identifier, attribute names in file order and their values.

    `noms` and `valeurs` have the same length; `de` builds both from pairs.
    """

    categorie: Categorie
    id: str
    noms: tuple[str, ...]
    valeurs: tuple[Valeurs, ...]

    @classmethod
    def de(cls, categorie: Categorie, id_: str, attributs: Iterable[tuple[str, Iterable[str]]]) -> Self:
        """Built from (name, values) pairs in file order."""
        paires = [(nom, tuple(valeurs)) for nom, valeurs in attributs]
        return cls(categorie, id_, tuple(n for n, _ in paires), tuple(v for _, v in paires))

    @property
    def attributs(self) -> Attributs:
        """The attributes as pairs, in file order."""
        return tuple(zip(self.noms, self.valeurs, strict=True))

    @property
    def cle(self) -> tuple[int, int, str]:
        """What records are sorted by in a feed."""
        return cle_identifiant(self.categorie, self.id)

    def valeurs_de(self, nom: str) -> Valeurs:
        """The values of an attribute, `()` if it is empty or absent."""
        return self.valeurs[self.noms.index(nom)] if nom in self.noms else ()

    def valeur(self, nom: str) -> str:
        """The first value of an attribute, "" if it is empty or absent."""
        valeurs = self.valeurs_de(nom)
        return valeurs[0] if valeurs else ""

    def remplis(self) -> dict[str, Valeurs]:
        """The attributes that hold something: what a reader makes of the object."""
        return {nom: valeurs for nom, valeurs in zip(self.noms, self.valeurs, strict=True) if valeurs}


class Enregistrement(_Objet, frozen=True):
    """An object of the directory, outside any operation."""


class Ajout(_Objet, frozen=True):
    """addRequest: create the object, or replace it whole."""

    @property
    def enregistrement(self) -> Enregistrement:
        """The object as it stands once added."""
        return Enregistrement(self.categorie, self.id, self.noms, self.valeurs)


class Modification(_Objet, frozen=True):
    """modifyRequest: replace the values of each attribute named, `()` clears it."""


class Suppression(Struct, frozen=True):
    """deleteRequest: the object leaves the perimeter of this ENT."""

    categorie: Categorie
    id: str
    noms: ClassVar[tuple[str, ...]] = ()
    valeurs: ClassVar[tuple[Valeurs, ...]] = ()

    @property
    def cle(self) -> tuple[int, int, str]:
        """What records are sorted by in a feed."""
        return cle_identifiant(self.categorie, self.id)


Operation = Ajout | Modification | Suppression
