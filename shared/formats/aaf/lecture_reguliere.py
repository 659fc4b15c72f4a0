"""Reading the files of a complete feed that are written as ours are: four times quicker than any XML parser.

Such a file is ASCII, has one attribute on a line and each request ended by an empty line. What is read here is a small
part of XML, of which every sign is accounted for: each `<`, `>` and `&` is one that the form of the request has in that
place. At the first one that is not, `Irregulier` is raised and the hardened parser reads the file, from its beginning:
it alone decides what is refused, and says why.

Source: reference aaf.md, sections 1.1, 1.2 and 2.1; architecture, "Files are enemies until read".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from shared.formats.aaf.dtd import NOM_DTD, RACINE
from shared.formats.aaf.enregistrement import Ajout, Valeurs
from shared.formats.aaf.grammaire import DECLAREES, Categorie
from shared.security.xml import Limites

_MORCEAU: Final = 256 * 1024
_FIN_REQUETE: Final = "</addRequest>\n\n"
_FIN: Final = f"</{RACINE}>\n"
_INTERDITS: Final = bytes([*range(9), *range(11, 32)])
"""What XML does not have, and the carriage return, which a parser changes."""
_ENTRE: Final = "</value><value>"
_DEBUT: Final = re.compile(
    r'<\?xml version="1\.0" encoding="(?:UTF-8|ISO-8859-15)"\?>\n'
    rf'<!DOCTYPE {RACINE} SYSTEM "{re.escape(NOM_DTD)}">\n<{RACINE}>\n'
    r"(?:<!--(?:[^-<>&]|-(?!-))*-->\n)*\n"
)
_TETE: Final = re.compile(
    r'<addRequest>\n<operationalAttributes><attr name="([A-Za-z]+)"><value>([A-Za-z]+)</value></attr>'
    r"</operationalAttributes>\n<identifier><id>([^<>&\n]+)</id></identifier>\n<attributes>\n"
)
_ATTRIBUT: Final = re.compile(r'<attr name="([A-Za-z][A-Za-z0-9]*)"><value([^\n]*)</attr>\n')
_VALEURS: Final = rf"(?:/>|>([^<>\n]++(?:{_ENTRE}[^<>\n]*+)*+)</value>)"
"""What follows `<value` in an attribute: nothing, or values, of which the first is not empty."""
_QUEUE: Final = "</attributes>\n"
_FORMES: Final = 16
"""So many lists of attributes at most in one file."""
_SIMPLE: Final = re.compile(r"&apos;|&#([0-9]{3,7});")
"""References to what has no meaning in XML: they are replaced in many requests at once."""
_REFERENCE: Final = re.compile(r"&(?:(amp|lt|gt|apos|quot)|#([0-9]{1,7}));")
_Lue = tuple[str, tuple[str, ...], tuple[Valeurs, ...]]
_NOMMEES: Final = {"amp": "&", "lt": "<", "gt": ">", "apos": "'", "quot": '"'}


class Irregulier(Exception):
    """The file is not written so; nothing is said of whether it is good."""


def lire_reguliers(flux: BinaryIO, categorie: Categorie, limites: Limites) -> Iterator[Ajout]:
    """The additions of a file, in order, as `lire_fichier` gives them.

    Arguments: `flux` of bytes; `categorie`, the only one admitted; `limites`, those of the hardened parser.
    Raises `Irregulier`, perhaps after a few additions: those were right.
    """
    reste, lus, debut = "", 0, True
    formes: list[_Forme] = []
    while octets := flux.read(_MORCEAU):
        lus += len(octets)
        if lus > limites.max_bytes or len(reste) > limites.max_text:
            raise Irregulier
        texte = reste + _texte(octets)
        if debut:
            tete = _DEBUT.match(texte)
            if tete is None:
                raise Irregulier
            texte, debut = texte[tete.end() :], False
        entieres, fin, reste = texte.rpartition(_FIN_REQUETE)
        if not fin:
            continue
        for requete in _SIMPLE.sub(_simple, entieres).split(_FIN_REQUETE):
            lue = formes[0].lire(requete) if formes else None
            yield Ajout(categorie, *(lue or _autrement(formes, requete, categorie)))
    if reste != _FIN:
        raise Irregulier


def _texte(octets: bytes) -> str:
    if not octets.isascii() or len(octets.translate(None, _INTERDITS)) < len(octets):
        raise Irregulier
    return octets.decode("ascii")


def _autrement(formes: list[_Forme], requete: str, categorie: Categorie) -> _Lue:
    """Read a request that has not the form of the one before: another known form, or a new one."""
    for rang, forme in enumerate(formes):
        lue = forme.lire(requete)
        if lue is not None:
            formes.insert(0, formes.pop(rang))
            return lue
    if len(formes) == _FORMES:
        raise Irregulier
    formes.insert(0, _Forme(requete, categorie))
    lue = formes[0].lire(requete)
    if lue is None:
        raise Irregulier
    return lue


class _Forme:
    """Requests that name the same attributes. Made of the first of them; raises `Irregulier`."""

    def __init__(self, requete: str, categorie: Categorie) -> None:
        tete = _TETE.match(requete)
        if tete is None or DECLAREES.get((tete[1], tete[2])) is not categorie:
            raise Irregulier
        noms = tuple(trouve[1] for trouve in _ATTRIBUT.finditer(requete, tete.end()))
        if not noms or len(set(noms)) < len(noms):
            raise Irregulier
        self._noms = noms
        avant, apres = requete[: tete.start(3)], requete[tete.end(3) : tete.end()]
        attributs = "".join([rf'<attr name="{nom}"><value{_VALEURS}</attr>\n' for nom in noms])
        self._lire = re.compile(f"{re.escape(avant)}([^<>&\n]+){re.escape(apres)}{attributs}{_QUEUE}").fullmatch

    def lire(self, requete: str) -> _Lue | None:
        """Identifier, names, values; None when it has not this form. Raises `Irregulier`."""
        trouve = self._lire(requete)
        if trouve is None:
            return None
        id_, *ecrites = trouve.groups()
        valeurs: list[Valeurs] = [() if ecrite is None else tuple(ecrite.split(_ENTRE)) for ecrite in ecrites]
        if "&" in requete:
            valeurs = [tuple([_deref(v) if "&" in v else v for v in siennes]) for siennes in valeurs]
        return id_, self._noms, tuple(valeurs)


def _simple(reference: re.Match[str]) -> str:
    numero = reference[1]
    if numero is None:
        return "'"
    code = int(numero)
    return chr(code) if 160 <= code < 0xD800 else reference[0]


def _deref(valeur: str) -> str:
    """A value whose references are replaced. Raises `Irregulier` for a `&` that is not one that XML has."""
    if valeur.count("&") != len(_REFERENCE.findall(valeur)):
        raise Irregulier
    return _REFERENCE.sub(_signe, valeur)


def _signe(reference: re.Match[str]) -> str:
    nom, numero = reference.groups()
    if nom:
        return _NOMMEES[nom]
    code = int(numero)
    if code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code <= 0x10FFFF:
        return chr(code)
    raise Irregulier
