"""The list of resources as the GAR answers it, in JSON or in XML. Source: connectors reference §7.5.

The XML has the elements of the JSON, repeated where it has lists: inferred from the one reader that is public.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree


def liste_json(ressources: Sequence[Mapping[str, Any]]) -> bytes:
    """`{"listeRessources": {"ressource": […]}}`."""
    return json.dumps({"listeRessources": {"ressource": list(ressources)}}, ensure_ascii=False).encode()


def erreur_json(message: str) -> bytes:
    """`{"Erreur": {"Message": …}}`."""
    return json.dumps({"Erreur": {"Message": message}}, ensure_ascii=False).encode()


def liste_xml(ressources: Sequence[Mapping[str, Any]]) -> bytes:
    """`<listeRessources>` of `<ressource>`."""
    racine = etree.Element("listeRessources")
    for ressource in ressources:
        _remplir(etree.SubElement(racine, "ressource"), ressource)
    return _octets(racine)


def erreur_xml(message: str) -> bytes:
    """`<Erreur><Message>`."""
    racine = etree.Element("Erreur")
    etree.SubElement(racine, "Message").text = _texte(message)
    return _octets(racine)


def _remplir(element: etree._Element, valeurs: Mapping[str, Any]) -> None:
    for nom, valeur in valeurs.items():
        for une in valeur if isinstance(valeur, list) else [valeur]:
            enfant = etree.SubElement(element, nom)
            if isinstance(une, Mapping):
                _remplir(enfant, une)
            else:
                enfant.text = _texte(str(une))


def _texte(texte: str) -> str:
    """Without what no XML document holds: titles and paths are typed by people."""
    return "".join(c for c in texte if c.isprintable())


def _octets(racine: etree._Element) -> bytes:
    return etree.tostring(racine, xml_declaration=True, encoding="UTF-8")
