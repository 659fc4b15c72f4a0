"""Reading ZIP archives that come from outside. Writing ours is in `shared.security.ecriture_archives`.

Nothing is ever extracted to the disk: members are read as streams, each bounded by the size it declares.
Source: architecture, "Files are enemies until read"; ZIP application note (PKWARE), sections 4.3 and 4.4.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast, overload

from msgspec import Struct

from shared.contracts.refus import FichierRefuse, Lieu
from shared.security.ecriture_archives import write_targz, write_zip

__all__ = [
    "ArchiveZip",
    "LimitesZip",
    "Membre",
    "ZipRefuse",
    "est_zip",
    "open_zip",
    "write_targz",
    "write_zip",
]

_ENTETE_FICHIER = b"PK\x03\x04"
_FIN = b"PK\x05\x06"
_TAILLE_FIN = 22
_TAILLE_ENTETE = 30
_TAILLE_REPERTOIRE = 46
_NOM_MAX = 255
_PLANCHER_RATIO = 1024**2
_CHIFFRE = 0x1 | 0x40 | 0x2000
_CONTROLES = re.compile("[\x00-\x1f\x7f]")
_IGNORES = ("__MACOSX/",)


class LimitesZip(Struct, frozen=True):
    """What an archive may not exceed.

    `max_membres`: entries; `max_membre`, `max_total`: bytes once decompressed, of one member and of all;
    `max_ratio`: decompressed bytes for one compressed byte, looked at beyond 1 MiB; `zip_imbrique`: whether a
    member may itself be a ZIP archive.
    """

    max_membres: int = 2000
    max_membre: int = 2 * 1024**3
    max_total: int = 4 * 1024**3
    max_ratio: int = 250
    zip_imbrique: bool = False


class ZipRefuse(FichierRefuse):
    """A ZIP archive that is hostile or cannot be read.

    Codes: ZIP_ILLISIBLE, ZIP_VIDE, ZIP_TROP_DE_MEMBRES, ZIP_TROP_GROS, ZIP_TAUX, ZIP_NOM_INTERDIT,
    ZIP_CHIFFRE, ZIP_CHEVAUCHEMENT, ZIP_IMBRIQUE, ZIP_COMPRESSION.
    """

    code = "ZIP_ILLISIBLE"


_REFAIRE = "Recréez l'archive, ou déposez directement le fichier qu'elle contient."
_VERIFIER = "Vérifiez qu'il s'agit de la bonne archive ; sinon, faites relever la limite."


def _refuse(code: str, phrase: str, nom: str, remede: str = _REFAIRE, membre: str | None = None) -> ZipRefuse:
    return ZipRefuse(
        f"Archive « {nom} » : {phrase}",
        code=code,
        remede=remede,
        lieu=Lieu(fichier=nom, element=membre),
        regle=code,
    )


class _Flux(io.RawIOBase):
    """A member being read: what zlib and zipfile say becomes a `ZipRefuse`; not one byte too many."""

    def __init__(self, flux: BinaryIO, taille: int, nom: str, membre: str) -> None:
        self._flux = flux
        self._reste = taille
        self._nom = nom
        self._membre = membre

    def readable(self) -> bool:
        return True

    def readinto(self, tampon: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            lu = self._flux.read(len(tampon))
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError):
            raise _refuse(
                "ZIP_ILLISIBLE", "un fichier qu'elle contient est abîmé.", self._nom, membre=self._membre
            ) from None
        if not lu and self._reste > 0:
            raise _refuse("ZIP_ILLISIBLE", "un fichier qu'elle contient est incomplet.", self._nom, membre=self._membre)
        self._reste -= len(lu)
        tampon[: len(lu)] = lu
        return len(lu)

    def close(self) -> None:
        self._flux.close()
        super().close()


@dataclass(frozen=True, slots=True)
class Membre:
    """One file of an archive: `nom` (with "/"), `taille` in bytes once decompressed, `compresse` in bytes."""

    nom: str
    taille: int
    compresse: int
    archive: ArchiveZip
    info: zipfile.ZipInfo

    @property
    def base(self) -> str:
        """The name without its folders."""
        return self.nom.rpartition("/")[2]

    def open(self) -> BinaryIO:
        """The content as a stream. Raises `ZipRefuse` (ZIP_ILLISIBLE) while reading when it is damaged."""
        return self.archive.open(self)


class ArchiveZip(Sequence[Membre]):
    """The checked members of an archive, in the order of its directory; a context manager that closes it."""

    def __init__(self, zip_: zipfile.ZipFile, nom: str, fichier: BinaryIO | None) -> None:
        self._zip = zip_
        self._nom = nom
        self._fichier = fichier
        self._membres: list[Membre] = []

    @overload
    def __getitem__(self, index: int) -> Membre: ...
    @overload
    def __getitem__(self, index: slice) -> list[Membre]: ...
    def __getitem__(self, index: int | slice) -> Membre | list[Membre]:
        return self._membres[index]

    def __len__(self) -> int:
        return len(self._membres)

    def __enter__(self) -> ArchiveZip:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the archive (a stream given to `open_zip` stays open)."""
        self._zip.close()
        if self._fichier is not None:
            self._fichier.close()

    def open(self, membre: Membre) -> BinaryIO:
        """See `Membre.open`."""
        try:
            flux = self._zip.open(membre.info)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, UnicodeDecodeError):
            raise _refuse(
                "ZIP_ILLISIBLE", "un fichier qu'elle contient est abîmé.", self._nom, membre=membre.nom
            ) from None
        return io.BufferedReader(_Flux(flux, membre.taille, self._nom, membre.nom), 64 * 1024)  # type: ignore[arg-type]


def est_zip(debut: bytes) -> bool:
    """Whether the first bytes of a file are those of a ZIP archive (an empty one included)."""
    return debut.startswith((_ENTETE_FICHIER, _FIN))


def open_zip(source: Path | bytes | BinaryIO, nom: str, limites: LimitesZip | None = None) -> ArchiveZip:
    """Open an archive after checking everything that can be checked without decompressing it.

    Arguments: `source`, a path, the bytes, or a seekable stream; `nom`, its name in messages; `limites`.
    Folders, and what macOS adds to its archives, are left out of the members.

    Raises `ZipRefuse`: unreadable, empty, too many or too large members, suspicious ratio, forbidden name
    (absolute, "..", drive, control character, symbolic link, twice the same), encrypted, overlapping
    entries, nested archive, compression other than stored and deflated.
    """
    limites = limites or LimitesZip()
    fichier = source.open("rb") if isinstance(source, Path) else None
    flux = fichier or (io.BytesIO(source) if isinstance(source, bytes) else cast("BinaryIO", source))
    try:
        _verifie_fin(flux, nom, limites)
        archive = ArchiveZip(zipfile.ZipFile(flux), nom, fichier)
        archive._membres.extend(_membres(archive, archive._zip, nom, limites))
        if not limites.zip_imbrique:
            _refuse_imbriques(archive, nom)
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, OSError, ValueError) as erreur:
        if fichier is not None:
            fichier.close()
        raise _refuse("ZIP_ILLISIBLE", "ce n'est pas une archive ZIP lisible.", nom) from erreur
    except ZipRefuse:
        if fichier is not None:
            fichier.close()
        raise
    return archive


def _verifie_fin(flux: BinaryIO, nom: str, limites: LimitesZip) -> None:
    """Bound the directory before zipfile builds one object for each of its entries."""
    taille = flux.seek(0, io.SEEK_END)
    flux.seek(max(0, taille - _TAILLE_FIN - 0xFFFF))
    queue = flux.read()
    flux.seek(0)
    position = queue.rfind(_FIN)
    if position < 0 or len(queue) - position < _TAILLE_FIN:
        raise _refuse("ZIP_ILLISIBLE", "ce n'est pas une archive ZIP lisible, ou elle est incomplète.", nom)
    fin = queue[position : position + _TAILLE_FIN]
    nombre = int.from_bytes(fin[10:12], "little")
    repertoire = int.from_bytes(fin[12:16], "little")
    if nombre > limites.max_membres or repertoire > limites.max_membres * (_TAILLE_REPERTOIRE + 2 * _NOM_MAX):
        raise _trop_de_membres(nom, limites)


def _trop_de_membres(nom: str, limites: LimitesZip) -> ZipRefuse:
    return _refuse("ZIP_TROP_DE_MEMBRES", f"elle contient plus de {limites.max_membres} fichiers.", nom, _VERIFIER)


def _membres(archive: ArchiveZip, zip_: zipfile.ZipFile, nom: str, limites: LimitesZip) -> Iterator[Membre]:
    infos = zip_.infolist()
    if len(infos) > limites.max_membres:
        raise _trop_de_membres(nom, limites)
    _verifie_chevauchement(infos, zip_.start_dir, nom)
    vus: set[str] = set()
    total = 0
    trouves = 0
    for info in infos:
        propre = _verifie_nom(info, nom)
        if propre.endswith("/") or propre.startswith(_IGNORES):
            continue
        if propre.casefold() in vus:
            raise _refuse("ZIP_NOM_INTERDIT", "deux fichiers y portent le même nom.", nom)
        vus.add(propre.casefold())
        if info.flag_bits & _CHIFFRE:
            raise _refuse(
                "ZIP_CHIFFRE",
                "elle est protégée par un mot de passe.",
                nom,
                "Recréez l'archive sans mot de passe.",
            )
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _refuse("ZIP_COMPRESSION", "sa méthode de compression n'est pas reconnue.", nom)
        total += info.file_size
        if info.file_size > limites.max_membre or total > limites.max_total:
            raise _refuse("ZIP_TROP_GROS", "une fois décompressée, elle dépasse la taille admise.", nom, _VERIFIER)
        if info.file_size > max(_PLANCHER_RATIO, info.compress_size * limites.max_ratio):
            raise _refuse("ZIP_TAUX", "son taux de compression est anormal : elle est refusée.", nom, _VERIFIER)
        trouves += 1
        yield Membre(propre, info.file_size, info.compress_size, archive, info)
    if not trouves:
        raise _refuse("ZIP_VIDE", "elle ne contient aucun fichier.", nom, "Vérifiez l'archive déposée.")


def _verifie_nom(info: zipfile.ZipInfo, nom: str) -> str:
    """The member's name with "/" separators; refused when it could lead out of a folder."""
    brut = info.orig_filename
    propre = brut.replace("\\", "/")
    parties = propre.removesuffix("/").split("/")
    lien = stat.S_ISLNK(info.external_attr >> 16)
    if (
        not propre
        or len(propre) > _NOM_MAX
        or _CONTROLES.search(propre)
        or ":" in propre
        or any(p in ("", ".", "..") for p in parties)
        or lien
    ):
        raise _refuse("ZIP_NOM_INTERDIT", "le nom d'un fichier qu'elle contient n'est pas admis.", nom)
    return propre


def _verifie_chevauchement(infos: list[zipfile.ZipInfo], repertoire: int, nom: str) -> None:
    """Each entry must end before the next begins, the last before the directory (David Fifield's bombs)."""
    ordonnes = sorted(infos, key=lambda i: i.header_offset)
    fins = [*(i.header_offset for i in ordonnes), repertoire]
    for info, fin in zip(ordonnes, fins[1:], strict=True):
        minimum = _TAILLE_ENTETE + len(info.orig_filename) + info.compress_size
        if info.header_offset < 0 or info.header_offset + minimum > fin:
            raise _refuse("ZIP_CHEVAUCHEMENT", "ses fichiers se chevauchent : elle est refusée.", nom)


def _refuse_imbriques(archive: ArchiveZip, nom: str) -> None:
    for membre in archive:
        with membre.open() as flux:
            if membre.base.lower().endswith(".zip") or est_zip(flux.read(4)):
                raise _refuse(
                    "ZIP_IMBRIQUE",
                    "elle contient une autre archive ZIP.",
                    nom,
                    "Déposez directement l'archive intérieure, ou le fichier qu'elle contient.",
                    membre.nom,
                )
