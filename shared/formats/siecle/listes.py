"""Files made of lists of records: what Nomenclature, Geographique and Etablissements have in common.

Each list is declared once (container, item, key, leaves, record); reading and writing follow from it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from lxml import etree
from msgspec import Struct

from shared.formats.siecle.champs import Champ, champ_absent, ecrire_champs, lire_champs, lire_cle
from shared.formats.siecle.enveloppe import (
    EnTete,
    Enveloppe,
    fermer_document,
    ouvrir_document,
    parcourir,
    plan,
)
from shared.formats.siecle.notes import RIEN, Notes


class Liste(Struct, frozen=True):
    """One list of a file.

    `nom`: the document's attribute; `conteneur` and `item`: tags; `cle`: the attribute holding the code
    (None for records whose code is among the leaves), read into the record's attribute `code`; `record`:
    the class, built from `champs` and `code`. `cle_facultative`: the national tables hold a null code.
    """

    nom: str
    conteneur: str
    item: str
    cle: str | None
    record: type[Any]
    champs: tuple[Champ, ...]
    cle_facultative: bool = False


class Element(Struct, frozen=True):
    """One record met while reading, with the name of its list."""

    liste: str
    record: Any


def _lire(element: etree._Element, liste: Liste, notes: Notes) -> Any:
    nom = notes.nom
    lus = lire_champs(element, liste.champs, nom, notes, RIEN if liste.cle is None else frozenset({liste.cle}))
    if liste.cle is not None:
        code = lire_cle(element, liste.cle)
        if not code and not liste.cle_facultative:
            raise champ_absent(nom, element, liste.cle)
        lus["code"] = code or ""
    return liste.record(**lus)


def lire_listes(
    stream: BinaryIO, racines: Sequence[str], listes: Sequence[Liste], notes: Notes
) -> Iterator[EnTete | Element]:
    """Yield the head, then each record with the name of its list, in file order; memory does not grow.

    Arguments: `racines`, accepted root names; `notes`, of this file. Raises `FichierRefuse`.
    """
    par_item = {liste.item: liste for liste in listes}
    for element in parcourir(stream, racines, tuple(par_item), notes):
        if isinstance(element, EnTete):
            yield element
            continue
        liste = par_item[str(element.tag)]
        # The container of PAYS is not documented: one of the same name is no record.
        if element.find(liste.item) is None:
            yield Element(liste.nom, _lire(element, liste, notes))


def notes_des_listes(nom: str, racines: Sequence[str], listes: Sequence[Liste]) -> Notes:
    """The notes of a file of lists named `nom`."""
    conteneurs = {liste.conteneur: (liste.item,) for liste in listes}
    return Notes(nom, plan(racines, conteneurs), [liste.item for liste in listes])


def rassembler(
    elements: Iterator[EnTete | Element], listes: Sequence[Liste]
) -> tuple[EnTete, dict[str, tuple[Any, ...]]]:
    """The head and, by name of list, all records (every list of `listes` is there, empty or not)."""
    entete: EnTete | None = None
    recoltes: dict[str, list[Any]] = {liste.nom: [] for liste in listes}
    for element in elements:
        if isinstance(element, EnTete):
            entete = element
        else:
            recoltes[element.liste].append(element.record)
    assert entete is not None  # parcourir() refuses a file without head
    return entete, {nom: tuple(records) for nom, records in recoltes.items()}


def ecrire_listes(
    sortie: BinaryIO,
    racine: str,
    version: str,
    enveloppe: Enveloppe,
    listes: Sequence[Liste],
    contenus: Mapping[str, Collection[Any]],
) -> int:
    """Write a file of lists in the order of `listes`; an empty list is left out. The number of characters replaced."""
    xml = ouvrir_document(sortie, racine, version, enveloppe)
    for liste in listes:
        records = contenus.get(liste.nom, ())
        if not records:
            continue
        xml.ouvrir(liste.conteneur)
        for record in records:
            code = None if liste.cle is None else record.code
            xml.ouvrir(liste.item, [(liste.cle, code)] if liste.cle is not None and code else [])
            ecrire_champs(xml, record, liste.champs, liste.item if code is None else f"{liste.item} {code}")
            xml.fermer()
        xml.fermer()
    return fermer_document(xml)
