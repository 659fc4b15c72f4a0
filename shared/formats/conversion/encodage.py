"""Repairing a file whose bytes are not in the encoding that its first line declares, when nothing else is possible.

Two mistakes are repaired. Bytes of UTF-8 in a file that declares one byte for each character: accents all form UTF-8
sequences, which texts do not do by chance. Single bytes in a file that declares UTF-8: only when ISO-8859-1,
ISO-8859-15 and Windows-1252 read them alike, for nothing would tell which one it was.

Source: reference SIECLE, section 1.2 (encodings met in the field).
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterator
from html import escape
from typing import BinaryIO

from msgspec import Struct

from shared.contracts.refus import Lieu, Refus
from shared.formats.conversion.rapport import Ecarts
from shared.formats.ecriture import substitute
from shared.security.prologue import DEBUT_LU
from shared.security.xml import root_of

Ouvrir = Callable[[], BinaryIO]
_LECTURE = 1024**2
_UTF8 = "utf-8"
_COMMUN = "iso8859-15"
_UN_OCTET = ("iso8859", "cp125")
_DIFFERENTS = frozenset([*range(0x80, 0xA0), 0xA4, 0xA6, 0xA8, 0xB4, 0xB8, 0xBC, 0xBD, 0xBE])
"""Bytes that ISO-8859-1, ISO-8859-15 and Windows-1252 do not read alike."""
_MARQUES = ((codecs.BOM_UTF8, _UTF8), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ASCII = 0x80
_BLANC = 0x20


class Encodage(Struct, frozen=True):
    """What was found: the codec that the first line declares, and the one in which the bytes are."""

    declare: str
    reel: str


def reconnaitre_encodage(ouvrir: Ouvrir, nom: str) -> Encodage:
    """What a file declares and what it is. Raises `Refus` ENCODAGE_JUSTE when they agree, ENCODAGE_AMBIGU, `XmlRefuse`.

    The beginning must be readable as declared: what comes before the root holds no accent.
    """
    declare = _declare(ouvrir, nom)
    utf8, accents, octets = _regarde(ouvrir)
    if declare.startswith(_UN_OCTET) and accents and utf8:
        return Encodage(declare, _UTF8)
    if declare == _UTF8 and accents and not utf8:
        if octets & _DIFFERENTS:
            raise Refus(
                f"Les octets de « {nom} » ne sont pas de l'UTF-8, et plusieurs encodages les liraient autrement.",
                code="ENCODAGE_AMBIGU",
                remede="Produisez à nouveau le fichier avec le logiciel d'origine.",
                lieu=Lieu(nom),
            )
        return Encodage(declare, _COMMUN)
    raise Refus(
        f"« {nom} » est dans l'encodage qu'il déclare ({declare}), ou rien ne dit le contraire : il n'y a rien à "
        "réparer.",
        code="ENCODAGE_JUSTE",
        remede="Laissez ce fichier comme il est.",
        lieu=Lieu(nom),
    )


def _declare(ouvrir: Ouvrir, nom: str) -> str:
    """The codec that the first line declares, whatever the bytes beyond it are."""
    with ouvrir() as flux:
        debut = flux.read(DEBUT_LU)
    marque = next((codec for bom, codec in _MARQUES if debut.startswith(bom)), None)
    if marque is not None:  # it wins over the declaration
        return marque
    sans_accents = bytes(octet if octet < _ASCII else _BLANC for octet in debut)
    return codecs.lookup(root_of(io.BytesIO(sans_accents), nom).encodage).name


def _regarde(ouvrir: Ouvrir) -> tuple[bool, bool, frozenset[int]]:
    """Whether all bytes are UTF-8, whether some are beyond ASCII, and which ones."""
    decodeur = codecs.getincrementaldecoder(_UTF8)("strict")
    utf8 = True
    octets: set[int] = set()
    with ouvrir() as flux:
        while True:
            lu = flux.read(_LECTURE)
            octets.update(o for o in set(lu) if o >= _ASCII)
            if utf8:
                try:
                    decodeur.decode(lu, not lu)
                except UnicodeDecodeError:
                    utf8 = False
            if not lu:
                return utf8, bool(octets), frozenset(octets)


def reparer_encodage(ouvrir: Ouvrir, sortie: BinaryIO, encodage: Encodage, ecarts: Ecarts) -> int:
    """Write the same text in the encoding that it declares; the number of characters beyond ASCII.

    What that encoding lacks is replaced as our writers do, and told in `ecarts`; the XML itself is left as it is.
    """
    accents = 0
    table: dict[int, str] = {}
    for texte in _textes(ouvrir, encodage.reel):
        for caractere in sorted(set(texte)):
            if caractere >= "\x80":
                accents += texte.count(caractere)
                if not _existe(caractere, encodage.declare):
                    table[ord(caractere)] = escape(substitute(caractere, encodage.declare))
                    ecarts.caracteres(texte.count(caractere))
        sortie.write(texte.translate(table).encode(encodage.declare))
    return accents


def _textes(ouvrir: Ouvrir, codec: str) -> Iterator[str]:
    decodeur = codecs.getincrementaldecoder(codec)("strict")
    with ouvrir() as flux:
        while True:
            lu = flux.read(_LECTURE)
            texte = decodeur.decode(lu, not lu)
            if texte:
                yield texte
            if not lu:
                return


def _existe(caractere: str, codec: str) -> bool:
    try:
        caractere.encode(codec)
    except UnicodeEncodeError:
        return False
    return True
