"""Hardened streaming XML for long lists of records: what a feed of an académie is.

Being told of each element that begins and ends costs as much as building a good part of the tree. Here the parser
is only asked to tell of processing instructions, and given one of ours to start with: the root stands next to it,
and its children are taken from the tree itself.

Source: architecture, "Files are enemies until read".
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import BinaryIO, cast

from lxml import etree

from shared.security.parseur import Limites, parseur_discret
from shared.security.prologue import TexteXml
from shared.security.xml import Lecture, nourrit, ouvre

_REPERE = b"<?repere?>"


def iterparse_plat(
    stream: BinaryIO,
    tags: Collection[str],
    *,
    nom: str,
    doctype: str | None = None,
    limites: Limites | None = None,
) -> Iterator[etree._Element]:
    """Yield each child of the root whose tag is in `tags`, once whole, in the order of the file.

    An element of the same tag found deeper is left to its ancestor; children of another tag are freed unseen.
    Arguments and errors as for `shared.security.xml.iterparse`.
    """
    limites = limites or Limites()
    texte = ouvre(stream, nom, doctype, limites)
    lecture = Lecture(nom, limites)
    parseur = parseur_discret()
    try:
        yield from _enfants(parseur, texte, lecture, frozenset(tags))
    except Exception:
        # lxml ties a parser and its open elements in a cycle: empty them, rather than wait for a collection.
        with suppress(etree.XMLSyntaxError):
            parseur.close()
        lecture.vide()
        raise


def _enfants(
    parseur: etree.XMLPullParser, texte: TexteXml, lecture: Lecture, tags: frozenset[str]
) -> Iterator[etree._Element]:
    instructions = False
    parseur.feed(_REPERE)
    (repere,) = [cast("etree._Element", noeud) for _, noeud in parseur.read_events()]
    for dernier in nourrit(parseur, texte, lecture):
        instructions = any(True for _ in parseur.read_events()) or instructions
        racine = lecture.racine = repere.getnext()
        if racine is None:
            continue
        lecture.verifie()
        nombre = max(len(racine) - (not dernier), 0)  # the last one may still be open
        for enfant in list(racine)[:nombre]:
            if enfant.tag in tags:
                if instructions:
                    etree.strip_tags(enfant, etree.ProcessingInstruction)
                yield enfant
        lecture.ouverts = 1
        if nombre > 0:
            lecture.libere()
            del racine[:nombre]
