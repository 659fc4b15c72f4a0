"""Our schemas of the two STS files: what our writers promise, and a check for those who write such files.

The readers do not use them: they accept more (reference sts-edt, sections 1.2 and 3.5).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, cast

from lxml import etree

from shared.contracts.refus import Lieu, Remarque
from shared.formats.sts.refus import LIMITES_STS
from shared.security.xml import document, ligne_de

_DOSSIER = Path(__file__).parent / "schemas"
_RACINES = {"STS_EDT": "sts_emp", "EDT_STS": "emp_sts"}


@cache
def schema(fichier: str) -> etree.XMLSchema:
    """The schema of "sts_emp" or "emp_sts", compiled once. Raises `KeyError` for another name."""
    if fichier not in _RACINES.values():
        raise KeyError(fichier)
    return etree.XMLSchema(etree.parse(str(_DOSSIER / f"{fichier}.xsd")))


def valider(stream: BinaryIO, nom: str) -> list[Remarque]:
    """What in an STS file departs from its schema, in the order of the file; empty when it conforms.

    The remarks hold no value of the file, which could be a person's name. Raises `XmlRefuse`.
    """
    racine = document(stream, nom=nom, limites=LIMITES_STS)
    fichier = _RACINES.get(str(racine.tag))
    if fichier is None:
        return [Remarque("STS_RACINE", "Ce n'est pas un fichier d'emploi du temps de STS-Web.", Lieu(nom, 1))]
    controle = schema(fichier)
    if controle.validate(racine.getroottree()):
        return []
    arbre = racine.getroottree()
    chemins = {ligne_de(e): arbre.getpath(e) for e in racine.iter()}
    return [
        Remarque(
            "STS_SCHEMA",
            "Cet élément n'a pas la forme attendue.",
            Lieu(nom, erreur.line, erreur.path or chemins.get(erreur.line)),
            "Comparez-le au schéma fourni avec l'application.",
        )
        for erreur in cast("Iterable[Any]", controle.error_log)
    ]
