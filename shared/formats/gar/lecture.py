"""Reading a GAR export, be it an archive, a folder or one file; hostile files are refused.

Source: connectors reference §7; architecture, "Files are enemies until read".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

from lxml import etree
from msgspec import Struct

from shared.contracts.refus import FichierRefuse, Lieu
from shared.formats.aaf.lecture_tar import ArchiveTar, est_targz
from shared.formats.gar.noeuds import ESPACES, NOEUDS, RACINES, Degre, Sorte
from shared.formats.gar.noms import NomGar, lire_nom
from shared.security.archives import est_zip, open_zip
from shared.security.xml import iterparse, ligne_de, root_of

_RANGS = {sorte: rang for rang, sorte in enumerate(Sorte)}
_DEGRES = {espace: degre for degre, espace in ESPACES.items()}


class GarRefuse(FichierRefuse):
    """A file that is no GAR export. Codes: GAR_RACINE, GAR_ABSENT."""

    code = "GAR_RACINE"


class NoeudLu(Struct, frozen=True):
    """One record that was read: element, line, texts of its leaves by name, blocks (name, texts of their leaves)."""

    nom: str
    ligne: int | None
    textes: dict[str, list[str]]
    blocs: tuple[tuple[str, dict[str, list[str]]], ...] = ()

    def un(self, nom: str) -> str:
        """The first text of a leaf, "" without it."""
        return next(iter(self.textes.get(nom, ())), "")

    def tous(self, nom: str) -> list[str]:
        """All its texts."""
        return self.textes.get(nom, [])


class FichierGar(Struct, frozen=True):
    """One file of an export. `nom`: as it is called; `lu`: its parts, None when it is not named as an export's."""

    nom: str
    sorte: Sorte
    degre: Degre
    ouvrir: Callable[[], BinaryIO]
    lu: NomGar | None

    def noeuds(self) -> Iterator[NoeudLu]:
        """Its records. Raises `XmlRefuse`."""
        with self.ouvrir() as flux:
            yield from noeuds_du_fichier(flux, self.nom, self.sorte, self.degre)


class ExportGar(Struct, frozen=True):
    """The files of an export in the order in which the GAR reads them. `autres`: what is none of its files;
    `refuses`: XML that cannot be read."""

    nom: str
    fichiers: tuple[FichierGar, ...]
    autres: tuple[str, ...]
    refuses: tuple[FichierRefuse, ...]


def lire_noeuds(stream: BinaryIO, nom: str) -> Iterator[NoeudLu]:
    """The records of one file. Raises `XmlRefuse`, `GarRefuse` GAR_RACINE."""
    sorte, degre = _reconnaitre(stream, nom)
    yield from noeuds_du_fichier(stream, nom, sorte, degre)


def noeuds_du_fichier(stream: BinaryIO, nom: str, sorte: Sorte, degre: Degre) -> Iterator[NoeudLu]:
    """The records of a file of that kind, whatever its root. Raises `XmlRefuse`."""
    espace = ESPACES[degre]
    for element in iterparse(stream, [f"{{{espace}}}{n}" for n in NOEUDS[degre][sorte]], nom=nom):
        textes: dict[str, list[str]] = {}
        blocs: list[tuple[str, dict[str, list[str]]]] = []
        for enfant in element.iterchildren("*"):
            if len(enfant):
                feuilles: dict[str, list[str]] = {}
                for feuille in enfant.iterchildren("*"):
                    feuilles.setdefault(_local(feuille), []).append((feuille.text or "").strip())
                blocs.append((_local(enfant), feuilles))
            else:
                textes.setdefault(_local(enfant), []).append((enfant.text or "").strip())
        yield NoeudLu(_local(element), ligne_de(element), textes, tuple(blocs))


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _reconnaitre(stream: BinaryIO, nom: str) -> tuple[Sorte, Degre]:
    racine = root_of(stream, nom)
    if racine.tag not in RACINES or racine.espace not in _DEGRES:
        raise GarRefuse(
            f"« {nom} » n'est pas un fichier d'un export GAR.",
            code="GAR_RACINE",
            remede="Sa racine est GAR-ENT-Etab, Eleve, Enseignant, Groupe ou RespAff, dans l'espace de noms du GAR.",
            lieu=Lieu(nom, 1),
        )
    return RACINES[racine.tag], _DEGRES[racine.espace]


@contextmanager
def ouvrir(source: Path) -> Iterator[ExportGar]:
    """The files of an export: archive `.tar.gz` or `.zip`, folder, or one file. Raises `TarRefuse`, `ZipRefuse`."""
    if source.is_dir():
        chemins = sorted(c for c in source.iterdir() if c.is_file() and not c.name.startswith("."))
        yield _export(source.name, [(c.name, partial(_brut, c)) for c in chemins])
        return
    with source.open("rb") as flux:
        debut = flux.read(4)
    if est_zip(debut):
        with open_zip(source, source.name) as archive:
            yield _export(source.name, [(m.nom, m.open) for m in archive])
    elif est_targz(debut):
        with ArchiveTar(source) as tar:
            yield _export(source.name, [(m.nom, partial(tar.open, m)) for m in tar.membres])
    else:
        yield _export(source.name, [(source.name, partial(_brut, source))])


def _brut(chemin: Path) -> BinaryIO:
    return chemin.open("rb")


def _export(nom: str, membres: list[tuple[str, Callable[[], BinaryIO]]]) -> ExportGar:
    fichiers: list[FichierGar] = []
    autres: list[str] = []
    refuses: list[FichierRefuse] = []
    for chemin, ouvre in membres:
        base = chemin.rpartition("/")[2]
        if not base.lower().endswith(".xml"):
            autres.append(base)
            continue
        try:
            with ouvre() as flux:
                sorte, degre = _reconnaitre(flux, base)
        except FichierRefuse as refus:
            refuses.append(refus)
            continue
        fichiers.append(FichierGar(base, sorte, degre, ouvre, lire_nom(base)))
    fichiers.sort(key=lambda f: (_RANGS[f.sorte], f.lu.numero if f.lu else 0, f.nom))
    return ExportGar(nom, tuple(fichiers), tuple(sorted(autres)), tuple(refuses))
