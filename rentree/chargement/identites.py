"""Pseudonyms that are the same in every school: a pupil found in two schools' files stays one person.

The words of surnames, first names and INE of all schools are gathered first, and replaced once; telephones, address
lines and names of structures are each school's own; identifiers stay, for they join the files of the académie. The
secret is the installation's: loading the same files again gives the same people.
Source: issue « The files », pseudonymisation; architecture, "Reserved ranges".
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import BinaryIO

from rentree.demo.entree.documents import Documents
from rentree.demo.entree.originaux import relever
from shared.formats.pseudonymes.libres import TexteLibre
from shared.formats.pseudonymes.originaux import Originaux
from shared.formats.pseudonymes.pseudonymes import Pseudonymes
from shared.formats.pseudonymes.reecriture import Reecriture
from shared.formats.pseudonymes.releve import Releve
from shared.formats.reconnaissance import Famille

Fichier = tuple[Famille, str, Callable[[], AbstractContextManager[BinaryIO]]]
"""A document to go through: its family, its name in messages, what opens it."""


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

    def identifiant(self, domaine: str, valeur: str) -> str:
        """ELEVE_ID, PERSONNE_ID, ID of the staff: the same agent, the same person, in every school's files."""
        return valeur


class Identites:
    """The identities of a load: `recueillir` for every school, `figer`, then `reecriture` for each in turn."""

    def __init__(self, cle: bytes) -> None:
        self._cle = cle
        self._tous = Originaux()
        self._commun: Pseudonymes | None = None

    def recueillir(self, documents: Documents) -> None:
        """Take note of whom a school's documents name."""
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

    def reecriture(self, fichiers: Iterable[Fichier]) -> Reecriture:
        """What writes the documents of one school about invented people. Raises `FichierRefuse`."""
        assert self._commun is not None
        releve = Releve()
        for famille, nom, ouvrir in fichiers:
            with ouvrir() as flux:
                releve.lire(flux, nom, famille)
        o = releve.originaux
        o.terminer()
        o.sexes, o.accentues = self._tous.sexes, self._tous.accentues
        return Reecriture(_DUnEtablissement(self._commun, o))
