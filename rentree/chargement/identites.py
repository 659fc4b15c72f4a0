"""Pseudonyms that are the same in every school: a pupil found in two schools' files stays one person.

The words of surnames, the sex of first names and the INE of all schools are gathered first, and replaced once;
telephones, address lines and names of structures are each school's own. The secret is the installation's: loading
the same files again gives the same people.
Source: issue, « Pseudonymisation »; architecture, "Reserved ranges".
"""

from __future__ import annotations

import hashlib
import hmac

from rentree.demo.entree.documents import Documents
from rentree.demo.entree.originaux import Originaux, relever
from rentree.demo.entree.pseudonymes import Pseudonymes
from rentree.demo.entree.remplacement import remplacer


def cle_de_l_installation(secret: str) -> bytes:
    """The secret of the pseudonyms of an installation."""
    return hmac.digest(secret.encode(), b"rentree/charger/pseudonymes", hashlib.sha256)


class _DUnEtablissement(Pseudonymes):
    """The common pseudonyms, seen from one school: what must not come out again is what its own files hold."""

    def __init__(self, commun: Pseudonymes, originaux: Originaux) -> None:
        self.__dict__.update(commun.__dict__)
        self._originaux = originaux
        self._telephones = {}
        self._structures = {}


class Identites:
    """The identities of a load. `recueillir` for every school, then `figer`, then `remplacer` for each in turn."""

    def __init__(self, cle: bytes) -> None:
        self._cle = cle
        self._tous = Originaux()
        self._commun: Pseudonymes | None = None

    def recueillir(self, documents: Documents) -> None:
        """Take note of whom a school's files name. The order of the schools decides first names of both sexes."""
        o = relever(documents)
        self._tous.mots |= o.mots
        self._tous.ines |= o.ines
        for cle, sexe in o.sexes.items():
            self._tous.sexes.setdefault(cle, sexe)

    def figer(self) -> None:
        """Choose the pseudonyms of everybody who was gathered."""
        self._commun = Pseudonymes(self._cle, self._tous)

    def remplacer(self, documents: Documents) -> Documents:
        """The same documents, about invented people."""
        assert self._commun is not None
        o = relever(documents)
        o.sexes = self._tous.sexes
        return remplacer(documents, _DUnEtablissement(self._commun, o))
