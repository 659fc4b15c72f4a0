"""Structures.xml (`BEE_STRUCTURES` 2.0): the divisions and groups as BEE last received them from STS-Web.

Source: reference SIECLE, section 4.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

from lxml import etree

from shared.contracts.refus import Refus
from shared.formats.ecriture import EcrivainXml
from shared.formats.siecle.champs import Champ, champ_absent, ecrire_champs, lire_champs, lire_cle
from shared.formats.siecle.enveloppe import (
    EnTete,
    Enveloppe,
    fermer_document,
    ouvrir_bloc,
    ouvrir_document,
    parcourir,
)

RACINES = ("BEE_STRUCTURES",)
VERSION = "2.0"

CHAMPS_STRUCTURE = (
    Champ("LIBELLE_LONG", "libelle_long", maxi=20),
    Champ("CODE_CONTRAT", "code_contrat", maxi=1),
    Champ("CODE_RNE", "code_rne", maxi=8),
)


@dataclass(frozen=True, slots=True)
class Division:
    """One division; `mefs`, the MEF it belongs to, one or several. `code_contrat`: private schools only."""

    code: str
    libelle_long: str | None = None
    code_contrat: str | None = None
    code_rne: str | None = None
    mefs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Groupe:
    """One group, the MEF it is attached to and the divisions whose pupils it takes."""

    code: str
    libelle_long: str | None = None
    code_contrat: str | None = None
    code_rne: str | None = None
    mefs: tuple[str, ...] = ()
    divisions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentStructures:
    """A whole file of structures, in file order."""

    entete: EnTete
    divisions: tuple[Division, ...]
    groupes: tuple[Groupe, ...]


EvenementStructures: TypeAlias = EnTete | Division | Groupe


def _codes(element: etree._Element, chemin: str, cle: str) -> tuple[str, ...]:
    """The codes of a list of appartenances: child element, or attribute CODE as STS files write it."""
    lus = (lire_cle(item, cle) or item.get("CODE", "").strip() for item in element.iterfind(chemin))
    return tuple(code for code in lus if code)


def lire_evenements(stream: BinaryIO, nom: str) -> Iterator[EvenementStructures]:
    """Yield the head, then divisions and groups, in file order; memory does not grow.

    Arguments: `nom`, the file's name, for refusals. Raises `FichierRefuse`.
    """
    for element in parcourir(stream, RACINES, ("DIVISION", "GROUPE"), nom=nom):
        if isinstance(element, EnTete):
            yield element
            continue
        code = lire_cle(element, "CODE_STRUCTURE")
        if not code:
            raise champ_absent(nom, element, "CODE_STRUCTURE")
        lus = lire_champs(element, CHAMPS_STRUCTURE, nom)
        mefs = _codes(element, "MEFS_APPARTENANCE/MEF_APPARTENANCE", "CODE_MEF")
        if element.tag == "DIVISION":
            yield Division(code=code, mefs=mefs, **lus)
        else:
            divisions = _codes(element, "DIVISIONS_APPARTENANCE/DIVISION_APPARTENANCE", "CODE_STRUCTURE")
            yield Groupe(code=code, mefs=mefs, divisions=divisions, **lus)


def lire_structures(stream: BinaryIO, nom: str) -> DocumentStructures:
    """The whole file of one school. Raises `FichierRefuse`."""
    entete: EnTete | None = None
    divisions: list[Division] = []
    groupes: list[Groupe] = []
    for evenement in lire_evenements(stream, nom):
        if isinstance(evenement, EnTete):
            entete = evenement
        elif isinstance(evenement, Division):
            divisions.append(evenement)
        else:
            groupes.append(evenement)
    assert entete is not None  # parcourir() refuses a file without head
    return DocumentStructures(entete, tuple(divisions), tuple(groupes))


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
) -> None:
    """Write a file of structures, in the order given (sort it first).

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
    fermer_document(xml)
