"""XML rewritten as a stream: records one by one, what is around them in passing, the physical form kept.

The parser is expat, fed by the project's own reading of the prologue: no DOCTYPE nor entity reaches it. Encoding, line
ends, indentation and the order of elements come out as they were; an empty element is written self-closed, comments and
instructions are left out (free text), save the known header comments of the AAF.
Source: architecture, "Files are enemies until read"; reference SIECLE section 1.2, sts-edt 1.2, AAF 1.2 and 1.3.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import BinaryIO
from xml.parsers import expat
from xml.sax.saxutils import escape

from msgspec import Struct

from shared.formats.aaf.dtd import NOM_DTD, RACINE
from shared.security.parseur import Limites
from shared.security.prologue import TexteXml, refuse

_ENTETE_AAF = re.compile(
    r'\s*(versionAF|versionSDET|codeAcademieExport|degre|dateGenerationExport)="[\w ./-]{0,40}"\s*', re.ASCII
)
_DECLARATION = re.compile(rb"^(?:\xef\xbb\xbf)?<\?xml\s[^<>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_SANS_DECLARATION = re.compile(rb"^(?:\xef\xbb\xbf)?<\?xml\s")
_ATTRIBUT = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
_MAX_NOEUDS = 500_000


class Noeud:
    """An element: `avant` and `fin` are the blanks before its start and end tags; `texte`, of a leaf."""

    __slots__ = ("attributs", "avant", "enfants", "fin", "tag", "texte")

    def __init__(self, tag: str, attributs: list[tuple[str, str]], avant: str) -> None:
        self.tag = tag
        self.attributs = attributs
        self.avant = avant
        self.texte = ""
        self.enfants: list[Noeud] = []
        self.fin = ""

    def attribut(self, nom: str) -> str:
        """The value of an attribute, "" when it has none."""
        return next((v for c, v in self.attributs if c == nom), "")

    def feuille(self, tag: str) -> str:
        """The text of the first child of that name, "" when there is none."""
        return next((e.texte.strip() for e in self.enfants if e.tag == tag), "")

    def tous(self) -> Iterator[Noeud]:
        """The element and everything in it, in file order."""
        yield self
        for enfant in self.enfants:
            yield from enfant.tous()


class Ouvre(Struct, frozen=True):
    """The start of an element that is not kept whole; `parent`: the tag around it."""

    noeud: Noeud
    parent: str


class Fiche(Struct, frozen=True):
    """A whole element: a record, or a leaf outside of records."""

    noeud: Noeud
    parent: str


class Ferme(Struct, frozen=True):
    """The end of an element that was not kept whole, with the blanks before its tag."""

    tag: str
    avant: str


class Commentaire(Struct, frozen=True):
    """A header comment of the AAF."""

    texte: str
    avant: str


Evenement = Ouvre | Fiche | Ferme | Commentaire


class LectureXml:
    """One XML document, as events. `oublis`: comments, instructions and texts between elements that were left out.

    Arguments: `stream`, bytes, with `peek`; `nom`, its name in messages; `fiches`, tags of the elements kept whole.
    """

    def __init__(self, stream: BinaryIO, nom: str, fiches: Collection[str], limites: Limites | None = None) -> None:
        debut = bytes(getattr(stream, "peek")(1024)[:1024])  # noqa: B009 - BinaryIO does not say that it peeks
        self._limites = limites or Limites()
        self._texte = TexteXml(stream, nom, self._limites.max_bytes)
        self._nom = nom
        self._fiches = frozenset(fiches)
        self.oublis = 0
        declare = _DECLARATION.match(debut)
        prologue = self._texte.prologue
        self.encodage = prologue.encodage
        self.declare = declare.group(1).decode() if declare else None
        self.declaration = _SANS_DECLARATION.match(debut) is not None
        self.bom = debut.startswith(b"\xef\xbb\xbf")
        self.crlf = b"\r\n" in debut
        self.doctype = prologue.doctype is not None
        self.racine = prologue.racine
        if self.doctype and not (prologue.doctype == prologue.racine == RACINE):
            raise refuse(
                "XML_DOCTYPE",
                "la déclaration DOCTYPE de ce fichier n'est pas admise.",
                "Supprimez la déclaration DOCTYPE, ou produisez à nouveau le fichier.",
                nom,
                prologue.ligne_doctype,
            )
        self._chemin: list[str] = []
        self._garde: list[Noeud] = []
        self._attente: Noeud | None = None
        self._blancs: list[str] = []
        self._taille = 0
        self._noeuds = 0
        self._prets: list[Evenement] = []

    def evenements(self) -> Iterator[Evenement]:
        """What the document is made of, in its order. Raises `XmlRefuse`."""
        parseur = expat.ParserCreate("UTF-8")
        parseur.buffer_text = True
        parseur.ordered_attributes = True
        parseur.StartElementHandler = self._debut
        parseur.EndElementHandler = self._fin
        parseur.CharacterDataHandler = self._texte_lu
        parseur.CommentHandler = self._commentaire
        parseur.ProcessingInstructionHandler = self._instruction
        try:
            for octets in self._texte.morceaux():
                parseur.Parse(octets, False)
                yield from self._rendre()
            parseur.Parse(b"", True)
        except expat.ExpatError as erreur:
            entite = erreur.code == 11  # XML_ERROR_UNDEFINED_ENTITY
            raise refuse(
                "XML_ENTITES" if entite else "XML_MAL_FORME",
                "le fichier emploie une entité XML qui n'est pas admise."
                if entite
                else "le document XML est mal formé ou incomplet.",
                "Produisez à nouveau le fichier.",
                self._nom,
                erreur.lineno,
            ) from None
        yield from self._rendre()

    def _rendre(self) -> list[Evenement]:
        prets, self._prets = self._prets, []
        return prets

    def _refuser(self, code: str, phrase: str) -> None:
        raise refuse(code, phrase, "Vérifiez qu'il s'agit du bon fichier.", self._nom)

    def _debut(self, tag: str, plats: list[str]) -> None:
        avant = self._prendre(garder=False)
        if self._attente is not None:  # it has a child: it was not a leaf
            self._prets.append(Ouvre(self._attente, self._chemin[-2] if len(self._chemin) > 1 else ""))
            self._attente = None
        if len(self._chemin) >= self._limites.max_depth:
            self._refuser("XML_PROFONDEUR", f"plus de {self._limites.max_depth} éléments sont imbriqués.")
        if len(plats) > 2 * self._limites.max_attributes:
            self._refuser("XML_TROP_GROS", f"un élément porte plus de {self._limites.max_attributes} attributs.")
        noeud = Noeud(tag, list(zip(plats[::2], plats[1::2], strict=True)), avant)
        self._chemin.append(tag)
        if self._garde or tag in self._fiches:
            if self._garde:
                self._garde[-1].enfants.append(noeud)
            self._garde.append(noeud)
            self._noeuds += 1
            if self._noeuds > _MAX_NOEUDS:
                self._refuser("XML_TROP_GROS", "un seul élément dépasse la taille admise.")
        else:
            self._attente = noeud

    def _fin(self, tag: str) -> None:
        if self._garde:
            noeud = self._garde.pop()
            self._clore(noeud)
            if not self._garde:
                self._noeuds = 0
                self._prets.append(Fiche(noeud, self._parent()))
        elif self._attente is not None:
            self._clore(self._attente)
            self._prets.append(Fiche(self._attente, self._parent()))
            self._attente = None
        else:
            self._prets.append(Ferme(tag, self._prendre(garder=False)))
        self._chemin.pop()

    def _parent(self) -> str:
        return self._chemin[-2] if len(self._chemin) > 1 else ""

    def _clore(self, noeud: Noeud) -> None:
        if noeud.enfants:
            noeud.fin = self._prendre(garder=False)
        else:
            noeud.texte = self._prendre(garder=True)

    def _prendre(self, *, garder: bool) -> str:
        """The text since the last tag; between two elements, only its blanks."""
        texte = "".join(self._blancs)
        self._blancs.clear()
        self._taille = 0
        if garder or not texte or texte.isspace():
            return texte
        self.oublis += 1
        return ""

    def _texte_lu(self, texte: str) -> None:
        self._taille += len(texte)
        if self._taille > self._limites.max_text:
            self._refuser("XML_TEXTE_GEANT", f"un élément contient plus de {self._limites.max_text} caractères.")
        self._blancs.append(texte)

    def _commentaire(self, texte: str) -> None:
        if self._chemin == [RACINE] and _ENTETE_AAF.fullmatch(texte):
            avant = self._prendre(garder=False)
            if self._attente is not None:
                self._prets.append(Ouvre(self._attente, ""))
                self._attente = None
            self._prets.append(Commentaire(texte, avant))
        elif self._chemin:
            self.oublis += 1

    def _instruction(self, _cible: str, _texte: str) -> None:
        self.oublis += 1


class EcritureXml:
    """Writes the events of a document, in the physical form of the one that was read."""

    def __init__(self, stream: BinaryIO, lu: LectureXml) -> None:
        self._stream = stream
        self._codec = "utf-8" if lu.encodage.startswith("utf-16") else lu.encodage
        self._fin_ligne = "\r\n" if lu.crlf else "\n"
        self._aaf = lu.racine == RACINE
        self._morceaux: list[str] = []
        if lu.bom:
            stream.write(b"\xef\xbb\xbf")
        if lu.declaration:
            declare = "UTF-8" if lu.encodage.startswith("utf-16") else lu.declare
            encodage = f' encoding="{declare}"' if declare else ""
            self._morceaux.append(f'<?xml version="1.0"{encodage}?>\n')
        if lu.doctype:
            self._morceaux.append(f'<!DOCTYPE {RACINE} SYSTEM "{NOM_DTD}">\n')
        self._premier = True

    def ecrire(self, evenement: Evenement) -> None:
        """One event."""
        if isinstance(evenement, Ferme):
            self._morceaux.append(f"{evenement.avant}</{evenement.tag}>")
        elif isinstance(evenement, Commentaire):
            self._morceaux.append(f"{evenement.avant}<!--{evenement.texte}-->")
        else:
            noeud = evenement.noeud
            if self._premier:
                noeud.avant, self._premier = "", False
            if isinstance(evenement, Ouvre):
                self._morceaux.append(f"{noeud.avant}<{noeud.tag}{self._attributs(noeud)}>")
            else:
                self._element(noeud)
        if len(self._morceaux) > 2000:
            self._vider()

    def finir(self) -> None:
        """Send what is waiting, and the last line end."""
        self._morceaux.append("\n")
        self._vider()

    def _element(self, noeud: Noeud) -> None:
        debut = f"{noeud.avant}<{noeud.tag}{self._attributs(noeud)}"
        if noeud.enfants:
            self._morceaux.append(debut + ">")
            for enfant in noeud.enfants:
                self._element(enfant)
            self._morceaux.append(f"{noeud.fin}</{noeud.tag}>")
        elif noeud.texte:
            self._morceaux.append(f"{debut}>{self._echappe(noeud.texte)}</{noeud.tag}>")
        else:
            self._morceaux.append(debut + "/>")

    def _attributs(self, noeud: Noeud) -> str:
        return "".join(f' {nom}="{escape(valeur, _ATTRIBUT)}"' for nom, valeur in noeud.attributs)

    def _echappe(self, texte: str) -> str:
        return escape(texte, {"'": "&apos;"} if self._aaf else {})

    def _vider(self) -> None:
        texte = "".join(self._morceaux)
        self._morceaux.clear()
        if self._fin_ligne != "\n":
            texte = texte.replace("\n", self._fin_ligne)
        self._stream.write(texte.encode("ascii" if self._aaf else self._codec, "xmlcharrefreplace"))
