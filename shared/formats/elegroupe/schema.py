"""Our schemas of the two imports, and what is told of a document that does not satisfy them.

Source: reference SIECLE, sections 8.3 and 10.1.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

from shared.contracts.refus import FichierRefuse, Lieu

_SCHEMAS = Path(__file__).parent / "schemas"


@lru_cache(maxsize=8)
def schema(nom: str) -> etree.XMLSchema:
    """One shipped schema: `liens_1.3`, `liens_1.4`, `dossiers_3.1` or `dossiers_4.0`."""
    return etree.XMLSchema(etree.parse(str(_SCHEMAS / f"{nom}.xsd")))


def _motif(genre: str) -> str:
    if "IDC" in genre:
        return "un identifiant ou un code y figure deux fois"
    if "ELEMENT_CONTENT" in genre or "CVC_ELT" in genre:
        return "un élément y manque ou n'y est pas à sa place"
    if "COMPLEX_TYPE" in genre:
        return "un attribut ou un contenu n'y est pas attendu"
    return "une valeur n'y est pas admise"


def valider(racine: etree._Element, nom_schema: str, nom: str) -> None:
    """Refuse a document that is not valid against a shipped schema.

    Arguments: `nom`, the file's name. The refusal tells the line, the element and the kind of fault, never
    the value. Raises `FichierRefuse` with code XML_NON_VALIDE.
    """
    verificateur = schema(nom_schema)
    if verificateur.validate(racine):
        return
    journal: Any = verificateur.error_log  # the type stub does not know that it is a sequence
    erreur = journal[0]
    element = str(erreur.path or "").rpartition("/")[2].partition("[")[0] or None
    raise FichierRefuse(
        f"Fichier XML non valide, il ne peut pas être importé : {_motif(erreur.type_name)}.",
        code="XML_NON_VALIDE",
        lieu=Lieu(fichier=nom, ligne=erreur.line or None, element=element),
        remede="Vérifier la version et les réglages du logiciel qui a produit le fichier, puis le produire à nouveau.",
        details={"schema": nom_schema, "regle_xsd": erreur.type_name},
    )
