"""Pseudonyms that are the same in every school: a pupil found in two schools' files stays one person.

The words of surnames, first names and INE of all schools are gathered first, and replaced once; telephones, address
lines and names of structures are each school's own. The secret is the installation's: loading the same files again
gives the same people.
Source: issue « The files », pseudonymisation; architecture, "Reserved ranges".
"""

from __future__ import annotations

import hashlib
import hmac

from rentree.demo.entree.documents import Documents
from rentree.demo.entree.originaux import relever
from rentree.demo.entree.remplacement import remplacer
from shared.formats.pseudonymes.libres import TexteLibre
from shared.formats.pseudonymes.originaux import Originaux
from shared.formats.pseudonymes.pseudonymes import Pseudonymes


def cle_de_l_installation(secret: str) -> bytes:
    """The secret of the pseudonyms of an installation."""
    return hmac.digest(secret.encode(), b"rentree/charger/pseudonymes", hashlib.sha256)


class _DUnEtablissement(Pseudonymes):
    """The common pseudonyms, seen from one school: its telephones, streets and structures are its own affair.

    Ranges of telephones are small, and a code of structure names a teacher only where he teaches.
    """

    def __init__(self, commun: Pseudonymes, originaux: Originaux) -> None:
        self.__dict__.update(vars(commun))
        self.originaux = originaux
        self._telephones, self._telephones_pris = {}, set()
        self._lignes, self._lignes_prises = {}, set()
        self._structures, self._structures_prises = {}, set()
        self.libre = TexteLibre(self)
        for telephone in sorted(originaux.telephones):
            self.telephone(telephone)
        for voie in sorted(originaux.voies):
            self.ligne(voie)
        self._repartir_structures()


class Identites:
    """The identities of a load: `recueillir` for every school, `figer`, then `remplacer` for each in turn."""

    def __init__(self, cle: bytes) -> None:
        self._cle = cle
        self._tous = Originaux()
        self._commun: Pseudonymes | None = None

    def recueillir(self, documents: Documents) -> None:
        """Take note of whom a school's files name."""
        o, tous = relever(documents), self._tous
        tous.mots |= o.mots
        tous.prenoms |= o.prenoms
        tous.accentues |= o.accentues
        tous.ines |= o.ines
        for cle, votes in o.sexes.items():
            sommes = tous.sexes.setdefault(cle, [0, 0])
            sommes[:] = [a + b for a, b in zip(sommes, votes, strict=True)]

    def figer(self) -> None:
        """Choose the pseudonyms of everybody who was gathered."""
        self._commun = Pseudonymes(self._cle, self._tous)

    def remplacer(self, documents: Documents) -> Documents:
        """The same documents, about invented people."""
        assert self._commun is not None
        o = relever(documents)
        o.sexes, o.accentues = self._tous.sexes, self._tous.accentues
        return remplacer(documents, _DUnEtablissement(self._commun, o))
