"""From one complete state to the next: what a delta feed says, and what it does to a directory.

Persons get an addition, a modification carrying their **whole** attribute set, or a deletion; structures, MEF
and matières are sent again in full as additions, and replace what was there. Pure, streaming by sorted merge.

Source: reference aaf.md, sections 1.5 (reference categories in a delta) and 2.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableMapping

from shared.contracts.refus import Lieu, Refus
from shared.formats.aaf.enregistrement import (
    Ajout,
    Enregistrement,
    Modification,
    Operation,
    Suppression,
    Valeurs,
)
from shared.formats.aaf.grammaire import CATEGORIES, REFERENCES, Categorie

Cle = tuple[Categorie, str]
"""What an object is known by: category and identifier."""


class OrdreRefuse(Refus):
    """Records that are not in the order of a feed, or that come twice."""

    code = "AAF_ORDRE"


def calculer_delta(ancien: Iterable[Enregistrement], nouveau: Iterable[Enregistrement]) -> Iterator[Operation]:
    """The operations that lead from `ancien` to `nouveau`, sorted as they are.

    Both are sorted by `Enregistrement.cle` (category, then identifier ascending) and read once, side by side:
    memory does not grow. An attribute that a record no longer has is cleared by the modification. Reference
    records that are gone are simply not sent again; only when a category has nothing left to send do
    deletions say it.

    Raises `OrdreRefuse` when a sequence is not strictly ascending.
    """
    avant, apres = _Trie(ancien, "ancien"), _Trie(nouveau, "nouveau")
    for categorie in CATEGORIES:
        if categorie in REFERENCES:
            yield from _references(avant.de(categorie), apres.de(categorie))
        else:
            yield from _personnes(avant.de(categorie), apres.de(categorie))


def _references(avant: Iterator[Enregistrement], apres: Iterator[Enregistrement]) -> Iterator[Operation]:
    envoye = False
    for neuf in apres:
        envoye = True
        yield Ajout(neuf.categorie, neuf.id, neuf.noms, neuf.valeurs)
    for vieux in avant:
        if not envoye:
            yield Suppression(vieux.categorie, vieux.id)


def _personnes(avant: Iterator[Enregistrement], apres: Iterator[Enregistrement]) -> Iterator[Operation]:
    vieux, neuf = next(avant, None), next(apres, None)
    while vieux is not None or neuf is not None:
        if neuf is None or (vieux is not None and vieux.cle < neuf.cle):
            assert vieux is not None
            yield Suppression(vieux.categorie, vieux.id)
            vieux = next(avant, None)
        elif vieux is None or neuf.cle < vieux.cle:
            yield Ajout(neuf.categorie, neuf.id, neuf.noms, neuf.valeurs)
            neuf = next(apres, None)
        else:
            if vieux != neuf:
                yield _modification(vieux, neuf)
            vieux, neuf = next(avant, None), next(apres, None)


class _Trie:
    """A sorted sequence of records, handed out category by category; refuses one that is not sorted."""

    def __init__(self, suite: Iterable[Enregistrement], quoi: str) -> None:
        self._suite = iter(suite)
        self._quoi = quoi
        self._tete = next(self._suite, None)

    def de(self, categorie: Categorie) -> Iterator[Enregistrement]:
        """The records of `categorie`, once those of the categories before it have been taken."""
        while self._tete is not None and self._tete.categorie is categorie:
            tete = self._tete
            self._tete = next(self._suite, None)
            if self._tete is not None and self._tete.cle <= tete.cle:
                objet = f"{self._tete.categorie} {self._tete.id}"
                raise OrdreRefuse(
                    f"L'état {self._quoi} n'est pas trié : {objet} vient en double ou trop tard.",
                    remede="Triez les enregistrements par catégorie puis par identifiant, sans doublon.",
                    lieu=Lieu(element=objet),
                )
            yield tete


def _modification(vieux: Enregistrement, neuf: Enregistrement) -> Modification:
    """The whole attribute set, and an empty value for what the record no longer has."""
    disparus = tuple(nom for nom in vieux.noms if nom not in neuf.noms) if vieux.noms != neuf.noms else ()
    return Modification(neuf.categorie, neuf.id, neuf.noms + disparus, neuf.valeurs + ((),) * len(disparus))


def appliquer_modification(avant: Enregistrement, modification: Modification) -> Enregistrement:
    """`avant` with each attribute named by the modification replaced.

    A modification that names them all gives its own order; another leaves the order of `avant`, what is new
    at the end.
    """
    if set(avant.noms) <= set(modification.noms):
        return Enregistrement(avant.categorie, avant.id, modification.noms, modification.valeurs)
    valeurs: dict[str, Valeurs] = dict(zip(avant.noms, avant.valeurs, strict=True))
    valeurs.update(zip(modification.noms, modification.valeurs, strict=True))
    return Enregistrement(avant.categorie, avant.id, tuple(valeurs), tuple(valeurs.values()))


def appliquer_delta(enregistrements: MutableMapping[Cle, Enregistrement], operations: Iterable[Operation]) -> None:
    """Apply a delta to a directory, in place.

    An addition creates or replaces; a modification of an unknown object creates it, as readers do; a deletion
    of an unknown one does nothing. A reference category of which something is added is replaced whole.
    """
    recues: dict[Categorie, set[str]] = {}
    for operation in operations:
        cle = (operation.categorie, operation.id)
        if isinstance(operation, Suppression):
            enregistrements.pop(cle, None)
            continue
        if isinstance(operation, Modification):
            avant = enregistrements.get(cle)
            enregistrements[cle] = (
                appliquer_modification(avant, operation)
                if avant is not None
                else Enregistrement(operation.categorie, operation.id, operation.noms, operation.valeurs)
            )
            continue
        enregistrements[cle] = operation.enregistrement
        if operation.categorie in REFERENCES:
            recues.setdefault(operation.categorie, set()).add(operation.id)
    for cle in [cle for cle in enregistrements if cle[0] in recues and cle[1] not in recues[cle[0]]]:
        del enregistrements[cle]
