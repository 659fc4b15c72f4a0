"""Records as a comparison sees them: a category, a key, the fields that hold something.

A field that is absent and one that is empty say the same thing: neither is kept. Names of fields are those of the
current generation, values are rewritten in their current form, so that two generations that say the same are equal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Annotated, Any, NamedTuple, get_args, get_origin, get_type_hints

from shared.formats.siecle.champs import Champ

Champs = tuple[tuple[str, str], ...]
"""Names and values, in any order."""

SEPARATEUR = ", "
"""Between the values of a field that has several, sorted."""


class FicheComparee(NamedTuple):
    """One record of a document. `cle` is unique in its category in a sound document."""

    categorie: str
    cle: str
    champs: Champs


Lecture = Callable[[], Iterator[FicheComparee]]
"""The records of a document, each time from its beginning."""


def empreinte(champs: Champs) -> int:
    """64 bits that stand for the fields, whatever their order: only records of one key are compared by it."""
    texte = "\x1e".join(f"{nom}\x1f{valeur}" for nom, valeur in sorted(champs))
    return int.from_bytes(hashlib.blake2b(texte.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def champs_siecle(record: object, champs: Iterable[Champ], prefixe: str = "") -> Champs:
    """The leaves of a record of `shared.formats.siecle` or `elegroupe` that hold something, under their tags."""
    lus: list[tuple[str, str]] = []
    for champ in champs:
        donnee = getattr(record, champ.attribut)
        if donnee is not None and donnee != "":
            lus.append((prefixe + champ.balise, champ.ecrivain(donnee).strip()))
    return tuple(lus)


def reunis(nom: str, valeurs: Iterable[str]) -> Champs:
    """A field that holds several values in no order; nothing when there is none."""
    texte = SEPARATEUR.join(sorted(valeurs))
    return ((nom, texte),) if texte else ()


def cle_de(*parties: object) -> str:
    """The key made of several parts."""
    return " / ".join(str(partie) for partie in parties if partie is not None and partie != "")


def sans_identifiant(*parties: str) -> str:
    """The key of who has no identifier: it designates the same person in both documents without naming anyone."""
    texte = "\x1f".join(parties).encode("utf-8", "surrogatepass")
    return f"sans identifiant {hashlib.blake2b(texte, digest_size=6).hexdigest()}"


def en_texte(champs: Sequence[tuple[str, str]]) -> str:
    """A record inside a field: its own fields in a line."""
    return " ".join(f"{nom}={valeur}" for nom, valeur in champs)


def marques(classe: Any) -> tuple[tuple[str, Any], ...]:
    """The fields of a record of `shared.formats.sts` or `edt` that stand in a file: name, mark."""
    return _marques(classe)


@cache
def _marques(classe: Any) -> tuple[tuple[str, Any], ...]:
    indices = get_type_hints(classe, include_extras=True)
    return tuple(
        (champ, get_args(indices[champ])[1])
        for champ in classe.__struct_fields__
        if get_origin(indices[champ]) is Annotated
    )
