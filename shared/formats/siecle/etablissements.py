"""Etablissements.xml and EtablissementsEleves.xml (`BEE_ETABLISSEMENTS`).

Source: reference SIECLE, section 7.1 (the version is not documented).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import BinaryIO

from msgspec import Struct

from shared.contracts.refus import Remarque
from shared.formats.siecle.champs import Champ, Forme
from shared.formats.siecle.eleves import Eleve
from shared.formats.siecle.enveloppe import EnTete, Enveloppe
from shared.formats.siecle.listes import Element, Liste, ecrire_listes, lire_listes, notes_des_listes, rassembler
from shared.formats.siecle.notes import Notes

# TRIADE looks for the singular.
RACINES = ("BEE_ETABLISSEMENTS", "BEE_ETABLISSEMENT")
VERSION = "2.0"


class Etablissement(Struct, frozen=True):
    """One school; `code` is its UAI, `code_secteur` PU, PR or « ** »."""

    code: str
    code_type_etab: str
    code_academie: str | None = None
    code_nature: str | None = None
    code_secteur: str | None = None
    sigle: str | None = None
    code_pays: str | None = None
    denom_princ: str | None = None
    denom_compl: str | None = None
    ministere: str | None = None
    ligne1: str | None = None
    ligne2: str | None = None
    ligne3: str | None = None
    ligne4: str | None = None
    boite_postale: str | None = None
    code_commune_insee: str | None = None
    code_postal: str | None = None
    commune_etrangere: str | None = None
    date_ouverture: date | None = None
    date_fermeture: date | None = None
    mel: str | None = None
    telephone: str | None = None


class DocumentEtablissements(Struct, frozen=True):
    """A whole file of schools, in file order."""

    entete: EnTete
    etablissements: tuple[Etablissement, ...]
    remarques: tuple[Remarque, ...] = ()


LISTES = (
    Liste(
        "etablissements",
        "ETABLISSEMENTS",
        "ETABLISSEMENT",
        "CODE_RNE",
        Etablissement,
        (
            Champ("CODE_ACADEMIE", "code_academie", maxi=2),
            Champ("CODE_NATURE", "code_nature", maxi=3),
            Champ("CODE_TYPE_ETAB", "code_type_etab", maxi=4, oblige=True),
            Champ("CODE_SECTEUR", "code_secteur", maxi=2),
            Champ("SIGLE", "sigle", maxi=14),
            Champ("CODE_PAYS", "code_pays", maxi=3),
            Champ("DENOM_PRINC", "denom_princ", maxi=30),
            Champ("DENOM_COMPL", "denom_compl", maxi=30),
            Champ("MINISTERE", "ministere", maxi=2),
            Champ("LIGNE1_ADRESSE", "ligne1", maxi=38),
            Champ("LIGNE2_ADRESSE", "ligne2", maxi=38),
            Champ("LIGNE3_ADRESSE", "ligne3", maxi=38),
            Champ("LIGNE4_ADRESSE", "ligne4", maxi=38),
            Champ("BOITE_POSTALE", "boite_postale", maxi=7),
            Champ("CODE_COMMUNE_INSEE", "code_commune_insee", maxi=5),
            Champ("CODE_POSTAL", "code_postal", maxi=5),
            Champ("COMMUNE_ETRANGERE", "commune_etrangere", maxi=32),
            Champ("DATE_OUVERTURE", "date_ouverture", Forme.DATE),
            Champ("DATE_FERMETURE", "date_fermeture", Forme.DATE),
            Champ("MEL", "mel", maxi=60),
            Champ("TELEPHONE", "telephone", Forme.TELEPHONE, maxi=15),
        ),
    ),
)


def lire_evenements(stream: BinaryIO, nom: str, notes: Notes | None = None) -> Iterator[EnTete | Element]:
    """Yield the head, then each school, in file order; memory does not grow. Raises `FichierRefuse`."""
    return lire_listes(stream, RACINES, LISTES, notes or notes_des_listes(nom, RACINES, LISTES))


def lire_etablissements(stream: BinaryIO, nom: str) -> DocumentEtablissements:
    """The whole file. Arguments: `nom`, the file's name, for refusals. Raises `FichierRefuse`."""
    notes = notes_des_listes(nom, RACINES, LISTES)
    entete, contenus = rassembler(lire_evenements(stream, nom, notes), LISTES)
    return DocumentEtablissements(entete, **contenus, remarques=notes.remarques)


def etablissements_des_eleves(
    eleves: Iterable[Eleve], annuaire: Iterable[Etablissement]
) -> tuple[tuple[Etablissement, ...], tuple[str, ...]]:
    """What EtablissementsEleves.xml holds: the schools of last year of these pupils, by UAI.

    Arguments: `annuaire`, the schools that the base knows. Returns those found there, then the UAI that it does not
    know, which the file cannot describe.
    """
    cites = {
        e.scolarite_an_dernier.code_rne
        for e in eleves
        if e.scolarite_an_dernier is not None and e.scolarite_an_dernier.code_rne
    }
    connus = {e.code: e for e in annuaire if e.code in cites}
    return tuple(connus[code] for code in sorted(connus)), tuple(sorted(cites - connus.keys()))


def ecrire_etablissements(sortie: BinaryIO, enveloppe: Enveloppe, etablissements: Collection[Etablissement]) -> int:
    """Write a file of schools in the order given (Etablissements and EtablissementsEleves share it).

    Returns the number of characters replaced for want of an encoding. Raises `Refus`: value missing or too long.
    """
    return ecrire_listes(sortie, RACINES[0], VERSION, enveloppe, LISTES, {"etablissements": etablissements})
