"""Names of files and archives of a feed.

Source: reference aaf.md, sections 1.4 and 1.5.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from msgspec import Struct

from shared.contracts.refus import Refus
from shared.formats.aaf.grammaire import RANGS, Categorie, Degre

NUMERO_MAX = 9999


class TypeAlimentation(StrEnum):
    """Complete feed, or what changed since the previous one."""

    COMPLET = "Complet"
    DELTA = "Delta"


# "_" before the category keeps PersRelEleve from being read as Eleve.
_NOM = re.compile(
    r"(?:(?P<projet>.+)_(?P<type>Complet|Delta)_(?P<jour>[0-9]{8})|(?P<libre>.*))"
    r"_(?P<categorie>" + "|".join(Categorie) + r")_(?P<numero>[0-9]{4})\.xml",
    re.DOTALL,
)
_PROJET = re.compile(r"[A-Za-z0-9_-]{1,60}")


class NomFichier(Struct, frozen=True):
    """The parts of a file name. `type_` and `jour` are None when the name has only category and number."""

    projet: str
    type_: TypeAlimentation | None
    jour: date | None
    categorie: Categorie
    numero: int

    def __str__(self) -> str:
        debut = self.projet
        if self.type_ is not None and self.jour is not None:
            debut += f"_{self.type_}_{self.jour:%Y%m%d}"
        return f"{debut}_{self.categorie}_{self.numero:04d}.xml"

    @property
    def cle(self) -> tuple[int, int, str]:
        """The order in which files are read: category, number."""
        return RANGS[self.categorie], self.numero, str(self)


def lire_nom(nom: str) -> NomFichier | None:
    """The parts of a file name (without folder), or None if it is not that of a feed's file."""
    trouve = _NOM.fullmatch(nom)
    if trouve is None:
        return None
    categorie, numero = Categorie(trouve["categorie"]), int(trouve["numero"])
    if trouve["type"] is None:
        return NomFichier(trouve["libre"], None, None, categorie, numero)
    try:
        jour = date.fromisoformat(trouve["jour"])
    except ValueError:
        return None
    return NomFichier(trouve["projet"], TypeAlimentation(trouve["type"]), jour, categorie, numero)


def verifier_projet(projet: str) -> str:
    """`projet` itself. Raises `Refus` (AAF_PROJET) unless it is letters, digits, `_` and `-`."""
    if not _PROJET.fullmatch(projet):
        raise Refus(
            f"Le code de projet « {projet[:60]} » n'est pas admis.",
            code="AAF_PROJET",
            remede="Employez des lettres sans accent, des chiffres, « _ » et « - » (60 caractères au plus).",
        )
    return projet


def nom_archive(projet: str, type_: TypeAlimentation, jour: date) -> str:
    """`<projet>_<Complet|Delta>_<AAAAMMJJ>.tar.gz`."""
    return f"{projet}_{type_}_{jour:%Y%m%d}.tar.gz"


def nom_archive_ent2dva(type_: TypeAlimentation, jour: date, degre: Degre = Degre.SECOND) -> str:
    """`ENT2DVA.<AAAAMMJJ>[.Delta].tgz`, the name that an importer recognises by itself (section 1.5).

    `ENT1DVA` for the first degree.
    """
    delta = ".Delta" if type_ is TypeAlimentation.DELTA else ""
    return f"ENT{degre}VA.{jour:%Y%m%d}{delta}.tgz"
