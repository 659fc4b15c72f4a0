"""Geographique.xml (`BEE_GEOGRAPHIQUE`): countries, départements, communes.

Source: reference SIECLE, section 7.2 (containers and version are not documented; the reader looks at the
items only).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import BinaryIO

from msgspec import Struct

from shared.contracts.refus import Remarque
from shared.formats.siecle.champs import Champ, Forme
from shared.formats.siecle.enveloppe import EnTete, Enveloppe
from shared.formats.siecle.listes import Element, Liste, ecrire_listes, lire_listes, notes_des_listes, rassembler
from shared.formats.siecle.notes import Notes

RACINES = ("BEE_GEOGRAPHIQUE",)
VERSION = "2.0"


class Pays(Struct, frozen=True):
    """One country; 100 is France."""

    code: str
    libelle_court: str | None = None
    libelle_long: str | None = None
    date_ouverture: date | None = None
    date_fermeture: date | None = None


class Departement(Struct, frozen=True):
    """One département; `code` is the INSEE code and `code_men` the ministry's, both on 3 characters."""

    code: str
    code_men: str
    code_academie: str | None = None
    libelle_long: str | None = None


class Commune(Struct, frozen=True):
    """One commune, by INSEE code on 5 characters."""

    code: str
    code_departement: str
    libelle_long: str


class DocumentGeographique(Struct, frozen=True):
    """A whole file, in file order."""

    entete: EnTete
    pays: tuple[Pays, ...]
    departements: tuple[Departement, ...]
    communes: tuple[Commune, ...]
    remarques: tuple[Remarque, ...] = ()


LISTES = (
    Liste(
        "pays",
        "LISTE_PAYS",
        "PAYS",
        "CODE_PAYS",
        Pays,
        (
            Champ("LIBELLE_COURT", "libelle_court", maxi=10),
            Champ("LIBELLE_LONG", "libelle_long", maxi=40),
            Champ("DATE_OUVERTURE", "date_ouverture", Forme.DATE),
            Champ("DATE_FERMETURE", "date_fermeture", Forme.DATE),
        ),
    ),
    Liste(
        "departements",
        "DEPARTEMENTS",
        "DEPARTEMENT",
        "CODE_DEPARTEMENT_INSEE",
        Departement,
        (
            Champ("CODE_ACADEMIE", "code_academie", maxi=2),
            Champ("CODE_DEPARTEMENT_MEN", "code_men", maxi=3, oblige=True),
            Champ("LIBELLE_LONG", "libelle_long", maxi=40),
        ),
    ),
    Liste(
        "communes",
        "COMMUNES",
        "COMMUNE",
        "CODE_COMMUNE_INSEE",
        Commune,
        (
            Champ("CODE_DEPARTEMENT_INSEE", "code_departement", maxi=3, oblige=True),
            Champ("LIBELLE_LONG", "libelle_long", maxi=32, oblige=True),
        ),
    ),
)


def lire_evenements(stream: BinaryIO, nom: str, notes: Notes | None = None) -> Iterator[EnTete | Element]:
    """Yield the head, then each record with the name of its list; memory does not grow.

    Arguments: `nom`, the file's name, for refusals. Raises `FichierRefuse`.
    """
    return lire_listes(stream, RACINES, LISTES, notes or notes_des_listes(nom, RACINES, LISTES))


def lire_geographique(stream: BinaryIO, nom: str) -> DocumentGeographique:
    """The whole file; an absent list is empty. Raises `FichierRefuse`."""
    notes = notes_des_listes(nom, RACINES, LISTES)
    entete, contenus = rassembler(lire_evenements(stream, nom, notes), LISTES)
    return DocumentGeographique(entete, **contenus, remarques=notes.remarques)


def ecrire_geographique(
    sortie: BinaryIO,
    enveloppe: Enveloppe,
    pays: Collection[Pays],
    departements: Collection[Departement],
    communes: Collection[Commune],
) -> int:
    """Write a Geographique file, records in the order given. Returns the number of characters replaced."""
    contenus = {"pays": pays, "departements": departements, "communes": communes}
    return ecrire_listes(sortie, RACINES[0], VERSION, enveloppe, LISTES, contenus)
