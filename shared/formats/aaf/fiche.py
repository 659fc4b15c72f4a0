"""What typed records have in common: towards the wire record of a generation, and back.

Source: reference aaf.md, sections 0 (generations) and 4.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Protocol, Self, TypeVar

from shared.contracts.refus import Lieu
from shared.formats.aaf.enregistrement import Enregistrement, Valeurs
from shared.formats.aaf.grammaire import Categorie, Grammaire, attributs_de, reconnaitre_grammaire
from shared.formats.aaf.valeurs import (
    LienResponsable,
    Substitutions,
    ValeurComposite,
    entier,
    lire_date,
    texte_date,
)

_OUI_NON: dict[bool | None, Valeurs] = {True: ("O",), False: ("N",), None: ()}


class Composite(Protocol):
    """A composite value of `shared.formats.aaf.valeurs`."""

    def ecrire(self, attribut: str, substitutions: Substitutions | None = None) -> str: ...

    @classmethod
    def lire(cls, texte: str, attribut: str) -> Self: ...


C = TypeVar("C", bound=Composite)


def un(texte: str) -> Valeurs:
    """The values of a single-valued attribute."""
    return (texte,) if texte else ()


def oui_non(reponse: bool | None) -> Valeurs:
    """`O`, `N`, or nothing when not known."""
    return _OUI_NON[reponse]


def jour(valeur: date | None) -> Valeurs:
    """`JJ/MM/AAAA`, or nothing."""
    return (texte_date(valeur),) if valeur else ()


def composites(valeurs: Sequence[Composite], attribut: str, substitutions: Substitutions | None) -> Valeurs:
    """The texts of composite values, in order."""
    if not valeurs:
        return ()
    return tuple([valeur.ecrire(attribut, substitutions) for valeur in valeurs])


class Lecture:
    """Typed access to the attributes of a wire record; what is absent is empty."""

    def __init__(self, enregistrement: Enregistrement) -> None:
        self._id = enregistrement.id
        self._valeurs = enregistrement.remplis()

    def identifiant(self) -> int:
        """The identifier of the record, an integer."""
        return entier(self._id, "identifier")

    def textes(self, nom: str) -> Valeurs:
        """All values."""
        return self._valeurs.get(nom, ())

    def texte(self, nom: str) -> str:
        """The first value, or ""."""
        valeurs = self._valeurs.get(nom)
        return valeurs[0] if valeurs else ""

    def oui(self, nom: str) -> bool | None:
        """True for `O`, False for anything else, None for nothing."""
        texte = self.texte(nom)
        return texte == "O" if texte else None

    def entier(self, nom: str) -> int | None:
        """An integer, or None."""
        texte = self.texte(nom)
        return entier(texte, nom) if texte else None

    def entiers(self, nom: str) -> tuple[int, ...]:
        """All values as integers."""
        return tuple([entier(texte, nom) for texte in self.textes(nom)])

    def jour(self, nom: str) -> date | None:
        """A date, or None."""
        texte = self.texte(nom)
        return lire_date(texte, nom) if texte else None

    def liste(self, nom: str, type_: type[C]) -> tuple[C, ...]:
        """All values as composites of `type_`."""
        return tuple([type_.lire(texte, nom) for texte in self.textes(nom)])

    def liens(self) -> tuple[LienResponsable, ...]:
        """The links of a pupil with responsables, codes as written."""
        return tuple([LienResponsable.lire(texte) for texte in self.textes("ENTElevePersRelEleve")])

    @staticmethod
    def apparie(premiers: Valeurs, seconds: Valeurs, nom: str) -> tuple[tuple[str, str], ...]:
        """Two attributes of the same order and count, as pairs. Raises `ValeurComposite`."""
        if len(premiers) != len(seconds):
            raise ValeurComposite(
                f"{nom} : {len(premiers)} code(s) pour {len(seconds)} libellé(s).",
                remede="Signalez-le à l'émetteur de l'alimentation.",
            )
        return tuple(zip(premiers, seconds, strict=True))

    def premier(self, nom: str, type_: type[C]) -> C | None:
        """The first value as a composite, or None."""
        texte = self.texte(nom)
        return type_.lire(texte, nom) if texte else None


class Fiche(ABC):
    """A typed record. Subclasses are frozen dataclasses that say how each attribute is made and read."""

    __slots__ = ()
    CATEGORIE: ClassVar[Categorie]
    _NOMS: ClassVar[tuple[str, ...]]

    def __init_subclass__(cls) -> None:
        # Asked for at each record: hashing an enumeration member to find it again costs more than the rest.
        cls._NOMS = attributs_de(cls.CATEGORIE, Grammaire.V6_4)

    @property
    @abstractmethod
    def identifiant(self) -> str:
        """The identifier of the object, as in the file."""

    @abstractmethod
    def _valeurs(self, substitutions: Substitutions | None) -> tuple[Valeurs, ...]:
        """The values of each attribute of grammar 6.4, in file order."""

    def _anciennes(self) -> dict[str, Valeurs]:
        """What 2012-2014 writes otherwise, or alone."""
        return {}

    def _omis(self) -> frozenset[str]:
        """Attributes to leave out when empty, because a reader fails on them."""
        return frozenset()

    @classmethod
    @abstractmethod
    def _lire(cls, lecture: Lecture, grammaire: Grammaire) -> Self:
        """The typed record of a wire record of `grammaire`."""

    def vers_enregistrement(
        self, grammaire: Grammaire = Grammaire.V6_4, substitutions: Substitutions | None = None
    ) -> Enregistrement:
        """The wire record: every attribute of the category in file order, empty ones included.

        `substitutions` collects the remarks on `$` replaced. Raises `ValeurComposite`, with the record in
        `lieu`, if the last field of a composite value is empty.
        """
        identifiant = self.identifiant
        if substitutions is not None:
            substitutions.objet = f"{self.CATEGORIE} {identifiant}"
        try:
            valeurs = self._valeurs(substitutions)
        except ValeurComposite as refus:
            raise situe(refus, self.CATEGORIE, identifiant) from None
        noms = self._NOMS
        if grammaire is not Grammaire.V6_4:
            par_nom = dict(zip(noms, valeurs, strict=True))
            if grammaire is Grammaire.SDET_4:
                par_nom |= self._anciennes()
            noms = attributs_de(self.CATEGORIE, grammaire)
            valeurs = tuple([par_nom[nom] for nom in noms])
        omis = self._omis()
        if omis:
            paires = [(n, v) for n, v in zip(noms, valeurs, strict=True) if n not in omis]
            return Enregistrement.de(self.CATEGORIE, identifiant, paires)
        return Enregistrement(self.CATEGORIE, identifiant, noms, valeurs)

    @classmethod
    def from_enregistrement(cls, enregistrement: Enregistrement, grammaire: Grammaire | None = None) -> Self:
        """The typed record of a wire record; by default its generation is told by its attributes.

        Attributes of which nothing is known are left out: the wire record keeps them. Raises
        `ValeurComposite`, with the record in `lieu`.
        """
        grammaire = grammaire or reconnaitre_grammaire(enregistrement.categorie, enregistrement.noms)
        try:
            return cls._lire(Lecture(enregistrement), grammaire)
        except ValeurComposite as refus:
            raise situe(refus, enregistrement.categorie, enregistrement.id) from None


def situe(refus: ValeurComposite, categorie: Categorie, identifiant: str) -> ValeurComposite:
    """The same refusal, saying in which record."""
    objet = f"{categorie} {identifiant}"
    return ValeurComposite(f"{objet}, {refus.phrase}", code=refus.code, remede=refus.remede, lieu=Lieu(element=objet))
