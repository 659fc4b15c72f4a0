"""Hardened streaming XML: what every reader of `shared.formats` uses.

No DTD is loaded, no entity resolved, nothing fetched; depth, text, attributes and size are bounded, and
memory stays constant whatever the length of the file. The limits are checked on the tree in C (XPath), once
per piece read, not element by element in Python.

Source: architecture, "Files are enemies until read".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from itertools import islice
from typing import BinaryIO, cast

from lxml import etree
from msgspec import Struct

from shared.security.parseur import Limites, journal, ligne_de, parseur_durci, traduit, verifie
from shared.security.prologue import DEBUT_LU, Prologue, TexteXml, XmlRefuse, refuse

__all__ = [
    "Limites",
    "Prologue",
    "RacineXml",
    "XmlRefuse",
    "document",
    "iterparse",
    "ligne_de",
    "nom_de_racine",
    "refuse",
    "root_of",
]

_MORCEAU_MAX = 4 * 1024**2  # libxml2 refuses to hold more than 10 MB of input


class RacineXml(Struct, frozen=True):
    """The beginning of an XML file, enough to recognise it.

    `tag`: name of the root, without namespace; `espace`: its namespace or ""; `attributes`: of the root;
    `textes`: first text found for each path of a leaf under the root ("PARAMETRES/UAJ"), with attributes as
    "PARAMETRES/UAJ@CODE"; `chemins`: each path met, once, in order; `doctype`: name the DOCTYPE gives;
    `encodage`: Python codec.
    """

    tag: str
    espace: str
    attributes: dict[str, str]
    textes: dict[str, str]
    chemins: tuple[str, ...]
    doctype: str | None
    encodage: str


def iterparse(
    stream: BinaryIO,
    tags: Collection[str],
    *,
    nom: str,
    doctype: str | None = None,
    limites: Limites | None = None,
    ecarte: Callable[[etree._Element], None] | None = None,
) -> Iterator[etree._Element]:
    """Yield each element whose tag is in `tags`, once closed, in the order of the file.

    When the consumer comes back for the next one, the element and everything before it are freed, so memory
    does not grow; elements that nobody asked for are freed as well. An element asked for inside another one
    asked for is yielded first and freed with the outer one. Ancestors remain: `element.getparent().tag`
    tells where one is. Comments and processing instructions are left out.

    Arguments: `stream` of bytes; `tags`, names ("ELEVE", "{namespace}Cours", "{*}Cours"); `nom`, the name
    of the file in messages; `doctype`, the only DOCTYPE name accepted (external SYSTEM identifier, no
    internal subset; it is never loaded), None to accept none; `limites`; `ecarte`, called with each element that
    is not inside one asked for, before it is freed (one that was asked for comes too, emptied; what an element
    still holds is not called for again).

    Raises `XmlRefuse` with the line. Elements may have been yielded before: read within a transaction.
    """
    limites = limites or Limites()
    texte = ouvre(stream, nom, doctype, limites)
    yield from _parcourt(texte, frozenset(tags), Lecture(nom, limites, ecarte=ecarte))


def document(
    stream: BinaryIO, *, nom: str, doctype: str | None = None, limites: Limites | None = None
) -> etree._Element:
    """Read a whole document, for small families of files: its root element. Otherwise as `iterparse`.

    Raises `XmlRefuse`; XML_TROP_GROS beyond `limites.max_element` bytes.
    """
    limites = limites or Limites()
    texte = ouvre(stream, nom, doctype, limites)
    lecture = Lecture(nom, limites, garde=True)
    for _ in _parcourt(texte, frozenset({f"{{*}}{texte.prologue.racine}"}), lecture):
        pass
    return cast("etree._Element", lecture.racine)


def ouvre(stream: BinaryIO, nom: str, doctype: str | None, limites: Limites) -> TexteXml:
    texte = TexteXml(stream, nom, limites.max_bytes)
    prologue = texte.prologue
    if prologue.doctype is not None and (prologue.doctype != doctype or prologue.racine != doctype):
        raise refuse(
            "XML_DOCTYPE",
            f"la déclaration DOCTYPE « {prologue.doctype[:40]} » n'est pas admise ici.",
            "Supprimez la déclaration DOCTYPE, ou produisez à nouveau le fichier.",
            nom,
            prologue.ligne_doctype,
        )
    return texte


def _parcourt(texte: TexteXml, voulus: frozenset[str], lecture: Lecture) -> Iterator[etree._Element]:
    parseur = parseur_durci(sorted(voulus | {f"{{*}}{texte.prologue.racine}"}))
    try:
        yield from _lit(parseur, texte, voulus, lecture)
    except Exception:
        # lxml ties a parser and its open elements in a cycle: empty them, rather than wait for a collection.
        with suppress(etree.XMLSyntaxError):
            parseur.close()
        lecture.vide()
        raise


def _lit(
    parseur: etree.XMLPullParser, texte: TexteXml, voulus: frozenset[str], lecture: Lecture
) -> Iterator[etree._Element]:
    racine = texte.prologue.racine
    ignoree = None if any(t.rpartition("}")[2] == racine for t in voulus) else racine
    for dernier in nourrit(parseur, texte, lecture):
        yield from _elements(parseur, lecture, ignoree)
        if not dernier:
            lecture.elague()
    if lecture.racine is not None:
        lecture.annonce(lecture.racine, len(lecture.racine))


def nourrit(parseur: etree.XMLPullParser, texte: TexteXml, lecture: Lecture) -> Iterator[bool]:
    """Give the parser the text piece by piece; its events are to be read after each: whether it was the last."""
    morceaux = texte.morceaux()
    try:
        octets = next(morceaux)
        while True:
            lecture.mesure(octets)
            parseur.feed(octets)
            if len(parseur.feed_error_log) and journal(parseur):
                traduit(parseur, None, lecture.nom)
            yield False
            octets = morceaux.send(lecture.taille_suivante())
    except StopIteration:
        pass
    except etree.XMLSyntaxError as erreur:
        traduit(parseur, erreur, lecture.nom)
    try:
        parseur.close()
    except etree.XMLSyntaxError as erreur:
        traduit(parseur, erreur, lecture.nom)
    yield True


class Lecture:
    """State of one reading: the tree's root, open elements asked for, bytes kept, limits."""

    def __init__(
        self,
        nom: str,
        limites: Limites,
        *,
        garde: bool = False,
        ecarte: Callable[[etree._Element], None] | None = None,
    ) -> None:
        self.nom = nom
        self._ecarte = ecarte
        self.garde = garde
        self.limites = limites
        self.racine: etree._Element | None = None
        self.ouverts = 0
        self._retenu = 0
        self._morceau = 0
        self._sans_balise = 0
        self._long = 0

    def mesure(self, octets: bytes) -> None:
        """Refuse a text or a tag that goes on and on, before the parser stores it."""
        self._retenu = self._retenu + len(octets) if self.ouverts else len(octets)
        self._morceau = len(octets)
        if self._retenu > self.limites.max_element:
            raise refuse(
                "XML_TROP_GROS",
                "un seul élément dépasse la taille admise.",
                "Vérifiez qu'il s'agit du bon fichier.",
                self.nom,
            )
        premier = octets.find(b"<")
        if premier < 0:
            self._sans_balise += len(octets)
        else:
            self._long = self._sans_balise + premier
            self._sans_balise = len(octets) - octets.rfind(b"<")
        if self._sans_balise > 4 * self.limites.max_text + DEBUT_LU:
            raise refuse(
                "XML_TEXTE_GEANT",
                f"un élément contient plus de {self.limites.max_text} caractères.",
                "Vérifiez qu'il s'agit du bon fichier.",
                self.nom,
            )

    def taille_suivante(self) -> int:
        """Read more at a time when a large element is kept, so that checking it again stays cheap."""
        return min(max(DEBUT_LU, self._retenu // 4 if self.ouverts else 0), _MORCEAU_MAX)

    def libere(self) -> None:
        """An element asked for was freed: nothing older than the piece being read is kept."""
        self._retenu = self._morceau

    def verifie(self) -> None:
        if self.racine is not None:
            # A text is never longer than the bytes it was read from: below, there is nothing to look for.
            textes = max(self._retenu, self._long) > self.limites.max_text
            verifie(self.racine, self.limites, self.nom, textes=textes)

    def annonce(self, parent: etree._Element, combien: int) -> None:
        """Tell the first children of `parent`, about to be freed, to whoever wants to know."""
        if self._ecarte is not None:
            for enfant in islice(parent, combien):
                self._ecarte(enfant)

    def vide(self) -> None:
        """Empty what was open when the reading failed."""
        noeud = self.racine
        while noeud is not None:
            suivant = noeud[-1] if len(noeud) else None
            noeud.clear()
            noeud = suivant

    def elague(self) -> None:
        """Free what is closed on the path of open elements, unless it belongs to one asked for."""
        noeud = self.racine
        while noeud is not None and not self.ouverts and not self.garde:
            if len(noeud) > 1:
                self.annonce(noeud, len(noeud) - 1)
                del noeud[:-1]
            noeud = noeud[-1] if len(noeud) else None


def _elements(parseur: etree.XMLPullParser, lecture: Lecture, ignoree: str | None) -> Iterator[etree._Element]:
    verifies = False
    for evenement, noeud in parseur.read_events():
        element = cast("etree._Element", noeud)
        if lecture.racine is None:
            lecture.racine = element
        if not verifies:
            verifies = True
            lecture.verifie()
        if ignoree is not None and _local(element) == ignoree:
            continue
        if evenement == "start":
            lecture.ouverts += 1
            continue
        lecture.ouverts -= 1
        yield element
        if lecture.ouverts or lecture.garde:
            continue
        lecture.libere()
        element.clear()
        parent = element.getparent()
        if parent is not None:
            precedents = parent.index(element)
            lecture.annonce(parent, precedents)
            del parent[:precedents]
    if not verifies:
        lecture.verifie()


def _local(element: etree._Element) -> str:
    """The name without its namespace. `etree.QName` would raise on a prefix that is not declared."""
    return element.tag.rpartition("}")[2]


def nom_de_racine(stream: BinaryIO, nom: str) -> str:
    """The name of the root element, without namespace, read before anything is parsed: to choose who will read it.

    Raises `XmlRefuse` when the file is empty, in an unknown encoding, or does not begin as XML.
    """
    return TexteXml(stream, nom, 2 * DEBUT_LU).prologue.racine


def root_of(stream: BinaryIO, nom: str) -> RacineXml:
    """Recognise an XML file by its beginning: only the first 64 KiB are read, any DOCTYPE name is accepted.

    A stream that can be wound back is left where it was. What is wrong further on is left to the reader of
    that family; a hostile or absent root is refused here.

    Raises `XmlRefuse`.
    """
    depart = stream.tell() if stream.seekable() else None
    texte = TexteXml(stream, nom, 2 * DEBUT_LU)
    debut = next(texte.morceaux())
    if depart is not None:
        stream.seek(depart)
    limites = Limites()
    parseur = parseur_durci(["{*}*"])
    erreur_xml: etree.XMLSyntaxError | None = None
    try:
        parseur.feed(debut)
    except etree.XMLSyntaxError as erreur:
        erreur_xml = erreur
    pile: list[str] = []
    racine: etree._Element | None = None
    chemins: dict[str, None] = {}
    textes: dict[str, str] = {}
    for evenement, noeud in parseur.read_events():
        element = cast("etree._Element", noeud)
        if racine is None:
            racine = element
            verifie(racine, limites, nom, textes=False)
            continue
        if evenement == "start":
            pile.append(_local(element))
            chemin = "/".join(pile)
            chemins[chemin] = None
            for cle, valeur in element.attrib.items():
                textes.setdefault(f"{chemin}@{cle!s}", str(valeur))
        elif pile:
            if not len(element) and element.text:
                textes.setdefault("/".join(pile), element.text.strip())
            pile.pop()
    if racine is None and (erreur_xml is not None or journal(parseur)):
        traduit(parseur, erreur_xml, nom)
    if racine is None:
        raise refuse(
            "XML_MAL_FORME",
            "l'élément racine est incomplet.",
            "Produisez à nouveau le fichier, puis redéposez-le.",
            nom,
        )
    return RacineXml(
        tag=_local(racine),
        espace=racine.tag.rpartition("}")[0].removeprefix("{"),
        attributes={str(c): str(v) for c, v in racine.attrib.items()},
        textes=textes,
        chemins=tuple(chemins),
        doctype=texte.prologue.doctype,
        encodage=texte.prologue.encodage,
    )
