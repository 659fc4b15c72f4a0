"""Our schemas of ExportEmploiDuTemps and of its container: what our writers promise, and a check for others.

The readers do not use them: they accept more. Source: reference sts-edt, sections 5.2 and 5.3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, cast

from lxml import etree

from shared.contracts.refus import Lieu, Remarque
from shared.formats.edt.conteneur import LIMITES_CONTENEUR
from shared.formats.edt.enregistrements import VERSION_PUBLIEE
from shared.formats.edt.flux import regarder_racine
from shared.formats.edt.refus import LIMITES_EDT, RACINE, RACINE_CONTENEUR, mauvais_fichier
from shared.formats.edt.remarques import nom_local
from shared.security.xml import document

_DOSSIER = Path(__file__).parent / "schemas"
_FICHIERS = {RACINE: "export_emploi_du_temps", RACINE_CONTENEUR: "conteneur"}
_MAX_REMARQUES = 500
_ATTRIBUT = re.compile(r"attribute '([^']*)'")
_ELEMENT = re.compile(r"^Element '(?:\{[^}]*\})?([^']*)'")


@cache
def schema(racine: str) -> etree.XMLSchema:
    """The schema of "ExportEmploiDuTemps" or "EXPORT_INDEX_EDUCATION", compiled once. `KeyError` for another."""
    return etree.XMLSchema(etree.parse(str(_DOSSIER / f"{_FICHIERS[racine]}.xsd")))


def valider(stream: BinaryIO, nom: str) -> list[Remarque]:
    """What departs from its schema in a clear ExportEmploiDuTemps or a container, in the order of the file.

    Empty when it conforms; at most 500 remarks, then one that counts the rest. The remarks hold no value of the
    file, which could be a person's name. The whole document is kept in memory.

    Raises `XmlRefuse`, `EdtRefuse` EDT_MAUVAIS_FICHIER.
    """
    attendue, flux = regarder_racine(stream, nom)
    if attendue not in _FICHIERS:
        raise mauvais_fichier(nom, attendue)
    racine = document(flux, nom=nom, limites=LIMITES_EDT if attendue == RACINE else LIMITES_CONTENEUR)
    remarques: list[Remarque] = []
    if attendue == RACINE and racine.get("Version") != VERSION_PUBLIEE:
        remarques.append(
            Remarque(
                "EDT_VERSION_SANS_SCHEMA",
                f"Le fichier n'est pas de la version {VERSION_PUBLIEE}, la seule dont un schéma soit publié.",
                Lieu(nom, 1, f"{nom_local(racine)}@Version"),
                "Les écarts signalés sont ceux avec la version publiée.",
            )
        )
    controle = schema(attendue)
    if controle.validate(racine):
        return remarques
    journal = list(cast("Iterable[Any]", controle.error_log))
    remarques.extend(_remarque(erreur, nom) for erreur in journal[:_MAX_REMARQUES])
    if len(journal) > _MAX_REMARQUES:
        remarques.append(
            Remarque("EDT_SCHEMA", f"{len(journal) - _MAX_REMARQUES} autres écarts ne sont pas détaillés.", Lieu(nom))
        )
    return remarques


def _remarque(erreur: Any, nom: str) -> Remarque:
    """What libxml2 found, in French, without the value that it quotes."""
    message, genre = str(erreur.message), str(erreur.type_name)
    attribut, trouve = _ATTRIBUT.search(message), _ELEMENT.search(message)
    element = trouve[1] if trouve else ""
    if attribut is not None:
        sujet = f"L'attribut « {attribut[1].rpartition('}')[2]} » de « {element} »"
        if "is required" in message:
            phrase = f"{sujet} manque."
        elif "is not allowed" in message:
            phrase = f"{sujet} n'est pas de la version publiée."
        else:
            phrase = f"{sujet} n'a pas la forme attendue."
    elif "ELEMENT_CONTENT" in genre:
        phrase = (
            f"Un élément manque dans « {element} »."
            if "Missing child" in message
            else f"L'élément « {element} » n'est pas attendu à cet endroit."
        )
    else:
        phrase = f"L'élément « {element} » n'a pas la forme attendue."
    return Remarque(
        "EDT_SCHEMA",
        phrase,
        Lieu(nom, erreur.line or None, element or None),
        "Comparez-le au schéma fourni avec l'application.",
    )
