"""What typed records have in common: towards the wire record of a generation, and back.

Source: reference aaf.md, sections 0 (generations), 4 and 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import ClassVar, NamedTuple, Protocol, Self, TypeVar, cast

from msgspec import Struct

from shared.contracts.refus import Lieu
from shared.formats.aaf.enregistrement import Ajout, Enregistrement, Modification, Valeurs
from shared.formats.aaf.grammaire import (
    Categorie,
    Grammaire,
    attributs_de,
    degre_de,
    reconnaitre_grammaire,
)
from shared.formats.aaf.substitutions import Substitutions
from shared.formats.aaf.valeurs import ValeurComposite, entier, lire_date, texte_date

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


def nombre(valeur: int | None) -> Valeurs:
    """An integer, or nothing."""
    return () if valeur is None else (str(valeur),)


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
    ecrites = _sans_remarque(tuple(valeurs), attribut)
    return tuple([valeur.ecrire(attribut, substitutions) for valeur in valeurs]) if ecrites is None else ecrites


@lru_cache(maxsize=4096)
def _sans_remarque(valeurs: tuple[Composite, ...], attribut: str) -> Valeurs | None:
    """Classes, groups: a few lists serve for a whole school. None when something was substituted, which is to be told
    of every record."""
    temoin = Substitutions()
    ecrites = tuple([valeur.ecrire(attribut, temoin) for valeur in valeurs])
    return None if temoin.nombre else ecrites


def composite(valeur: Composite | None, attribut: str, substitutions: Substitutions | None) -> Valeurs:
    """The text of a composite value, or nothing."""
    return () if valeur is None else (valeur.ecrire(attribut, substitutions),)


def texte(valeurs: Valeurs) -> str:
    """The first value, or ""."""
    return valeurs[0] if valeurs else ""


def oui(valeurs: Valeurs) -> bool | None:
    """True for `O`, False for anything else, None for nothing."""
    return valeurs[0] == "O" if valeurs and valeurs[0] else None


def entier_de(valeurs: Valeurs, nom: str) -> int | None:
    """An integer, or None. Raises `ValeurComposite`."""
    return entier(valeurs[0], nom) if valeurs and valeurs[0] else None


def entiers(valeurs: Valeurs, nom: str) -> tuple[int, ...]:
    """All values as integers. Raises `ValeurComposite`."""
    return tuple([entier(valeur, nom) for valeur in valeurs])


@lru_cache(maxsize=8192)
def jour_de(valeurs: Valeurs, nom: str) -> date | None:
    """A date, or None. Raises `ValeurComposite`."""
    return lire_date(valeurs[0], nom) if valeurs and valeurs[0] else None


@lru_cache(maxsize=2048)
def _composites(valeurs: Valeurs, nom: str, type_: type[Composite]) -> tuple[Composite, ...]:
    """Classes, groups, functions: a few lists of texts serve for a whole school."""
    return tuple([type_.lire(valeur, nom) for valeur in valeurs])


def liste(valeurs: Valeurs, nom: str, type_: type[C]) -> tuple[C, ...]:
    """All values as composites of `type_`. Raises `ValeurComposite`."""
    return cast("tuple[C, ...]", _composites(valeurs, nom, type_)) if valeurs else ()


def premier(valeurs: Valeurs, nom: str, type_: type[C]) -> C | None:
    """The first value as a composite, or None. Raises `ValeurComposite`."""
    return type_.lire(valeurs[0], nom) if valeurs and valeurs[0] else None


class _Plan(NamedTuple):
    """How the records of a list of names are read: their generation, where each attribute of the type stands.

    `rangs` is None when they stand in the order of the type; -1 for one that is not there.
    """

    grammaire: Grammaire
    rangs: tuple[int, ...] | None


@lru_cache(maxsize=1024)
def _plan(type_: type[Fiche], noms: tuple[str, ...]) -> _Plan:
    """Raises `ValeurComposite` (AAF_DEGRE) when the names are those of the other degree."""
    trouve = degre_de(type_.CATEGORIE, noms)
    degre = type_.GRAMMAIRE.degre
    if trouve is not None and trouve is not degre:
        raise ValeurComposite(
            f"une fiche de degré {trouve} est lue comme si elle était de degré {degre}.",
            code="AAF_DEGRE",
            remede="Lisez cette alimentation avec les fiches de son degré.",
        )
    attendus = type_._NOMS
    rangs = None if noms == attendus else tuple(noms.index(nom) if nom in noms else -1 for nom in attendus)
    return _Plan(reconnaitre_grammaire(type_.CATEGORIE, noms), rangs)


class Fiche(Struct, frozen=True):
    """A typed record. Subclasses say how each attribute is made and read.

    `GRAMMAIRE` is the generation whose attributes they know in full: the latest of their degree.
    """

    CATEGORIE: ClassVar[Categorie]
    GRAMMAIRE: ClassVar[Grammaire] = Grammaire.V6_4
    _NOMS: ClassVar[tuple[str, ...]]

    def __init_subclass__(cls) -> None:
        # Asked for at each record: hashing an enumeration member to find it again costs more than the rest.
        cls._NOMS = attributs_de(cls.CATEGORIE, cls.GRAMMAIRE)

    @property
    def identifiant(self) -> str:
        """The identifier of the object, as in the file."""
        raise NotImplementedError

    def _valeurs(self, substitutions: Substitutions | None) -> tuple[Valeurs, ...]:
        """The values of each attribute of `GRAMMAIRE`, in file order."""
        raise NotImplementedError

    def _anciennes(self, substitutions: Substitutions | None) -> dict[str, Valeurs]:
        """What 2012-2014 writes otherwise, or alone."""
        return {}

    def _omis(self) -> frozenset[str]:
        """Attributes to leave out when empty, because a reader fails on them."""
        return frozenset()

    @classmethod
    def _lire(cls, identifiant: str, valeurs: tuple[Valeurs, ...], grammaire: Grammaire) -> Self:
        """The typed record, from the values of each attribute of `GRAMMAIRE`; `grammaire` is that of the file."""
        raise NotImplementedError

    def vers_enregistrement(
        self, grammaire: Grammaire | None = None, substitutions: Substitutions | None = None
    ) -> Enregistrement:
        """The wire record: every attribute of the category in file order, empty ones included.

        Arguments: `grammaire`, of the record's own degree, by default the latest one; `substitutions`
        collects the remarks on what the grammar cannot carry.

        Raises `ValeurComposite`, with the record in `lieu`: AAF_DERNIER_CHAMP_VIDE if the last field of a
        composite value is empty, AAF_DEGRE if the grammar is of the other degree.
        """
        identifiant = self.identifiant
        if substitutions is not None:
            substitutions.objet = f"{self.CATEGORIE} {identifiant}"
        try:
            valeurs = self._valeurs(substitutions)
        except ValeurComposite as refus:
            raise situe(refus, self.CATEGORIE, identifiant) from None
        noms = self._NOMS
        if grammaire is not None and grammaire is not self.GRAMMAIRE:
            noms, valeurs = self._autrefois(grammaire, valeurs, substitutions)
        omis = self._omis()
        if omis:
            paires = [(n, v) for n, v in zip(noms, valeurs, strict=True) if n not in omis]
            return Enregistrement.de(self.CATEGORIE, identifiant, paires)
        return Enregistrement(self.CATEGORIE, identifiant, noms, valeurs)

    def _autrefois(
        self, grammaire: Grammaire, valeurs: tuple[Valeurs, ...], substitutions: Substitutions | None
    ) -> tuple[tuple[str, ...], tuple[Valeurs, ...]]:
        """The names and values of an older generation."""
        if grammaire.degre is not self.GRAMMAIRE.degre:
            raise ValeurComposite(
                f"{self.CATEGORIE} {self.identifiant} : une fiche de degré {self.GRAMMAIRE.degre} "
                f"ne s'écrit pas dans la grammaire {grammaire}.",
                code="AAF_DEGRE",
                remede="Choisissez une grammaire du même degré.",
            )
        noms = attributs_de(self.CATEGORIE, grammaire)
        par_nom = dict(zip(self._NOMS, valeurs, strict=True))
        if substitutions is not None:
            for nom, perdues in par_nom.items():
                if nom not in noms and any(perdue.strip("$") for perdue in perdues):
                    substitutions.omis(nom, grammaire)
        if grammaire is Grammaire.SDET_4:
            par_nom |= self._anciennes(substitutions)
        return noms, tuple([par_nom[nom] for nom in noms])

    @classmethod
    def from_enregistrement(
        cls, enregistrement: Enregistrement | Ajout | Modification, grammaire: Grammaire | None = None
    ) -> Self:
        """The typed record of a wire record; by default its generation is told by its attributes.

        Attributes of which nothing is known are left out: the wire record keeps them, and `pertes` tells
        them. Raises `ValeurComposite`, with the record in `lieu`; AAF_DEGRE when it is of the other degree.
        """
        try:
            plan = _plan(cls, enregistrement.noms)
            valeurs = enregistrement.valeurs
            if plan.rangs is not None:
                valeurs = tuple([valeurs[rang] if rang >= 0 else () for rang in plan.rangs])
            return cls._lire(enregistrement.id, valeurs, grammaire or plan.grammaire)
        except ValeurComposite as refus:
            raise situe(refus, enregistrement.categorie, enregistrement.id) from None


def situe(refus: ValeurComposite, categorie: Categorie, identifiant: str) -> ValeurComposite:
    """The same refusal, saying in which record."""
    objet = f"{categorie} {identifiant}"
    return ValeurComposite(f"{objet}, {refus.phrase}", code=refus.code, remede=refus.remede, lieu=Lieu(element=objet))
