"""Structures.xml (`BEE_STRUCTURES` 2.0): the divisions and groups as BEE last received them from STS-Web.

Source: reference SIECLE, section 4.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import BinaryIO, TypeAlias

from lxml import etree
from msgspec import Struct

from shared.contracts.refus import Refus, Remarque
from shared.formats.ecriture import EcrivainXml
from shared.formats.siecle.champs import Champ, champ_absent, ecrire_champs, lire_champs, lire_cle
from shared.formats.siecle.enveloppe import (
    EnTete,
    Enveloppe,
    fermer_document,
    ouvrir_bloc,
    ouvrir_document,
    parcourir,
    plan,
)
from shared.formats.siecle.notes import Notes

RACINES = ("BEE_STRUCTURES",)
VERSION = "2.0"

_BLOCS = frozenset({"CODE_STRUCTURE", "MEFS_APPARTENANCE", "DIVISIONS_APPARTENANCE"})

CHAMPS_STRUCTURE = (
    Champ("LIBELLE_LONG", "libelle_long", maxi=20),
    Champ("CODE_CONTRAT", "code_contrat", maxi=1),
    Champ("CODE_RNE", "code_rne", maxi=8),
)


class Division(Struct, frozen=True):
    """One division; `mefs`, the MEF it belongs to, one or several. `code_contrat`: private schools only."""

    code: str
    libelle_long: str | None = None
    code_contrat: str | None = None
    code_rne: str | None = None
    mefs: tuple[str, ...] = ()


class Groupe(Struct, frozen=True):
    """One group, the MEF it is attached to and the divisions whose pupils it takes."""

    code: str
    libelle_long: str | None = None
    code_contrat: str | None = None
    code_rne: str | None = None
    mefs: tuple[str, ...] = ()
    divisions: tuple[str, ...] = ()


class DocumentStructures(Struct, frozen=True):
    """A whole file of structures, in file order."""

    entete: EnTete
    divisions: tuple[Division, ...]
    groupes: tuple[Groupe, ...]
    remarques: tuple[Remarque, ...] = ()


EvenementStructures: TypeAlias = EnTete | Division | Groupe


def notes_structures(nom: str) -> Notes:
    """The notes of a file of structures named `nom`, for `lire_evenements`."""
    return Notes(nom, plan(RACINES, {"DIVISIONS": ("DIVISION",), "GROUPES": ("GROUPE",)}), ("DIVISION", "GROUPE"))


def _codes(element: etree._Element, liste: str, item: str, cle: str, notes: Notes) -> tuple[str, ...]:
    """The codes of a list of appartenances: child element, or attribute CODE as STS files write it."""
    conteneur = element.find(liste)
    if conteneur is None:
        return ()
    notes.contenu(conteneur, (item,))
    lus: list[str] = []
    for appartenance in conteneur.iterchildren(item):
        notes.codes(appartenance, (cle, "CODE"))
        code = lire_cle(appartenance, cle) or appartenance.get("CODE", "").strip()
        if code:
            lus.append(code)
    return tuple(lus)


def lire_evenements(stream: BinaryIO, nom: str, notes: Notes | None = None) -> Iterator[EvenementStructures]:
    """Yield the head, then divisions and groups, in file order; memory does not grow.

    Arguments: `nom`, the file's name, for refusals. Raises `FichierRefuse`.
    """
    notes = notes or notes_structures(nom)
    for element in parcourir(stream, RACINES, ("DIVISION", "GROUPE"), notes):
        if isinstance(element, EnTete):
            yield element
            continue
        code = lire_cle(element, "CODE_STRUCTURE")
        if not code:
            raise champ_absent(nom, element, "CODE_STRUCTURE")
        lus = lire_champs(element, CHAMPS_STRUCTURE, nom, notes, _BLOCS)
        mefs = _codes(element, "MEFS_APPARTENANCE", "MEF_APPARTENANCE", "CODE_MEF", notes)
        if element.tag == "DIVISION":
            for egaree in element.iterchildren("DIVISIONS_APPARTENANCE"):
                notes.inconnu(egaree)
            yield Division(code=code, mefs=mefs, **lus)
        else:
            divisions = _codes(element, "DIVISIONS_APPARTENANCE", "DIVISION_APPARTENANCE", "CODE_STRUCTURE", notes)
            yield Groupe(code=code, mefs=mefs, divisions=divisions, **lus)


def lire_structures(stream: BinaryIO, nom: str) -> DocumentStructures:
    """The whole file of one school. Raises `FichierRefuse`."""
    entete: EnTete | None = None
    divisions: list[Division] = []
    groupes: list[Groupe] = []
    notes = notes_structures(nom)
    for evenement in lire_evenements(stream, nom, notes):
        if isinstance(evenement, EnTete):
            entete = evenement
        elif isinstance(evenement, Division):
            divisions.append(evenement)
        else:
            groupes.append(evenement)
    assert entete is not None  # parcourir() refuses a file without head
    return DocumentStructures(entete, tuple(divisions), tuple(groupes), notes.remarques)


def _ecrire_codes(xml: EcrivainXml, liste: str, item: str, balise: str, codes: Collection[str]) -> None:
    if not ouvrir_bloc(xml, liste, not codes):
        return
    for code in codes:
        xml.ouvrir(item)
        xml.feuille(balise, code)
        xml.fermer()
    xml.fermer()


def _ecrire_structure(xml: EcrivainXml, balise: str, structure: Division | Groupe) -> None:
    xml.ouvrir(balise, [("CODE_STRUCTURE", structure.code)])
    ecrire_champs(xml, structure, CHAMPS_STRUCTURE, f"{balise} {structure.code}")
    _ecrire_codes(xml, "MEFS_APPARTENANCE", "MEF_APPARTENANCE", "CODE_MEF", structure.mefs)
    if isinstance(structure, Groupe) and structure.divisions:
        _ecrire_codes(
            xml,
            "DIVISIONS_APPARTENANCE",
            "DIVISION_APPARTENANCE",
            "CODE_STRUCTURE",
            structure.divisions,
        )
    xml.fermer()


def ecrire_structures(
    sortie: BinaryIO, enveloppe: Enveloppe, divisions: Collection[Division], groupes: Collection[Groupe]
) -> int:
    """Write a file of structures, in the order given (sort it first); the number of characters replaced.

    Raises `Refus` when there is no division: BEE has then received nothing from STS-Web (code
    SIECLE_SANS_STRUCTURE).
    """
    if not divisions:
        raise Refus(
            "Aucune division n'est présente dans l'établissement : l'export est impossible.",
            code="SIECLE_SANS_STRUCTURE",
            remede="Exporter la structure depuis STS-Web, puis recommencer.",
        )
    xml = ouvrir_document(sortie, RACINES[0], VERSION, enveloppe)
    xml.ouvrir("DIVISIONS")
    for division in divisions:
        _ecrire_structure(xml, "DIVISION", division)
    xml.fermer()
    if groupes:
        xml.ouvrir("GROUPES")
        for groupe in groupes:
            _ecrire_structure(xml, "GROUPE", groupe)
        xml.fermer()
    return fermer_document(xml)
