"""Reading a group-links file, 1.3 or 1.4, as a stream or whole.

Source: reference SIECLE, sections 8.3 and 8.6. Whether the file may be deposited is told by `depot`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from shared.contracts.refus import FichierRefuse, Lieu
from shared.formats.elegroupe.liens import (
    RACINE,
    DocumentLiens,
    EleveLien,
    EnTeteLiens,
    GroupeLien,
    Parametres,
)
from shared.formats.siecle.champs import Champ, Forme, champ_invalide, lieu, lire_champs
from shared.formats.siecle.enveloppe import plan
from shared.formats.siecle.notes import Notes
from shared.security.xml import iterparse

CHAMPS_PARAMETRES = (
    Champ("UAJ", "uai", maxi=8, oblige=True),
    Champ("ANNEE_SCOLAIRE", "annee", Forme.ENTIER, maxi=4, oblige=True),
    Champ("DATE_IMPORT", "date_import", Forme.DATE, oblige=True),
    Champ("NUM_ENVOI", "num_envoi", Forme.ENTIER, maxi=5, oblige=True),
    Champ("LOGICIEL", "logiciel", maxi=10, oblige=True),
)
CHAMPS_ELEVE = (
    Champ("ELEVE_ID", "eleve_id", Forme.ENTIER),
    Champ("ID_NATIONAL", "id_national", maxi=11),
    Champ("ID_PRV_ELE", "id_prv_ele", Forme.ENTIER),
    Champ("NOM_DE_FAMILLE", "nom_de_famille", maxi=100, oblige=True, anciens=("NOM",)),
    Champ("NOM_USAGE", "nom_usage", maxi=100),
    Champ("PRENOM", "prenom", maxi=100, oblige=True),
    Champ("PRENOM2", "prenom2", maxi=100),
    Champ("PRENOM3", "prenom3", maxi=100),
    Champ("DATE_NAISS", "date_naiss", Forme.DATE_ISO, oblige=True),
)
CHAMPS_GROUPE = (
    Champ("CODE_GROUPE", "code", oblige=True),
    Champ("DATE_DEBUT_GROUPE", "debut", Forme.DATE_ISO),
    Champ("DATE_FIN_GROUPE", "fin", Forme.DATE_ISO),
)
_LUS = ("PARAMETRES", "ELEVE")
_BLOCS = frozenset({"GROUPES"})
_UAI = re.compile(r"\w{8}")


def notes_liens(nom: str) -> Notes:
    """The notes of a group-links file named `nom`, for `lire_evenements`."""
    return Notes(nom, plan((RACINE,), {"ELEVES": ("ELEVE",)}), _LUS)


def lire_parametres(element: etree._Element, nom: str, notes: Notes | None = None) -> Parametres:
    """The record of a PARAMETRES element of an import (group links and dossiers share it)."""
    parametres = Parametres(**lire_champs(element, CHAMPS_PARAMETRES, nom, notes))
    if not _UAI.fullmatch(parametres.uai):
        raise champ_invalide(nom, element, "UAJ", "code UAI de 8 caractères")
    if not 1000 <= parametres.annee <= 9999:
        raise champ_invalide(nom, element, "ANNEE_SCOLAIRE", "année sur 4 chiffres")
    return parametres


def lire_eleve(element: etree._Element, nom: str, notes: Notes | None = None) -> EleveLien:
    """The record of an ELEVE element. Raises `FichierRefuse`: leaf, or number of identifiers."""
    lus = lire_champs(element, CHAMPS_ELEVE, nom, notes, _BLOCS)
    if notes is not None:
        for bloc in element.iterchildren("GROUPES"):
            notes.contenu(bloc, ("GROUPE",))
    for cle in ("id_national", "nom_usage", "prenom2", "prenom3"):
        lus[cle] = lus[cle] or None
    groupes = tuple(
        GroupeLien(**lire_champs(groupe, CHAMPS_GROUPE, nom, notes)) for groupe in element.iterfind("GROUPES/GROUPE")
    )
    eleve = EleveLien(groupes=groupes, **lus)
    if [eleve.eleve_id, eleve.id_national, eleve.id_prv_ele].count(None) != 2:
        raise FichierRefuse(
            "Un élève doit porter un identifiant et un seul : ELEVE_ID, ID_NATIONAL ou ID_PRV_ELE.",
            code="ELEGROUPE_IDENTIFIANT",
            lieu=lieu(nom, element),
            remede="Produire à nouveau le fichier avec le logiciel d'emploi du temps.",
        )
    return eleve


def refuser_racine(racine: etree._Element, nom: str) -> None:
    """Refuse a document whose root is not IMPORT_ELEVES."""
    if racine.tag != RACINE:
        raise FichierRefuse(
            f"Fichier XML non valide : l'élément racine est {racine.tag}, alors que {RACINE} est attendu.",
            code="XML_NON_VALIDE",
            lieu=lieu(nom, racine),
            remede="Déposer le fichier des liens élève-groupe produit par le logiciel d'emploi du temps.",
        )


def lire_evenements(stream: BinaryIO, nom: str, notes: Notes | None = None) -> Iterator[EnTeteLiens | EleveLien]:
    """Yield the head, then each pupil, in file order; memory does not grow with the file.

    Arguments: `stream` of bytes; `nom`, the file's name, for refusals; `notes`, made by `notes_liens`, to know
    what was not understood. Raises `FichierRefuse` on another kind of file, a wrong leaf, or pupils before PARAMETRES.
    """
    vu = False
    notes = notes or notes_liens(nom)
    for element in iterparse(stream, _LUS, nom=nom, ecarte=notes.ecarte):
        if not vu:
            racine = element.getroottree().getroot()
            refuser_racine(racine, nom)
            if element.tag != "PARAMETRES":
                break
            vu = True
            notes.attributs(racine, ("VERSION",))
            yield EnTeteLiens(racine.get("VERSION", "").strip(), lire_parametres(element, nom, notes))
        elif element.tag == "ELEVE":
            notes.lu(element)
            yield lire_eleve(element, nom, notes)
        else:
            notes.repete(element)
    if not vu:
        raise FichierRefuse(
            "Fichier XML non valide : le bloc PARAMETRES ne précède pas les données.",
            code="XML_NON_VALIDE",
            lieu=Lieu(fichier=nom, element="PARAMETRES"),
            remede="Déposer le fichier produit par le logiciel d'emploi du temps, sans le modifier.",
        )


def lire_liens(stream: BinaryIO, nom: str) -> DocumentLiens:
    """The whole group-links file. Same arguments and errors as `lire_evenements`."""
    entete: EnTeteLiens | None = None
    eleves: list[EleveLien] = []
    notes = notes_liens(nom)
    for evenement in lire_evenements(stream, nom, notes):
        if isinstance(evenement, EnTeteLiens):
            entete = evenement
        else:
            eleves.append(evenement)
    assert entete is not None  # lire_evenements() refuses a file without head
    return DocumentLiens(entete, tuple(eleves), notes.remarques)
