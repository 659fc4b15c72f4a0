"""Writing a GAR export: the five kinds of files, cut by number of records, then the archive and its checksum.

Files are streams: memory does not grow with the académie. Source: connectors reference §7.1 and 7.2.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from shared.formats.ecriture import EcrivainXml
from shared.formats.gar.noeuds import ESPACES, Contenu, Degre, Noeud, Sorte
from shared.formats.gar.noms import NomGar
from shared.security.ecriture_archives import write_targz

NOEUDS_PAR_FICHIER = 10_000
VERSION = "1.0"
_PREFIXE = "men:"


@dataclass(slots=True)
class FichierEcrit:
    """A file written: its name, how many records of each element."""

    nom: str
    sorte: Sorte
    comptes: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class EcrivainGar:
    """Writes the files of an export into a folder, one kind after the other: `ecrire`, for each kind.

    Arguments: `nom`, ident, local instant and degree; `noeuds`, records per file.
    """

    dossier: Path
    nom: NomGar
    noeuds: int = NOEUDS_PAR_FICHIER
    fichiers: list[FichierEcrit] = field(default_factory=list)

    def ecrire(self, sorte: Sorte, noeuds: Iterable[Noeud]) -> None:
        """Write the records of one kind, given in the order of its file; a file without record when there is none."""
        restants = iter(noeuds)
        numero, suivant = 0, next(restants, None)
        while True:
            fait = FichierEcrit(self.nom.fichier(sorte, numero), sorte)
            with (self.dossier / fait.nom).open("wb") as flux:
                ecrivain = _commencer(flux, sorte, self.nom.degre or Degre.SECOND)
                combien = 0
                while suivant is not None and combien < self.noeuds:
                    _ecrire(ecrivain, suivant.nom, suivant.contenu)
                    fait.comptes[suivant.nom] += 1
                    combien += 1
                    suivant = next(restants, None)
                ecrivain.fermer()
            self.fichiers.append(fait)
            if suivant is None:
                return
            numero += 1


def _commencer(flux: BinaryIO, sorte: Sorte, degre: Degre) -> EcrivainXml:
    ecrivain = EcrivainXml(flux, "utf-8", " ")
    ecrivain.declaration()
    ecrivain.ouvrir(f"{_PREFIXE}GAR-ENT-{sorte}", [("xmlns:men", ESPACES[degre]), ("Version", VERSION)])
    return ecrivain


def _ecrire(ecrivain: EcrivainXml, nom: str, contenu: Contenu) -> None:
    ecrivain.ouvrir(_PREFIXE + nom)
    for enfant, valeur in contenu:
        if isinstance(valeur, str):
            ecrivain.feuille(_PREFIXE + enfant, valeur)
        else:
            _ecrire(ecrivain, enfant, valeur)
    ecrivain.fermer()


class Archive(Struct, frozen=True):
    """An archive written, with the file of its checksum beside it."""

    chemin: Path
    md5: str
    chemin_md5: Path


def ecrire_archive(ecrivain: EcrivainGar, instant: datetime, dossier: Path) -> Archive:
    """Make the archive of what was written, flat, its members dated `instant`, and the file of its md5."""
    chemin, chemin_md5 = dossier / ecrivain.nom.archive, dossier / ecrivain.nom.md5
    with chemin.open("wb") as flux:
        write_targz(flux, [(f.nom, ecrivain.dossier / f.nom) for f in ecrivain.fichiers], instant)
    md5 = empreinte(chemin)
    chemin_md5.write_text(md5, encoding="ascii")
    return Archive(chemin, md5, chemin_md5)


def empreinte(chemin: Path) -> str:
    """The md5 of a file, 32 lower-case digits: the GAR's checksum, not a protection."""
    somme = hashlib.md5(usedforsecurity=False)
    with chemin.open("rb") as flux:
        while morceau := flux.read(1 << 20):
            somme.update(morceau)
    return somme.hexdigest()
