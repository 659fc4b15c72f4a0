"""Writing a group-links file as a timetable program does, and its zip.

Source: reference SIECLE, sections 8.1, 8.3, 8.6; procedures EDT-36 to EDT-40.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO

from msgspec import Struct

from shared.contracts.refus import Lieu, Refus
from shared.formats.ecriture import EcrivainXml
from shared.formats.elegroupe.lecture import CHAMPS_ELEVE, CHAMPS_PARAMETRES
from shared.formats.elegroupe.liens import (
    LONGUEUR_CODE_ECRITE,
    RACINE,
    VERSIONS,
    EleveLien,
    Parametres,
)
from shared.formats.elegroupe.noms import NomElegroupe, analyser_nom, nom_elegroupe
from shared.formats.siecle.champs import Champ, Forme, ecrire_champs
from shared.formats.siecle.enveloppe import ENCODAGE
from shared.security.archives import write_zip

# 1.3 knows one name of 25 characters; 1.4 is the table that is read.
_CHAMPS = {
    "1.4": CHAMPS_ELEVE,
    "1.3": (
        *CHAMPS_ELEVE[:3],
        Champ("NOM", "nom_de_famille", maxi=25, oblige=True),
        Champ("PRENOM", "prenom", maxi=25, oblige=True),
        Champ("PRENOM2", "prenom2", maxi=25),
        Champ("PRENOM3", "prenom3", maxi=25),
        Champ("DATE_NAISS", "date_naiss", Forme.DATE_ISO, oblige=True),
    ),
}


class FichierLiens(Struct, frozen=True):
    """What was written: the file's name, the pupils in it, the characters replaced for want of an encoding."""

    nom: NomElegroupe
    eleves: int
    substitutions: int = 0


class LiensEcrits(Struct, frozen=True):
    """What was written: the number of pupils, and of characters replaced for want of an encoding."""

    eleves: int
    substitutions: int


def _champs_groupe(longueur_code: int) -> tuple[Champ, ...]:
    return (
        Champ("CODE_GROUPE", "code", maxi=longueur_code, oblige=True),
        Champ("DATE_DEBUT_GROUPE", "debut", Forme.DATE_ISO),
        Champ("DATE_FIN_GROUPE", "fin", Forme.DATE_ISO),
    )


def _ecrire_eleve(xml: EcrivainXml, eleve: EleveLien, champs: tuple[Champ, ...], groupe: tuple[Champ, ...]) -> None:
    identifiants = (eleve.eleve_id, eleve.id_national, eleve.id_prv_ele)
    if sum(i is not None for i in identifiants) != 1:
        raise Refus(
            "Un élève à exporter doit porter un identifiant et un seul.",
            code="ELEGROUPE_IDENTIFIANT",
            lieu=Lieu(element="ELEVE"),
            remede="Récupérer à nouveau les élèves depuis SIECLE, puis refaire l'export.",
        )
    repere = f"ELEVE {eleve.eleve_id or eleve.id_prv_ele or ''}".strip()
    xml.ouvrir("ELEVE")
    ecrire_champs(xml, eleve, champs, repere)
    xml.ouvrir("GROUPES")
    for lien in eleve.groupes:
        xml.ouvrir("GROUPE")
        ecrire_champs(xml, lien, groupe, f"GROUPE {lien.code}")
        xml.fermer()
    xml.fermer()
    xml.fermer()


def ouvrir_import(sortie: BinaryIO, version: str, parametres: Parametres) -> EcrivainXml:
    """Write what stands before DONNEES in both imports, and open DONNEES."""
    if not 0 <= parametres.num_envoi <= 99999:
        raise ValueError(f"NUM_ENVOI va de 0 à 99999 : {parametres.num_envoi}")
    xml = EcrivainXml(sortie, ENCODAGE, indent="  ")
    xml.declaration()
    xml.ouvrir(RACINE, [("VERSION", version)])
    xml.ouvrir("PARAMETRES")
    ecrire_champs(xml, parametres, CHAMPS_PARAMETRES, "PARAMETRES")
    xml.fermer()
    xml.ouvrir("DONNEES")
    return xml


def ecrire_liens(
    sortie: BinaryIO,
    parametres: Parametres,
    eleves: Iterable[EleveLien],
    *,
    version: str = "1.4",
    longueur_code: int = LONGUEUR_CODE_ECRITE,
) -> LiensEcrits:
    """Write a group-links file as a stream; tell how many pupils were written.

    A pupil in no group is left out (EDT-40). Arguments: `eleves`, in the order wanted; `version`, 1.3 or
    1.4; `longueur_code`, the most characters of a group code (8, or 20 where the profil académique says
    so). Raises `Refus`: no pupil in any group (ELEGROUPE_SANS_LIEN), not exactly one identifier
    (ELEGROUPE_IDENTIFIANT), value missing or too long; `ValueError` on another version.
    """
    if version not in VERSIONS:
        raise ValueError(f"version de fichier inconnue : {version!r}")
    champs, groupe = _CHAMPS[version], _champs_groupe(longueur_code)
    xml: EcrivainXml | None = None
    nombre = 0
    for eleve in eleves:
        if not eleve.groupes:
            continue
        if xml is None:
            xml = ouvrir_import(sortie, version, parametres)
            xml.ouvrir("ELEVES")
        _ecrire_eleve(xml, eleve, champs, groupe)
        nombre += 1
    if xml is None:
        raise Refus(
            "Aucun élève n'est affecté à un groupe : il n'y a aucun lien à exporter.",
            code="ELEGROUPE_SANS_LIEN",
            remede="Affecter les élèves aux groupes, puis refaire l'export.",
        )
    for _ in range(3):
        xml.fermer()
    return LiensEcrits(nombre, xml.substitutions)


def ecrire_liens_zip(
    sortie: BinaryIO,
    parametres: Parametres,
    eleves: Iterable[EleveLien],
    instant: datetime,
    *,
    version: str = "1.4",
    longueur_code: int = LONGUEUR_CODE_ECRITE,
) -> FichierLiens:
    """Write the zip that is deposited in BEE; return its name and the number of pupils.

    Arguments: `instant`, the wall clock that the name and the archive carry. Same bytes for the same
    arguments. Raises what `ecrire_liens` and `nom_elegroupe` raise; `sortie` then stays empty.
    """
    nom = analyser_nom(nom_elegroupe(parametres.uai, parametres.annee, instant))
    tampon = io.BytesIO()
    ecrits = ecrire_liens(tampon, parametres, eleves, version=version, longueur_code=longueur_code)
    write_zip(sortie, [(nom.nom_xml, tampon.getvalue())], instant)
    return FichierLiens(nom, ecrits.eleves, ecrits.substitutions)
