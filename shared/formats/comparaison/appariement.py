"""Which document of one side answers which of the other: the same family, then the nearest school, year, kind, name."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from msgspec import Struct

from shared.formats.comparaison.cote import DocumentCote
from shared.formats.reconnaissance import Famille

_Cle = Callable[[DocumentCote], Hashable]


class Appariement(Struct, frozen=True):
    """The pairs, in the order of the first side, and what has no counterpart."""

    paires: tuple[tuple[DocumentCote, DocumentCote], ...]
    seuls_a: tuple[DocumentCote, ...]
    seuls_b: tuple[DocumentCote, ...]


def famille_de(document: DocumentCote) -> Famille:
    """The family that counts: a container and what it holds are one thing."""
    famille = document.reconnu.famille
    return Famille.EDT if famille is Famille.EDT_CONTENEUR else famille


def apparier(a: Sequence[DocumentCote], b: Sequence[DocumentCote], *, autre_ecole: bool) -> Appariement:
    """Pair documents of one family, the most alike first; several that are alike stay alone.

    `autre_ecole`: whether a document may answer one of another school.
    """
    restes = list(a), list(b)
    paires: dict[int, tuple[DocumentCote, DocumentCote]] = {}
    rangs = {id(document): rang for rang, document in enumerate(a)}
    for cle in _niveaux(autre_ecole=autre_ecole):
        libres = [_uniques(cote, cle) for cote in restes]
        for valeur, document in libres[0].items():
            autre = libres[1].get(valeur)
            if autre is not None:
                paires[rangs[id(document)]] = document, autre
                restes[0].remove(document)
                restes[1].remove(autre)
    return Appariement(tuple(paires[rang] for rang in sorted(paires)), tuple(restes[0]), tuple(restes[1]))


def _uniques(documents: Sequence[DocumentCote], cle: _Cle) -> dict[Hashable, DocumentCote]:
    vus: dict[Hashable, list[DocumentCote]] = {}
    for document in documents:
        vus.setdefault(cle(document), []).append(document)
    return {valeur: groupe[0] for valeur, groupe in vus.items() if len(groupe) == 1}


def _niveaux(*, autre_ecole: bool) -> tuple[_Cle, ...]:
    """From the narrowest likeness to the widest. A file that names no school may answer any."""
    meme_ecole: tuple[_Cle, ...] = (
        lambda d: (famille_de(d), d.reconnu.uai, d.reconnu.annee, d.reconnu.variante, d.base.casefold()),
        lambda d: (famille_de(d), d.reconnu.uai, d.reconnu.annee, d.reconnu.variante),
        lambda d: (famille_de(d), d.reconnu.uai, d.reconnu.variante, d.base.casefold()),
        lambda d: (famille_de(d), d.reconnu.uai, d.reconnu.variante),
        lambda d: (famille_de(d), d.reconnu.uai),
    )
    if not autre_ecole:
        return meme_ecole
    return (
        *meme_ecole,
        lambda d: (famille_de(d), d.reconnu.variante, d.base.casefold()),
        lambda d: (famille_de(d), d.reconnu.variante),
        famille_de,
    )
