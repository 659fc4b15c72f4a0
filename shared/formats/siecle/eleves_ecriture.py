"""Writing `BEE_ELEVES` 3.0, with or without addresses.

Source: reference SIECLE, sections 2.1, 2.2 and 14. ELEVES comes before STRUCTURES and D before G because
readers that stream (Pix) or take the first structure (dossiersco) depend on it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import BinaryIO

from shared.contracts.refus import Lieu, Refus
from shared.formats.ecriture import EcrivainXml
from shared.formats.siecle.adresses import Adresse, ecrire_adresses
from shared.formats.siecle.champs import Champ, ecrire_champs
from shared.formats.siecle.eleves import (
    CHAMPS_ELEVE,
    CHAMPS_OPTION,
    CHAMPS_SCOLARITE_AN_DERNIER,
    RACINES,
    VERSION,
    Eleve,
)
from shared.formats.siecle.enveloppe import Enveloppe, fermer_document, ouvrir_bloc, ouvrir_document

_CHAMPS_SANS_ADRESSE = tuple(c for c in CHAMPS_ELEVE if c.balise != "ADRESSE_ID")


def _cles(eleve: Eleve) -> list[tuple[str, str]]:
    if eleve.elenoet is None:
        raise Refus(
            f"L'élève d'identifiant {eleve.eleve_id} n'a pas de numéro interne (ELENOET).",
            code="SIECLE_ECRITURE_CHAMP_ABSENT",
            lieu=Lieu(element="ELENOET"),
            remede="Attribuer un numéro à l'élève dans l'établissement, puis exporter à nouveau.",
        )
    return [("ELEVE_ID", str(eleve.eleve_id)), ("ELENOET", str(eleve.elenoet))]


def _ecrire_eleve(xml: EcrivainXml, eleve: Eleve, champs: Collection[Champ]) -> None:
    repere = f"ELEVE {eleve.eleve_id}"
    xml.ouvrir("ELEVE", _cles(eleve))
    ecrire_champs(xml, eleve, tuple(champs), repere)
    if eleve.scolarite_an_dernier is not None:
        xml.ouvrir("SCOLARITE_AN_DERNIER")
        ecrire_champs(xml, eleve.scolarite_an_dernier, CHAMPS_SCOLARITE_AN_DERNIER, repere)
        xml.fermer()
    xml.fermer()


def _ecrire_options(xml: EcrivainXml, eleves: Collection[Eleve]) -> None:
    concernes = [e for e in eleves if e.options]
    if not ouvrir_bloc(xml, "OPTIONS", not concernes):
        return
    for eleve in concernes:
        xml.ouvrir("OPTION", _cles(eleve))
        for option in eleve.options:
            xml.ouvrir("OPTIONS_ELEVE")
            ecrire_champs(xml, option, CHAMPS_OPTION, f"OPTION de l'ELEVE {eleve.eleve_id}")
            xml.fermer()
        xml.fermer()
    xml.fermer()


def _ecrire_structures(xml: EcrivainXml, eleves: Collection[Eleve]) -> None:
    concernes = [e for e in eleves if e.division or e.groupes]
    if not ouvrir_bloc(xml, "STRUCTURES", not concernes):
        return
    for eleve in concernes:
        structures = [(eleve.division, "D")] if eleve.division else []
        structures += [(groupe, "G") for groupe in eleve.groupes]
        xml.ouvrir("STRUCTURES_ELEVE", _cles(eleve))
        for code, genre in structures:
            xml.ouvrir("STRUCTURE")
            xml.feuille("CODE_STRUCTURE", code)
            xml.feuille("TYPE_STRUCTURE", genre)
            xml.fermer()
        xml.fermer()
    xml.fermer()


def _ecrire_bourses(xml: EcrivainXml, eleves: Collection[Eleve]) -> None:
    concernes = [e for e in eleves if e.bourses]
    if not ouvrir_bloc(xml, "BOURSES", not concernes):
        return
    for eleve in concernes:
        xml.ouvrir("BOURSES_ELEVE", _cles(eleve))
        for code in eleve.bourses:
            xml.ouvrir("BOURSE")
            xml.feuille("CODE_BOURSE", code)
            xml.fermer()
        xml.fermer()
    xml.fermer()


def ecrire_eleves(
    sortie: BinaryIO,
    enveloppe: Enveloppe,
    eleves: Collection[Eleve],
    adresses: Collection[Adresse] | None = None,
) -> int:
    """Write a pupils' file; with `adresses` None, the « sans adresse » variant, without any ADRESSE_ID.

    Arguments: `sortie`, a binary stream; `eleves`, walked over once per block, written in the order given
    (sort it first). Returns the number of characters replaced for want of an encoding (`shared.formats.ecriture`
    says how). Raises `Refus` when there is no pupil (code SIECLE_SANS_ELEVE), when a pupil lacks what
    readers need (DATE_ENTREE, CODE_SEXE, ELENOET…), or when its address is not among `adresses` (code
    SIECLE_ADRESSE_INCONNUE).
    """
    if not eleves:
        raise Refus(
            "Aucun élève n'est présent dans l'établissement : l'export est impossible.",
            code="SIECLE_SANS_ELEVE",
            remede="Saisir ou importer les dossiers des élèves avant d'exporter.",
        )
    connues = {a.adresse_id for a in adresses or ()}
    xml = ouvrir_document(sortie, RACINES[0], VERSION, enveloppe)
    xml.ouvrir("ELEVES")
    for eleve in eleves:
        if adresses is not None and eleve.adresse_id is not None and eleve.adresse_id not in connues:
            raise Refus(
                f"L'adresse {eleve.adresse_id} de l'élève d'identifiant {eleve.eleve_id} n'existe pas.",
                code="SIECLE_ADRESSE_INCONNUE",
                lieu=Lieu(element="ADRESSE_ID"),
                remede="Saisir à nouveau l'adresse de l'élève, puis exporter.",
            )
        _ecrire_eleve(xml, eleve, _CHAMPS_SANS_ADRESSE if adresses is None else CHAMPS_ELEVE)
    xml.fermer()
    _ecrire_options(xml, eleves)
    _ecrire_structures(xml, eleves)
    _ecrire_bourses(xml, eleves)
    if adresses is not None:
        ecrire_adresses(xml, adresses)
    return fermer_document(xml)
