"""Writing XML files the way the national applications do: one leaf per line, in ISO-8859-15.

Not an XML library on purpose: old consumers read these files line by line, and byte-for-byte equality is a
promise. Source: reference siecle, section 1.2, and sts-edt, section 2 (layout, characters).
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Sequence
from typing import BinaryIO

_TAMPON = 64 * 1024
_A_ECHAPPER = re.compile(r"[&<>]")
_A_ECHAPPER_ATTRIBUT = re.compile('[&<>"\n\r\t]')
_INTERDITS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ENTITES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "\n": "&#10;",
    "\r": "&#13;",
    "\t": "&#9;",
}
_EQUIVALENTS = {
    "\u2018": "'",
    "\u2019": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u2013": "-",
    "\u2014": "-",
    "\u2010": "-",
    "\u2011": "-",
    "\u2026": "...",
    "\u202f": " ",
    "\u2009": " ",
    "\u0141": "L",
    "\u0142": "l",
    "\u0110": "D",
    "\u0111": "d",
    "\u0131": "i",
    "\u0152": "OE",
    "\u0153": "oe",
}


def substitute(caractere: str, encoding: str) -> str:
    """What is written in place of a character that `encoding` lacks.

    The rule: a typographic sign gives its plain one; a letter loses its diacritics (NFKD); what remains
    impossible gives « ? », as the Base élèves itself does (reference siecle, section 1.2).
    """
    equivalent = _EQUIVALENTS.get(caractere)
    if equivalent is None:
        decompose = unicodedata.normalize("NFKD", caractere)
        equivalent = "".join(c for c in decompose if not unicodedata.combining(c))
    try:
        equivalent.encode(encoding)
    except UnicodeEncodeError:
        return "?"
    return equivalent or "?"


def _echappe(trouve: re.Match[str]) -> str:
    return _ENTITES[trouve.group()]


class EcrivainXml:
    """Writes an XML document to a byte stream: `declaration`, then `ouvrir`, `feuille`… and `fermer`.

    Arguments: `stream`, opened for writing bytes, left open; `encoding`, a codec name, also written in the
    declaration, in capitals; `indent`, what precedes a line for each level of depth.

    Line ends are "\\n". Characters that no XML document may hold become « ? »; those that the encoding lacks
    follow `substitute`; both are counted in `substitutions`. A line end inside a text is written as such.
    Call `flush` (or `fermer` on the root, or leave the `with`) so that everything reaches the stream.
    """

    def __init__(self, stream: BinaryIO, encoding: str = "iso-8859-15", indent: str = "") -> None:
        self._stream = stream
        self._codec = codecs.lookup(encoding).name
        self._declare = encoding.upper()
        self._indent = indent
        self._pile: list[str] = []
        self._marge = ""
        self._tampon: list[str] = []
        self._taille = 0
        self.substitutions = 0

    def __enter__(self) -> EcrivainXml:
        return self

    def __exit__(self, *_: object) -> None:
        self.flush()

    def declaration(self) -> None:
        """The first line: `<?xml version="1.0" encoding="…"?>`."""
        self._ligne(f'<?xml version="1.0" encoding="{self._declare}"?>')

    def doctype(self, racine: str, systeme: str) -> None:
        """A DOCTYPE with an external identifier: the AAF files carry one."""
        self._ligne(f'<!DOCTYPE {racine} SYSTEM "{systeme}">')

    def ouvrir(self, tag: str, attributs: Sequence[tuple[str, str]] = ()) -> None:
        """Open an element, alone on its line."""
        self._ligne(f"{self._marge}<{tag}{self._attributs(attributs)}>")
        self._pile.append(tag)
        self._marge = self._indent * len(self._pile)

    def feuille(self, tag: str, texte: str | None = None, attributs: Sequence[tuple[str, str]] = ()) -> None:
        """An element without children, on one line; self-closed when `texte` is None or empty."""
        attrs = self._attributs(attributs) if attributs else ""
        if texte:
            self._ligne(f"{self._marge}<{tag}{attrs}>{self._texte(texte)}</{tag}>")
        else:
            self._ligne(f"{self._marge}<{tag}{attrs}/>")

    def feuille_si(self, tag: str, texte: str | None, attributs: Sequence[tuple[str, str]] = ()) -> None:
        """The same, left out when `texte` is None; an empty text is written, self-closed."""
        if texte is not None:
            self.feuille(tag, texte, attributs)

    def fermer(self) -> None:
        """Close the innermost open element; closing the root sends everything to the stream."""
        tag = self._pile.pop()
        self._marge = self._indent * len(self._pile)
        self._ligne(f"{self._marge}</{tag}>")
        if not self._pile:
            self.flush()

    def flush(self) -> None:
        """Send what is waiting to the stream."""
        texte = "".join(self._tampon)
        self._tampon.clear()
        self._taille = 0
        try:
            octets = texte.encode(self._codec)
        except UnicodeEncodeError:
            octets = self._remplace(texte).encode(self._codec)
        self._stream.write(octets)

    def _ligne(self, ligne: str) -> None:
        self._tampon.append(ligne + "\n")
        self._taille += len(ligne)
        if self._taille >= _TAMPON:
            self.flush()

    def _texte(self, texte: str) -> str:
        imprimable = texte.isprintable()  # then nothing is forbidden, and no line ends: the usual text, looked at once
        if not imprimable and _INTERDITS.search(texte):
            texte = self._sans_interdits(texte)
        if "&" in texte or "<" in texte or ">" in texte:
            texte = _A_ECHAPPER.sub(_echappe, texte)
        return texte if imprimable else texte.replace("\r", "&#13;")

    def _attributs(self, attributs: Sequence[tuple[str, str]]) -> str:
        morceaux = []
        for nom, valeur in attributs:
            if _INTERDITS.search(valeur):
                valeur = self._sans_interdits(valeur)
            morceaux.append(f' {nom}="{_A_ECHAPPER_ATTRIBUT.sub(_echappe, valeur)}"')
        return "".join(morceaux)

    def _sans_interdits(self, texte: str) -> str:
        propre, nombre = _INTERDITS.subn("?", texte)
        self.substitutions += nombre
        return propre

    def _remplace(self, texte: str) -> str:
        """The text with each character that the encoding lacks replaced; only reached when there is one."""
        table: dict[int, str] = {}
        for caractere in sorted(set(texte)):
            try:
                caractere.encode(self._codec)
            except UnicodeEncodeError:
                remplacant = substitute(caractere, self._codec)
                table[ord(caractere)] = _A_ECHAPPER_ATTRIBUT.sub(_echappe, remplacant)
                self.substitutions += texte.count(caractere)
        return texte.translate(table)
