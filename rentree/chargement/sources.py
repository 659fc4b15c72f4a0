"""Documents where they lie: in folders, in archives, in archives inside archives. Nothing is extracted to the disk.

Source: architecture, "Files are enemies until read".
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from msgspec import Struct

from shared.security.archives import ArchiveZip, LimitesZip, ZipRefuse, est_zip, open_zip

PROFONDEUR = 4
"""Archives inside archives: an académie's zip of schools' zips of SIECLE's zips, and one more."""
_GIO = 1024**3
_LIMITES = LimitesZip(max_membres=20_000, max_membre=2 * _GIO, max_total=8 * _GIO, zip_imbrique=True)
_MAX_IMBRIQUES = 8 * _GIO
_EN_MEMOIRE = 8 * 1024**2
_DEBUT = 256
_AVANT_XML = b"\xef\xbb\xbf\xfe\xff\x00 \t\r\n"
"""Marks of encoding and blanks that may stand before an XML document, UTF-16 included."""


def est_xml(debut: bytes) -> bool:
    """Whether a file begins as an XML document may."""
    return debut.lstrip(_AVANT_XML).startswith(b"<")


class Source(Struct, frozen=True):
    """Where a document is: a file, and the names that lead to it inside archives (none: the file itself).

    `relatif`: the file's path from the folder given; `seul`: it is the only member of its archive.
    """

    chemin: Path
    relatif: str
    membres: tuple[str, ...] = ()
    seul: bool = False

    @property
    def nom(self) -> str:
        """How messages name it: « lot1/0960001E.zip > ElevesAvecAdresses.xml »."""
        return " > ".join((self.relatif, *self.membres))

    @property
    def base(self) -> str:
        """Its own name, without folders."""
        return (self.membres[-1] if self.membres else self.relatif).rpartition("/")[2]

    @property
    def archive(self) -> Source | None:
        """The archive that it is in, None for a file of a folder."""
        return Source(self.chemin, self.relatif, self.membres[:-1]) if self.membres else None

    def dans(self, membre: str, *, seul: bool) -> Source:
        """A member of this archive."""
        return Source(self.chemin, self.relatif, (*self.membres, membre), seul)


@dataclass
class _Ouverte:
    source: Source
    archive: ArchiveZip
    fermer: Callable[[], None]


@dataclass
class Ouvreur:
    """Opens documents, and keeps the archives on the way to the last one open; a context manager.

    One thread at a time. An archive inside another is copied to a temporary file without a name when it is large.
    """

    _pile: list[_Ouverte] = field(default_factory=list)
    _reste: int = _MAX_IMBRIQUES

    def __enter__(self) -> Ouvreur:
        return self

    def __exit__(self, *_: object) -> None:
        self.fermer()

    def fermer(self) -> None:
        """Close every archive."""
        while self._pile:
            self._pile.pop().fermer()

    def ouvrir(self, source: Source) -> BinaryIO:
        """The bytes of a document, to be closed before another one is asked for. Raises `ZipRefuse`, `OSError`."""
        dedans = source.archive
        if dedans is None:
            return source.chemin.open("rb")
        nom = source.membres[-1]
        membre = next((m for m in self.archive(dedans) if m.nom == nom), None)
        if membre is None:
            raise FileNotFoundError(source.nom)
        return membre.open()

    def accorder(self) -> None:
        """Archives inside a file may be copied again: those of another file, or of one already walked through."""
        self._reste = _MAX_IMBRIQUES

    def lire(self, source: Source) -> bytes:
        """All the bytes of a document."""
        with self.ouvrir(source) as flux:
            return flux.read()

    def debut(self, source: Source) -> bytes:
        """The first bytes of a document."""
        with self.ouvrir(source) as flux:
            return flux.read(_DEBUT)

    def archive(self, source: Source) -> ArchiveZip:
        """The archive that a source is, open until another one is needed. Raises `ZipRefuse`."""
        while self._pile and not _mene(self._pile[-1].source, source):
            self._pile.pop().fermer()
        if self._pile and self._pile[-1].source.membres == source.membres:
            return self._pile[-1].archive
        dedans = source.archive
        if dedans is None:
            archive = open_zip(source.chemin, source.nom, _LIMITES)
            self._pile.append(_Ouverte(source, archive, archive.close))
            return archive
        self.archive(dedans)
        copie = self._copier(source)
        try:
            archive = open_zip(copie, source.nom, _LIMITES)
        except ZipRefuse:
            copie.close()
            raise

        def fermer() -> None:
            archive.close()
            copie.close()

        self._pile.append(_Ouverte(source, archive, fermer))
        return archive

    def _copier(self, source: Source) -> BinaryIO:
        """An archive's bytes where one may go back and forth; bounded, for archives inside archives multiply."""
        copie = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=_EN_MEMOIRE))  # noqa: SIM115 - closed by us
        try:
            with self.ouvrir(source) as flux:
                while morceau := flux.read(1 << 20):
                    self._reste -= len(morceau)
                    if self._reste < 0:
                        raise ZipRefuse(
                            f"Archive « {source.relatif} » : les archives qu'elle contient sont trop grosses.",
                            code="ZIP_TROP_GROS",
                            remede="Vérifiez qu'il s'agit de la bonne archive, ou décompressez-la vous-même.",
                        )
                    copie.write(morceau)
        except BaseException:
            copie.close()
            raise
        return copie

    def parcourir(self, source: Source) -> Iterator[Source | tuple[Source, ZipRefuse]]:
        """The documents under a source, archives opened, in the order of names; an archive refused comes with why.

        What is neither XML nor a ZIP archive is given as it is, for the caller to name.
        """
        if not est_zip(self.debut(source)):
            yield source
            return
        if not source.membres:
            self.accorder()
        try:
            if len(source.membres) >= PROFONDEUR:
                raise ZipRefuse(
                    f"Archive « {source.nom} » : elle est trop profonde dans d'autres archives.",
                    code="ZIP_IMBRIQUE",
                    remede="Décompressez les archives extérieures, puis recommencez.",
                )
            noms = sorted(m.nom for m in self.archive(source))
            for nom in noms:
                yield from self.parcourir(source.dans(nom, seul=len(noms) == 1))
        except ZipRefuse as refus:
            yield source, refus


def _mene(archive: Source, source: Source) -> bool:
    """Whether an open archive is on the way to a source."""
    n = len(archive.membres)
    return archive.chemin == source.chemin and archive.membres == source.membres[:n] and n <= len(source.membres)
