"""The hardened libxml2 parser behind `shared.security.xml`: options, limits, and what its errors mean.

Source: architecture, "Files are enemies until read"; libxml2 error codes (xmlerror.h).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NoReturn, cast

from lxml import etree
from msgspec import Struct

from shared.security.prologue import refuse

_ENTITES = frozenset({14, 15, 16, 22, 23, 26, 27, 28, 29, 30, 87, 89})
_ENCODAGES = frozenset({31, 32, 79, 81, 101})
_LIMITE_LIBXML = 114
BON_FICHIER = "Vérifiez qu'il s'agit du bon fichier ; s'il vient d'un logiciel, signalez-le à son éditeur."


class Limites(Struct, frozen=True):
    """What a file may not exceed.

    `max_depth`: nested elements, the root counting for one; `max_text`: characters of one text or attribute
    value; `max_bytes`: bytes of the file; `max_attributes`: attributes of one element; `max_element`: bytes
    of one element handed to the consumer, the only thing kept in memory.
    """

    max_depth: int = 40
    max_text: int = 1_000_000
    max_bytes: int = 2 * 1024**3
    max_attributes: int = 200
    max_element: int = 128 * 1024**2


_OPTIONS: dict[str, Any] = {
    "resolve_entities": False,
    "load_dtd": False,
    "dtd_validation": False,
    "attribute_defaults": False,
    "no_network": True,
    "huge_tree": False,
    "recover": False,
    "remove_comments": True,
    "collect_ids": False,
}
_Controle = tuple[str, str, etree.XPath]


@lru_cache(maxsize=16)
def _controles(limites: Limites) -> tuple[tuple[_Controle, ...], _Controle]:
    """Code, sentence and XPath of the elements that exceed each limit; apart, the one on texts."""
    toujours = (
        (
            "XML_PROFONDEUR",
            f"plus de {limites.max_depth} éléments sont imbriqués.",
            etree.XPath("/*" * (limites.max_depth + 1)),
        ),
        (
            "XML_TROP_GROS",
            f"un élément porte plus de {limites.max_attributes} attributs.",
            etree.XPath(f"/descendant::*/@*[{limites.max_attributes + 1}]/parent::*"),
        ),
    )
    trop = f"[string-length(.) > {limites.max_text}]"
    return toujours, (
        "XML_TEXTE_GEANT",
        f"un élément contient plus de {limites.max_text} caractères.",
        etree.XPath(f"//text(){trop}/parent::* | //@*{trop}/parent::*"),
    )


def ligne_de(element: etree._Element) -> int | None:
    """Line of an element in its file, from 1."""
    return cast("int | None", element.sourceline)


def verifie(element: etree._Element, limites: Limites, nom: str, *, textes: bool) -> None:
    toujours, texte = _controles(limites)
    for code, phrase, chemin in (*toujours, texte) if textes else toujours:
        trouves = cast("list[etree._Element]", chemin(element))
        if trouves:
            raise refuse(code, phrase, BON_FICHIER, nom, ligne_de(trouves[0]))


def traduit(parseur: etree.XMLPullParser, erreur: etree.XMLSyntaxError | None, nom: str) -> NoReturn:
    """Raise the refusal that tells what libxml2 found: the first fatal entry of its log, else `erreur`."""
    code, ligne, detail = 0, None, ""
    if erreur is not None:
        code, ligne, detail = getattr(erreur, "code", 0), erreur.lineno or None, erreur.msg or ""
    for entree in journal(parseur):
        code, ligne, detail = entree.type, entree.line or None, entree.message
        break
    if code in _ENTITES:
        raise refuse(
            "XML_ENTITES",
            "le fichier emploie une entité XML qui n'est pas admise.",
            "Seules les cinq entités prédéfinies de XML sont admises : remplacez les autres.",
            nom,
            ligne,
        ) from None
    if code in _ENCODAGES:
        raise refuse(
            "XML_ENCODAGE",
            "un caractère n'existe pas dans l'encodage du fichier.",
            "Enregistrez le fichier dans l'encodage que sa première ligne déclare.",
            nom,
            ligne,
        ) from None
    if code == _LIMITE_LIBXML or "too big" in detail or "too long" in detail:
        profond = "depth" in detail
        raise refuse(
            "XML_PROFONDEUR" if profond else "XML_TEXTE_GEANT",
            "trop d'éléments sont imbriqués." if profond else "un texte est trop long.",
            BON_FICHIER,
            nom,
            ligne,
        ) from None
    raise refuse(
        "XML_MAL_FORME",
        "le document XML est mal formé ou incomplet.",
        "Produisez à nouveau le fichier, puis redéposez-le.",
        nom,
        ligne,
    ) from None


def journal(parseur: etree.XMLPullParser) -> list[Any]:
    """Fatal errors of the feed. lxml may log one without raising it: read after each piece."""
    return [e for e in cast("Any", parseur).feed_error_log if e.level == etree.ErrorLevels.FATAL]


def parseur_durci(tags: list[str]) -> etree.XMLPullParser:
    """A parser that tells when an element of these tags begins and ends; comments and instructions are left out."""
    return etree.XMLPullParser(events=("start", "end"), tag=tags, remove_pis=True, **_OPTIONS)


def parseur_discret() -> etree.XMLPullParser:
    """A parser that tells of processing instructions only, so that elements cost no event; comments are left out."""
    return etree.XMLPullParser(events=("pi",), remove_pis=False, **_OPTIONS)
