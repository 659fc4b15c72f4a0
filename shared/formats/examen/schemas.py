"""Validating a document against one of our schemas as it goes by: no tree is built, memory does not grow.

libxml2 validates the events of its parser. In that mode it tells no line, so the document is given to it line by
line, and what it says is of the line it has just been given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from lxml import etree
from msgspec import Struct

from shared.formats.examen.rapport import dit
from shared.security.prologue import TexteXml
from shared.security.xml import Limites

ERREURS_MAX = 200
"""Beyond, the rest of the document is not validated: it is of another format."""
_ELEMENT = re.compile(r"Element '(?:\{[^}]*\})?([^']{1,80})'")
_ATTENDU = re.compile(r"Expected is (?:one of )?\( ([^)]{1,4000}) \)")
_ESPACE = re.compile(r"\{[^}]*\}")
_ATTRIBUT = re.compile(r"The attribute '([^']{1,80})' is (required|not allowed)")
_MOTIFS = (
    ("CVC_IDC_REF", "un identifiant ou un code y désigne ce qui n'existe pas"),
    ("CVC_IDC", "un identifiant ou un code y figure deux fois"),
    ("CVC_ELT", "cet élément n'est pas celui d'un tel document"),
    ("COMPLEX_TYPE", "un attribut ou un contenu y manque ou n'y est pas attendu"),
    ("LENGTH_VALID", "sa valeur est trop longue ou trop courte"),
)


class Ecart(Struct, frozen=True):
    """One departure from the schema: line (the prologue's included), element, sentence.

    `regle`: libxml2's; "CVC_IDC_REF" for a key that nothing defines, "CVC_IDC:<element>" for one given twice.
    """

    ligne: int
    element: str | None
    phrase: str
    regle: str


class _SansArbre:
    """A parser's target that keeps nothing."""

    def close(self) -> None:
        return None


def ecarts(stream: BinaryIO, nom: str, schema: etree.XMLSchema) -> Iterator[Ecart]:
    """Yield what in a document departs from a schema, in the order of the file, `ERREURS_MAX` at most.

    Arguments: `stream`, a document already known to be well formed and within `Limites`. No sentence holds a value
    of the file. Raises `XmlRefuse` on an unreadable encoding.
    """
    analyseur: Any = etree.XMLParser(
        target=cast("Any", _SansArbre()),
        schema=schema,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
    )
    vus = 0
    ligne = 0
    try:
        for texte in _lignes(TexteXml(stream, nom, Limites().max_bytes)):
            analyseur.feed(texte)
            ligne += texte.endswith(b"\n")
            journal = analyseur.feed_error_log
            if len(journal) > vus:
                la = ligne + (not texte.endswith(b"\n"))
                for erreur in list(journal)[vus:]:
                    yield _ecart(erreur, la)
                vus = len(journal)
                if vus >= ERREURS_MAX:
                    return
        analyseur.close()
    except etree.XMLSyntaxError:
        # Not valid: told above. Not well formed: the hardened reader told it.
        for erreur in list(analyseur.error_log)[vus:]:
            if "SCHEMAV" in str(erreur.type_name):
                yield _ecart(erreur, ligne)


def _lignes(texte: TexteXml) -> Iterator[bytes]:
    """The document cut after each end of line; a line that has no end is given in pieces."""
    for morceau in texte.morceaux():
        debut = 0
        while debut < len(morceau):
            fin = morceau.find(b"\n", debut) + 1 or len(morceau)
            yield morceau[debut:fin]
            debut = fin


def _ecart(erreur: Any, ligne: int) -> Ecart:
    trouve = _ELEMENT.search(erreur.message or "")
    regle = str(erreur.type_name).removeprefix("SCHEMAV_")
    if regle == "CVC_IDC":
        regle += "_REF" if "No match" in (erreur.message or "") else f":{trouve[1] if trouve else ''}"
    motif = _motif(regle, erreur.message or "")
    element = trouve[1] if trouve else None
    return Ecart(ligne, element, f"Le document n'est pas conforme au schéma : {motif}.", regle)


def _motif(regle: str, message: str) -> str:
    """What is wrong, with the names that the schema expects; never a value."""
    if "ELEMENT_CONTENT" in regle:
        attendu = _ATTENDU.search(message)
        noms = f" ; attendu : {dit(_ESPACE.sub('', attendu[1]))}" if attendu else ""
        if "Missing child" in message:
            return f"un élément y manque{noms}"
        return f"cet élément n'est pas attendu à cet endroit{noms}"
    attribut = _ATTRIBUT.search(message)
    if attribut:
        return f"l'attribut « {dit(attribut[1])} » {'y manque' if attribut[2] == 'required' else 'y est inconnu'}"
    return next((phrase for marque, phrase in _MOTIFS if marque in regle), "sa valeur n'est pas admise")
