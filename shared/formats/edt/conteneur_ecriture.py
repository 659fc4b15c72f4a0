"""Writing the container EXPORT_INDEX_EDUCATION, as a stream: compressed, encrypted, in base64.

Source: reference sts-edt, section 5.2.
"""

from __future__ import annotations

import base64
import hashlib
import random
import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO

from msgspec import Struct

from shared.formats.ecriture import EcrivainXml
from shared.formats.edt.chiffrement import Chiffreur, fermer_bloc
from shared.formats.edt.ecriture import XSI
from shared.formats.edt.refus import ESPACE_CONTENEUR, RACINE_CONTENEUR

_SCHEMA = "http://telechargement.index-education.com/export/ConteneurExportChiffre.xsd"
_LECTURE = 64 * 1024
_LIGNE = 57
"""Bytes of a base64 line of 76 characters."""
_MAX_DESTINATAIRES = 2


class Destinataire(Struct, frozen=True):
    """One who will open the container: his name, and his RSA public key in PEM or DER."""

    nom: str
    cle_publique: bytes


class EnTeteConteneur(Struct, frozen=True):
    """What a container says in clear; `date_heure` bears its zone. None leaves out what later files may lack."""

    logiciel: str
    date_heure: datetime
    uai: str | None
    nom_etablissement: str | None
    code_postal_ville: str | None
    version: str = "1.0"


def ecrire_conteneur(
    sortie: BinaryIO,
    charge: BinaryIO,
    entete: EnTeteConteneur,
    *,
    destinataires: Sequence[Destinataire],
    cle: bytes,
    vecteur: bytes,
    alea: random.Random,
    compresse: bool = True,
    niveau: int = 6,
    avec_schema: bool = True,
) -> int:
    """Write a container around a clear document; return the number of bytes of the clear document.

    Arguments: `charge`, read to its end; `destinataires`, one or two (the reference has INDEXEDUCATION, then
    the partner); `cle` and `vecteur`, 16 bytes each, the caller's, never to be used twice outside simulations;
    `alea`, the padding of RSA (`random.SystemRandom()` outside simulations); `compresse`: False writes the
    attribute CompresseAvantChiffrement, which the published schema refuses; `niveau` of zlib.

    Same bytes for the same arguments and the same zlib. Raises `Refus` EDT_CLE_ILLISIBLE,
    EDT_CHIFFREMENT_INDISPONIBLE, before anything is written; `ValueError` on another number of recipients, other
    lengths, or a naive `date_heure`.
    """
    if not 1 <= len(destinataires) <= _MAX_DESTINATAIRES:
        raise ValueError("un conteneur a un ou deux destinataires")
    if entete.date_heure.tzinfo is None:
        raise ValueError("la date du conteneur porte son fuseau")
    blocs = [(d.nom, fermer_bloc(cle, vecteur, d.cle_publique, alea)) for d in destinataires]
    xml = EcrivainXml(sortie, "utf-8", indent="  ")
    xml.declaration()
    espaces = [("xmlns", ESPACE_CONTENEUR)]
    if avec_schema:
        espaces += [("xmlns:xsi", XSI), ("xsi:schemaLocation", f"{ESPACE_CONTENEUR} {_SCHEMA}")]
    xml.ouvrir(RACINE_CONTENEUR, espaces)
    xml.feuille("VERSION", entete.version)
    xml.feuille("LOGICIEL", entete.logiciel)
    xml.ouvrir("CLES")
    for nom, bloc in blocs:
        xml.feuille("PARTENAIRE", _lignes(bloc).rstrip("\n"), [("NOM", nom)])
    xml.fermer()
    xml.flush()
    attribut = "" if compresse else ' CompresseAvantChiffrement="false"'
    sortie.write(f"  <CONTENU{attribut}>".encode())
    taille, empreinte = _ecrit_contenu(sortie, charge, Chiffreur(cle, vecteur), niveau if compresse else None)
    sortie.write(b"</CONTENU>\n")
    xml.feuille("VERIFICATION", base64.b64encode(empreinte).decode())
    xml.feuille("DATEHEURE", entete.date_heure.isoformat(timespec="milliseconds"))
    xml.feuille_si("UAI", entete.uai)
    xml.feuille_si("NOMETABLISSEMENT", entete.nom_etablissement)
    xml.feuille_si("CODEPOSTALVILLE", entete.code_postal_ville)
    xml.fermer()
    return taille


def _ecrit_contenu(sortie: BinaryIO, charge: BinaryIO, chiffreur: Chiffreur, niveau: int | None) -> tuple[int, bytes]:
    """Size of the clear document, and SHA-256 of what was encrypted."""
    compresseur = None if niveau is None else zlib.compressobj(niveau)
    empreinte = hashlib.sha256()
    attente = b""
    taille = 0
    while lu := charge.read(_LECTURE):
        taille += len(lu)
        clair = lu if compresseur is None else compresseur.compress(lu)
        empreinte.update(clair)
        attente += chiffreur.chiffre(clair)
        entier = len(attente) // _LIGNE * _LIGNE
        sortie.write(_lignes(attente[:entier]).encode())
        attente = attente[entier:]
    fin = b"" if compresseur is None else compresseur.flush()
    empreinte.update(fin)
    sortie.write(_lignes(attente + chiffreur.chiffre(fin) + chiffreur.finit()).rstrip("\n").encode())
    return taille, empreinte.digest()


def _lignes(octets: bytes) -> str:
    """Base64 in lines of 76 characters ended by LF alone: no other end is admitted by those who read it."""
    return "".join(base64.b64encode(octets[i : i + _LIGNE]).decode() + "\n" for i in range(0, len(octets), _LIGNE))
