"""Writing archives whose bytes depend on nothing but what is given: no clock, no user, no machine.

Source: architecture, "One idea carries the rest" (determinism); the date of the members comes from the
simulated clock.
"""

from __future__ import annotations

import calendar
import gzip
import shutil
import tarfile
import zipfile
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

Contenu = bytes | Path
"""A member's content: its bytes, or the path of a file that is copied as a stream."""

_NIVEAU = 6
_MODE = 0o644
_COPIE = 256 * 1024
_UNIX = 3


def write_zip(stream: BinaryIO, members: Iterable[tuple[str, Contenu]], horodatage: datetime) -> None:
    """Write a ZIP archive: members in the order given, all dated `horodatage` (its local fields, from 1980).

    Arguments: `stream`, opened for writing bytes, left open; `members`, pairs (name, content).
    """
    date = (
        max(horodatage.year, 1980),
        horodatage.month,
        horodatage.day,
        horodatage.hour,
        horodatage.minute,
        horodatage.second,
    )
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=_NIVEAU) as archive:
        for nom, contenu in members:
            info = zipfile.ZipInfo(nom, date)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = _UNIX
            info.external_attr = _MODE << 16
            info.file_size = _taille(contenu)
            with archive.open(info, "w") as cible:
                if isinstance(contenu, bytes):
                    cible.write(contenu)
                else:
                    with contenu.open("rb") as source:
                        shutil.copyfileobj(source, cible, _COPIE)


def write_targz(stream: BinaryIO, members: Iterable[tuple[str, Contenu]], horodatage: datetime) -> None:
    """Write a gzipped tar archive, the same promises as `write_zip`.

    `horodatage` is an instant; one without a time zone is taken as UTC.
    """
    instant = _instant(horodatage)
    with (
        gzip.GzipFile("", "wb", _NIVEAU, fileobj=stream, mtime=instant) as compresse,
        tarfile.open(fileobj=compresse, mode="w|", format=tarfile.GNU_FORMAT) as archive,
    ):
        for nom, contenu in members:
            info = tarfile.TarInfo(nom)
            info.mtime = instant
            info.mode = _MODE
            info.size = _taille(contenu)
            if isinstance(contenu, bytes):
                archive.addfile(info, BytesIO(contenu))
            else:
                with contenu.open("rb") as source:
                    archive.addfile(info, source)


def _taille(contenu: Contenu) -> int:
    return len(contenu) if isinstance(contenu, bytes) else contenu.stat().st_size


def _instant(horodatage: datetime) -> int:
    if horodatage.tzinfo is None:
        return calendar.timegm(horodatage.timetuple())
    return int(horodatage.timestamp())
