"""Locks between processes that the system lets go of when their holder ends, however it ends."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

PAUSE = 0.05

if sys.platform == "win32":
    import msvcrt

    def _prendre(fichier: IO[bytes]) -> bool:
        try:
            fichier.seek(0)
            msvcrt.locking(fichier.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _prendre(fichier: IO[bytes]) -> bool:
        try:
            fcntl.flock(fichier.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def essayer(chemin: Path) -> IO[bytes] | None:
    """The lock of a file, held until what is returned is closed; None when somebody holds it, or it is gone."""
    try:
        fichier = chemin.open("ab")
    except OSError:
        return None
    if _prendre(fichier):
        return fichier
    fichier.close()
    return None


@contextlib.contextmanager
def verrou(chemin: Path, patience: float = 180) -> Iterator[None]:
    """Alone in the block. Raises TimeoutError."""
    limite = time.monotonic() + patience
    while (tenu := essayer(chemin)) is None:
        if time.monotonic() > limite:
            raise TimeoutError(f"le verrou {chemin.name} n'a pas été rendu")
        time.sleep(PAUSE)
    try:
        yield
    finally:
        tenu.close()


class Usager:
    """Somebody who uses what a folder shares: alive as long as his process is, or until `partir`."""

    def __init__(self, dossier: Path) -> None:
        """Call it holding the folder's lock."""
        usagers = dossier / "usagers"
        usagers.mkdir(exist_ok=True)
        rang = 0
        while True:
            self._chemin = usagers / f"{os.getpid()}_{rang}"
            tenu = essayer(self._chemin)
            if tenu is not None:
                self._tenu = tenu
                return
            rang += 1

    def partir(self) -> None:
        """Let go."""
        self._tenu.close()
        with contextlib.suppress(OSError):
            self._chemin.unlink()


def vivants(dossier: Path) -> bool:
    """Whether anybody still uses the folder; the files of the dead are taken away. Call it holding its lock."""
    quelqu_un = False
    for chemin in sorted((dossier / "usagers").glob("*")):
        tenu = essayer(chemin)
        if tenu is None:
            quelqu_un = True
            continue
        tenu.close()
        with contextlib.suppress(OSError):
            chemin.unlink()
    return quelqu_un
