"""The envelope shared by all generic exports: root, PARAMETRES, and the walk through DONNEES.

Source: reference SIECLE, section 1.5 and 2.4 (what consumers check), procedures BEE-69.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import BinaryIO

from lxml import etree
from msgspec import Struct

from shared.contracts.refus import FichierRefuse, Lieu
from shared.formats.ecriture import EcrivainXml
from shared.formats.siecle.champs import (
    Champ,
    Forme,
    champ_invalide,
    ecrire_champs,
    ecrire_horodatage,
    lieu,
    lire_champs,
    lire_horodatage,
)
from shared.formats.siecle.notes import Notes
from shared.security.xml import iterparse

ENCODAGE = "ISO-8859-15"
_UAI = re.compile(r"\w{8}")

_CHAMPS = (
    Champ("UAJ", "uai", maxi=8, oblige=True),
    Champ("ANNEE_SCOLAIRE", "annee", Forme.ENTIER, maxi=4, oblige=True),
    Champ("DATE_EXPORT", "date_export", Forme.DATE, oblige=True),
    Champ("HORODATAGE", "horodatage", oblige=True),
)


class Enveloppe(Struct, frozen=True):
    """PARAMETRES: the school's UAI, the millésime (2025 for 2025-2026), the day and instant of the export."""

    uai: str
    annee: int
    date_export: date
    horodatage: datetime


class EnTete(Struct, frozen=True):
    """What is known of a file before its data: root element, VERSION as written, envelope."""

    racine: str
    version: str | None
    enveloppe: Enveloppe


def _lire_entete(element: etree._Element, racines: Sequence[str], nom: str, notes: Notes) -> EnTete:
    racine = element.getroottree().getroot()
    if racine.tag not in racines:
        raise FichierRefuse(
            f"Ce fichier n'est pas celui attendu : son élément racine est {racine.tag}, "
            f"alors que {racines[0]} est attendu.",
            code="SIECLE_RACINE_INATTENDUE",
            lieu=lieu(nom, racine),
            remede="Choisir le fichier correspondant parmi les exports XML génériques de SIECLE.",
        )
    if element.tag != "PARAMETRES":
        raise _sans_parametres(nom)
    notes.attributs(racine, ("VERSION",))
    lus = lire_champs(element, _CHAMPS, nom, notes)
    if not _UAI.fullmatch(lus["uai"]):
        raise champ_invalide(nom, element, "UAJ", "code UAI de 8 caractères")
    if not 1000 <= lus["annee"] <= 9999:
        raise champ_invalide(nom, element, "ANNEE_SCOLAIRE", "année sur 4 chiffres")
    horodatage = lire_horodatage(lus["horodatage"])
    if horodatage is None:
        raise champ_invalide(nom, element, "HORODATAGE", "JJ/MM/AAAA HH:MM:SS")
    enveloppe = Enveloppe(lus["uai"], lus["annee"], lus["date_export"], horodatage)
    return EnTete(str(racine.tag), racine.get("VERSION"), enveloppe)


def _sans_parametres(nom: str) -> FichierRefuse:
    return FichierRefuse(
        "Ce fichier n'est pas un export de SIECLE : le bloc PARAMETRES ne précède pas les données.",
        code="SIECLE_SANS_PARAMETRES",
        lieu=Lieu(fichier=nom, element="PARAMETRES"),
        remede="Utiliser le fichier tel que SIECLE l'a produit, sans le modifier.",
    )


def parcourir(
    stream: BinaryIO, racines: Sequence[str], balises: Sequence[str], notes: Notes
) -> Iterator[EnTete | etree._Element]:
    """Yield the head of a file, then each closed element among `balises`, in file order.

    Arguments: `racines`, the accepted root names, the usual one first; `notes`, which knows the file's name and is
    told of every element that is neither asked for nor expected. Memory does not grow with the file: an element is
    only valid until the next one is asked for. Raises `FichierRefuse` (root, envelope) and what `iterparse` raises
    on hostile or broken XML.
    """
    vu = False
    for element in iterparse(stream, ("PARAMETRES", *balises), nom=notes.nom, ecarte=notes.ecarte):
        if not vu:
            yield _lire_entete(element, racines, notes.nom, notes)
            vu = True
        elif element.tag != "PARAMETRES":
            notes.lu(element)
            yield element
        else:
            notes.repete(element)
    if not vu:
        raise _sans_parametres(notes.nom)


def plan(racines: Sequence[str], conteneurs: Mapping[str, Collection[str]]) -> dict[str, Collection[str]]:
    """What the containers of a file may hold: `conteneurs` under DONNEES, each with its items."""
    blocs = dict.fromkeys(racines, ("PARAMETRES", "DONNEES"))
    return {**blocs, "DONNEES": tuple(conteneurs), **conteneurs}


def ouvrir_document(sortie: BinaryIO, racine: str, version: str, enveloppe: Enveloppe) -> EcrivainXml:
    """Write the declaration, the root alone on line 2, PARAMETRES, and open DONNEES.

    Old readers take the file line by line (SambaEdu, former GEPI): hence the layout, two spaces of indent.
    """
    xml = EcrivainXml(sortie, ENCODAGE, indent="  ")
    xml.declaration()
    xml.ouvrir(racine, [("VERSION", version)])
    xml.ouvrir("PARAMETRES")
    ecrire_champs(xml, enveloppe, _CHAMPS[:3], "PARAMETRES")
    xml.feuille("HORODATAGE", ecrire_horodatage(enveloppe.horodatage))
    xml.fermer()
    xml.ouvrir("DONNEES")
    return xml


def ouvrir_bloc(xml: EcrivainXml, balise: str, vide: bool) -> bool:
    """Open a block, or write it self-closed when it is `vide`; tell whether it is open."""
    if vide:
        xml.feuille(balise)
    else:
        xml.ouvrir(balise)
    return not vide


def fermer_document(xml: EcrivainXml) -> int:
    """Close DONNEES and the root; the number of characters replaced, for want of an encoding, in the whole file."""
    xml.fermer()
    xml.fermer()
    return xml.substitutions


def verifier_enveloppe(enveloppe: Enveloppe, *, uai: str, annee: int | None, nom: str) -> None:
    """Refuse a file of another school or, where `annee` is given, of another year.

    Raises `FichierRefuse` with code SIECLE_AUTRE_ETABLISSEMENT or SIECLE_AUTRE_ANNEE.
    """
    if enveloppe.uai != uai:
        raise FichierRefuse(
            f"Ce fichier est celui de l'établissement {enveloppe.uai} ; l'établissement utilisé est {uai}.",
            code="SIECLE_AUTRE_ETABLISSEMENT",
            lieu=Lieu(fichier=nom, element="UAJ"),
            remede="Exporter à nouveau depuis la base élèves de l'établissement utilisé.",
        )
    if annee is not None and enveloppe.annee != annee:
        raise FichierRefuse(
            f"Ce fichier est celui de l'année scolaire {enveloppe.annee}-{enveloppe.annee + 1} ; "
            f"l'année utilisée est {annee}-{annee + 1}.",
            code="SIECLE_AUTRE_ANNEE",
            lieu=Lieu(fichier=nom, element="ANNEE_SCOLAIRE"),
            remede="Entrer dans SIECLE avec la bonne année scolaire, puis exporter à nouveau.",
        )


def verifier_jeu(fichiers: Mapping[str, Enveloppe]) -> None:
    """Refuse a set of files that do not all belong to one school and one year.

    Arguments: `fichiers`, envelope by file name. Raises `FichierRefuse` with code
    SIECLE_AUTRE_ETABLISSEMENT or SIECLE_AUTRE_ANNEE, naming the first file that differs from the first.
    """
    premiere = next(iter(fichiers.values()), None)
    if premiere is None:
        return
    for nom, enveloppe in fichiers.items():
        verifier_enveloppe(enveloppe, uai=premiere.uai, annee=premiere.annee, nom=nom)
