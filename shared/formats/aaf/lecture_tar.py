"""Reading a `.tar.gz` that comes from outside: regular files only, as bounded streams, never extracted.

The headers are read here rather than by `tarfile`, which keeps in memory whatever length an extended header
declares. Extended headers are skipped: the names of a feed are short and ASCII.

Source: architecture, "Files are enemies until read"; POSIX.1-1988 ustar interchange format.
"""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NoReturn, Self

from msgspec import Struct

from shared.contracts.refus import FichierRefuse, Lieu

_BLOC = 512
_SAUT = 1024**2
_FICHIER = (b"0", b"\0")
_SANS_OBJET = (b"5", b"x", b"g", b"L", b"K")
_SIGNATURE_GZIP = b"\x1f\x8b"


class LimitesTar(Struct, frozen=True):
    """What an archive may not exceed: members, bytes of one member, of all, and bytes for one compressed byte."""

    max_membres: int = 2000
    max_membre: int = 2 * 1024**3
    max_total: int = 8 * 1024**3
    max_ratio: int = 250


class TarRefuse(FichierRefuse):
    """A `.tar.gz` that is hostile or cannot be read.

    Codes: TAR_ILLISIBLE, TAR_TROP_DE_MEMBRES, TAR_TROP_GROS, TAR_NOM_INTERDIT, TAR_MEMBRE.
    """

    code = "TAR_ILLISIBLE"


class MembreTar(Struct, frozen=True):
    """A regular file of the archive: name with "/", size, offset of its content once decompressed."""

    nom: str
    taille: int
    position: int

    @property
    def base(self) -> str:
        """The name without its folders."""
        return self.nom.rpartition("/")[2]


def est_targz(debut: bytes) -> bool:
    """Whether the first bytes of a file are those of a gzip stream."""
    return debut.startswith(_SIGNATURE_GZIP)


class ArchiveTar:
    """The members of an archive, in its own order; a context manager.

    Opening decompresses it once to list it; a member is then reached by going forward, or by starting again
    when it lies before the last one read. Raises `TarRefuse`.
    """

    def __init__(self, chemin: Path, limites: LimitesTar | None = None) -> None:
        self._nom = chemin.name
        self._limites = limites or LimitesTar()
        self._plafond = min(self._limites.max_total, max(_SAUT, chemin.stat().st_size * self._limites.max_ratio))
        self._flux = gzip.GzipFile(chemin, "rb")
        try:
            self.membres = self._liste()
        except BaseException:
            self._flux.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._flux.close()

    def open(self, membre: MembreTar) -> BinaryIO:
        """The content of a member; one at a time. Raises `TarRefuse` when the archive is cut short."""
        return io.BufferedReader(_Contenu(self, membre), 64 * 1024)

    def lire(self, position: int, taille: int) -> bytes:
        """`taille` bytes at `position` of the decompressed archive, all of them or a `TarRefuse`."""
        try:
            if self._flux.tell() != position:
                self._flux.seek(position)
            octets = self._flux.read(taille)
        except (OSError, EOFError, zlib.error):
            self._refuse("TAR_ILLISIBLE", "elle est abîmée ou incomplète.")
        if len(octets) != taille:
            self._refuse("TAR_ILLISIBLE", "elle est incomplète.")
        return octets

    def _liste(self) -> tuple[MembreTar, ...]:
        membres: list[MembreTar] = []
        position = 0
        entetes = 0
        while True:
            entete = self.lire(position, _BLOC)
            position += _BLOC
            if not entete.strip(b"\0"):
                return tuple(membres)
            entetes += 1
            if entetes > 2 * self._limites.max_membres:
                self._refuse("TAR_TROP_DE_MEMBRES", "elle contient trop de fichiers.")
            taille = self._nombre(entete[124:136])
            if sum(entete[:148]) + 8 * 32 + sum(entete[156:]) != self._nombre(entete[148:156]):
                self._refuse("TAR_ILLISIBLE", "ce n'est pas une archive tar, ou elle est abîmée.")
            if taille > self._limites.max_membre or position + taille > self._plafond:
                self._refuse("TAR_TROP_GROS", "une fois décompressée, elle dépasse la taille admise.")
            nature = entete[156:157]
            if nature in _FICHIER:
                membres.append(MembreTar(self._nom_propre(entete), taille, position))
            elif nature not in _SANS_OBJET:
                self._refuse("TAR_MEMBRE", "elle contient autre chose que des fichiers (un lien, par exemple).")
            self._avance(position, taille)
            position += -(-taille // _BLOC) * _BLOC

    def _avance(self, position: int, taille: int) -> None:
        """Go through a content without keeping it, so that an archive cut short is seen at once."""
        fait = 0
        while fait < taille:
            fait += len(self.lire(position + fait, min(_SAUT, taille - fait)))

    def _nombre(self, champ: bytes) -> int:
        texte = champ.strip(b" \0")
        if not texte or texte.strip(b"01234567"):
            self._refuse("TAR_ILLISIBLE", "ce n'est pas une archive tar, ou elle est abîmée.")
        return int(texte, 8)

    def _nom_propre(self, entete: bytes) -> str:
        nom, prefixe = (champ.partition(b"\0")[0] for champ in (entete[:100], entete[345:500]))
        if entete[257:263] == b"ustar\0" and prefixe:
            nom = prefixe + b"/" + nom
        propre = nom.decode("utf-8", "replace").replace("\\", "/").removeprefix("./")
        if not propre.isprintable() or ":" in propre or any(p in ("", ".", "..") for p in propre.split("/")):
            self._refuse("TAR_NOM_INTERDIT", "le nom d'un fichier qu'elle contient n'est pas admis.")
        return propre

    def _refuse(self, code: str, phrase: str) -> NoReturn:
        raise TarRefuse(
            f"Archive « {self._nom} » : {phrase}",
            code=code,
            remede="Demandez à nouveau l'alimentation, ou recréez l'archive.",
            lieu=Lieu(fichier=self._nom),
            regle=code,
        ) from None


class _Contenu(io.RawIOBase):
    """The content of one member."""

    def __init__(self, archive: ArchiveTar, membre: MembreTar) -> None:
        self._archive = archive
        self._position = membre.position
        self._reste = membre.taille

    def readable(self) -> bool:
        return True

    def readinto(self, tampon: bytearray | memoryview) -> int:  # type: ignore[override]
        octets = self._archive.lire(self._position, min(len(tampon), self._reste))
        tampon[: len(octets)] = octets
        self._position += len(octets)
        self._reste -= len(octets)
        return len(octets)
