"""Hardened streaming XML for long lists of records: what a feed of an académie is.

Source: architecture, "Files are enemies until read".
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import BinaryIO, cast

from lxml import etree

from shared.security.parseur import Limites, parseur_durci
from shared.security.prologue import TexteXml
from shared.security.xml import Lecture, nourrit, ouvre


def iterparse_plat(
    stream: BinaryIO,
    tags: Collection[str],
    *,
    nom: str,
    doctype: str | None = None,
    limites: Limites | None = None,
) -> Iterator[etree._Element]:
    """Yield each child of the root whose tag is in `tags`, in the order of the file.

    A child is known to be whole when the next one begins, so that libxml2 reports one event for each element
    instead of two. One of the same tag found deeper is left to its ancestor; children of another tag are freed
    unseen. Arguments and errors as for `shared.security.xml.iterparse`.
    """
    limites = limites or Limites()
    texte = ouvre(stream, nom, doctype, limites)
    lecture = Lecture(nom, limites)
    parseur = parseur_durci(sorted(frozenset(tags) | {f"{{*}}{texte.prologue.racine}"}), ("start",))
    try:
        yield from _enfants(parseur, texte, lecture)
    except Exception:
        # lxml ties a parser and its open elements in a cycle: empty them, rather than wait for a collection.
        with suppress(etree.XMLSyntaxError):
            parseur.close()
        lecture.vide()
        raise


def _enfants(parseur: etree.XMLPullParser, texte: TexteXml, lecture: Lecture) -> Iterator[etree._Element]:
    attente: etree._Element | None = None
    for dernier in nourrit(parseur, texte, lecture):
        entiers: list[etree._Element] = []
        for _, noeud in parseur.read_events():
            element = cast("etree._Element", noeud)
            if lecture.racine is None:
                lecture.racine = element
            elif element.getparent() is lecture.racine:
                if attente is not None:
                    entiers.append(attente)
                attente = element
        lecture.verifie()
        yield from entiers
        if attente is None or lecture.racine is None:
            lecture.elague()
        elif dernier:
            yield attente
        else:
            lecture.ouverts = 1
            if entiers:
                lecture.libere()
                entiers.clear()
            del lecture.racine[: lecture.racine.index(attente)]
