"""File locks between processes, on every platform: a mutex, and a count of who is still there.

Both rest on byte-range locks, which the operating system drops when a process dies, even by kill -9, and
which a forked child does not inherit: a service forked by the supervisor never keeps a lock of its parent.
Such locks do not exclude two threads of one process: callers hold a lock of their own for that.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

PLACES = 1024
"""How many processes may be present at once on one file."""


def _open(chemin: Path) -> int:
    return os.open(chemin, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)


if sys.platform == "win32":
    import msvcrt

    def _lock(fd: int, debut: int, longueur: int) -> bool:
        os.lseek(fd, debut, os.SEEK_SET)
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, longueur)
        except OSError:
            return False
        return True

    def _unlock(fd: int, debut: int, longueur: int) -> None:
        os.lseek(fd, debut, os.SEEK_SET)
        msvcrt.locking(fd, msvcrt.LK_UNLCK, longueur)

else:
    import fcntl

    def _lock(fd: int, debut: int, longueur: int) -> bool:
        try:
            fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB, longueur, debut)
        except (BlockingIOError, PermissionError):
            return False
        return True

    def _unlock(fd: int, debut: int, longueur: int) -> None:
        fcntl.lockf(fd, fcntl.LOCK_UN, longueur, debut)


class Exclusion:
    """A mutex between processes: `with Exclusion(chemin, delai): …`.

    Arguments: `chemin`, the lock file, created if absent; `delai`, seconds to wait.
    Raises `TimeoutError` when another process still holds it after `delai`, `OSError` when the file cannot
    be opened.
    """

    def __init__(self, chemin: Path, delai: float) -> None:
        self._chemin = chemin
        self._delai = delai
        self._fd = -1

    def __enter__(self) -> None:
        fd = _open(self._chemin)
        limite = time.monotonic() + self._delai
        while not _lock(fd, 0, 1):
            if time.monotonic() > limite:
                os.close(fd)
                raise TimeoutError(str(self._chemin))
            time.sleep(0.01)
        self._fd = fd

    def __exit__(self, *_: object) -> None:
        _unlock(self._fd, 0, 1)
        os.close(self._fd)
        self._fd = -1


class Presence:
    """Says that this process uses something until `leave()` or its death; knows whether others do.

    Argument: `chemin`, the file whose bytes are the seats, created if absent. At most one `Presence` per
    process and file: closing a second one would drop the seat of the first (POSIX).
    Raises `OSError` when the file cannot be opened or no seat is left.
    """

    def __init__(self, chemin: Path) -> None:
        self._fd = _open(chemin)
        for place in range(PLACES):
            if _lock(self._fd, place, 1):
                self._place = place
                return
        os.close(self._fd)
        raise OSError(f"{chemin}: no seat left")

    def alone(self) -> bool:
        """True when no other process is present. Callers hold an `Exclusion`, so the answer stays true."""
        autres = [(0, self._place), (self._place + 1, PLACES - self._place - 1)]
        prises = [(debut, longueur) for debut, longueur in autres if longueur]
        libres = []
        for debut, longueur in prises:
            if _lock(self._fd, debut, longueur):
                libres.append((debut, longueur))
        for debut, longueur in libres:
            _unlock(self._fd, debut, longueur)
        return len(libres) == len(prises)

    def leave(self) -> None:
        """Give the seat back."""
        os.close(self._fd)
