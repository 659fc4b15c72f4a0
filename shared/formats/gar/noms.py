"""Names of the files and archives of a GAR export. Source: connectors reference §7.2."""

from __future__ import annotations

import re
from datetime import datetime

from msgspec import Struct

from shared.formats.gar.noeuds import Degre, Sorte

_DEBUT = r"(?P<ident>.{1,60})_GAR-ENT_Complet_(?P<jour>[0-9]{8})_(?P<heure>[0-9]{6})(?:_(?P<degre>1D|2D))?"
_NOM = re.compile(_DEBUT + r"_(?P<sorte>Etab|Eleve|Enseignant|Groupe|RespAff)_(?P<numero>[0-9]{4})\.xml", re.ASCII)
_ARCHIVE = re.compile(_DEBUT + r"\.tar\.gz", re.ASCII)
IDENT = re.compile(r"[A-Za-z0-9.-][A-Za-z0-9_.-]{0,29}")
"""An idENT, as this project writes it: the names of its files stay under 100 characters."""


class NomGar(Struct, frozen=True):
    """The parts of a name. `instant`: naive, local; `degre`: None in the names of 2019; an archive has no `sorte`."""

    ident: str
    instant: datetime
    degre: Degre | None
    sorte: Sorte | None = None
    numero: int = 0

    @property
    def export(self) -> str:
        """What all the files of one export begin with: the archive's name without its extension."""
        degre = f"_{self.degre}" if self.degre else ""
        return f"{self.ident}_GAR-ENT_Complet_{self.instant:%Y%m%d_%H%M%S}{degre}"

    @property
    def archive(self) -> str:
        """The name of the archive."""
        return f"{self.export}.tar.gz"

    @property
    def md5(self) -> str:
        """The name of the file that holds the archive's checksum."""
        return f"{self.export}.md5"

    def fichier(self, sorte: Sorte, numero: int) -> str:
        """The name of a file of that export."""
        return f"{self.export}_{sorte}_{numero:04d}.xml"


def lire_nom(nom: str) -> NomGar | None:
    """The parts of a file's name (without folder), None if it is not one of an export."""
    return _lire(_NOM, nom)


def lire_nom_archive(nom: str) -> NomGar | None:
    """The parts of an archive's name, None if it is not one of an export."""
    return _lire(_ARCHIVE, nom)


def _lire(motif: re.Pattern[str], nom: str) -> NomGar | None:
    trouve = motif.fullmatch(nom)
    if trouve is None:
        return None
    parts = trouve.groupdict()
    try:
        instant = datetime.strptime(parts["jour"] + parts["heure"], "%Y%m%d%H%M%S")  # noqa: DTZ007 - local, as written
    except ValueError:
        return None
    return NomGar(
        parts["ident"],
        instant,
        Degre(parts["degre"]) if parts["degre"] else None,
        Sorte(parts["sorte"]) if parts.get("sorte") else None,
        int(parts.get("numero") or 0),
    )
