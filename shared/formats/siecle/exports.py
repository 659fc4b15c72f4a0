"""The catalogue of the generic exports: labels, file names, roots, schemas, and their zip.

Source: reference SIECLE, section 1.1; procedures BEE-65 to BEE-68.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from lxml import etree
from msgspec import Struct

from shared.contracts.refus import FichierRefuse, Lieu
from shared.formats.siecle import (
    communs,
    eleves,
    etablissements,
    geographique,
    nomenclature,
    responsables,
    structures,
)
from shared.security.archives import LimitesZip, open_zip, write_zip

_SCHEMAS = Path(__file__).parent / "schemas"
# Browsers number a second download: « ExportXML_Communs (1).zip », « ExportXML_Communs(1).zip ».
_NOM_ZIP = re.compile(r"ExportXML_([A-Za-z]+?)(?: ?\([0-9]+\))?\.zip", re.IGNORECASE)


class Description(Struct, frozen=True):
    """One export: label of the menu entry, stem of its files, root, VERSION written, schema shipped."""

    libelle: str
    radical: str
    racine: str
    version: str
    schema: str


class Export(Enum):
    """The generic exports, in the order of the menu « Exportations > En XML »."""

    NOMENCLATURE = Description(
        "Nomenclature", "Nomenclature", nomenclature.RACINES[0], nomenclature.VERSION, "nomenclature"
    )
    ETABLISSEMENTS = Description(
        "Établissements",
        "Etablissements",
        etablissements.RACINES[0],
        etablissements.VERSION,
        "etablissements",
    )
    ETABLISSEMENTS_ELEVES = Description(
        "Établissements des élèves",
        "EtablissementsEleves",
        etablissements.RACINES[0],
        etablissements.VERSION,
        "etablissements",
    )
    GEOGRAPHIQUE = Description(
        "Géographique", "Geographique", geographique.RACINES[0], geographique.VERSION, "geographique"
    )
    STRUCTURES = Description("Structures", "Structures", structures.RACINES[0], structures.VERSION, "structures")
    ELEVES_SANS_ADRESSES = Description(
        "Élèves sans adresse", "ElevesSansAdresses", eleves.RACINES[0], eleves.VERSION, "eleves"
    )
    ELEVES_AVEC_ADRESSES = Description(
        "Élèves avec adresse", "ElevesAvecAdresses", eleves.RACINES[0], eleves.VERSION, "eleves"
    )
    RESPONSABLES_SANS_ADRESSES = Description(
        "Responsables sans adresse",
        "ResponsablesSansAdresses",
        responsables.RACINES[0],
        responsables.VERSION,
        "responsables",
    )
    RESPONSABLES_AVEC_ADRESSES = Description(
        "Responsables avec adresse",
        "ResponsablesAvecAdresses",
        responsables.RACINES[0],
        responsables.VERSION,
        "responsables",
    )
    COMMUNS = Description("Exports Communs", "Communs", communs.RACINES[0], communs.VERSION, "communs")


def nom_zip(export: Export) -> str:
    """The name of the archive: `ExportXML_ElevesAvecAdresses.zip`."""
    return f"ExportXML_{export.value.radical}.zip"


def nom_xml(export: Export) -> str:
    """The name of the only file inside: `ElevesAvecAdresses.xml`."""
    return f"{export.value.radical}.xml"


def reconnaitre_nom(nom: str) -> Export | None:
    """The export that a file name announces, the « (1) » of browsers included; None for another name."""
    trouve = _NOM_ZIP.fullmatch(nom)
    radical = trouve[1] if trouve else nom.removesuffix(".xml")
    return next((e for e in Export if e.value.radical.lower() == radical.lower()), None)


@lru_cache(maxsize=16)
def _schema(nom: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(_SCHEMAS / f"{nom}.xsd")))


def schema(export: Export) -> etree.XMLSchema:
    """Our schema of an export, ready to validate a parsed document."""
    return _schema(export.value.schema)


def ecrire_export_zip(
    sortie: BinaryIO, export: Export, horodatage: datetime, ecrire: Callable[[BinaryIO], object]
) -> int:
    """Write the zip of an export: one XML, named as SIECLE names it, dated `horodatage`; same bytes always.

    Arguments: `ecrire` writes the XML to the stream it is given, for instance
    `lambda f: ecrire_eleves(f, enveloppe, eleves, adresses)`; what it raises leaves nothing in `sortie`. Returns the
    number of characters replaced for want of an encoding, 0 when `ecrire` does not tell it.
    """
    tampon = io.BytesIO()
    substitutions = ecrire(tampon)
    write_zip(sortie, [(nom_xml(export), tampon.getvalue())], horodatage)
    return substitutions if isinstance(substitutions, int) else 0


@contextmanager
def ouvrir_export_zip(
    source: Path | bytes | BinaryIO, nom: str, limites: LimitesZip | None = None
) -> Iterator[tuple[str, BinaryIO]]:
    """The only XML of an export's zip: its name and its stream, closed with the block.

    Raises `FichierRefuse` with code SIECLE_ZIP_UN_SEUL_XML when there is not exactly one XML, and what
    `open_zip` raises on a hostile or broken archive.
    """
    with open_zip(source, nom, limites) as archive:
        fichiers = [m for m in archive if m.base.lower().endswith(".xml")]
        if len(fichiers) != 1:
            raise FichierRefuse(
                f"Le fichier ZIP doit contenir un fichier XML et un seul : il en contient {len(fichiers)}.",
                code="SIECLE_ZIP_UN_SEUL_XML",
                lieu=Lieu(fichier=nom),
                remede="Utiliser le fichier ZIP tel que SIECLE l'a produit, sans le modifier.",
            )
        with fichiers[0].open() as flux:
            yield fichiers[0].base, flux
