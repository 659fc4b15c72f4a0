"""What each process of a running installation has cost: processor time and memory (Linux only)."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

POSTGRES = "postgresql"
_PAUSE = 0.2
_MO = 1_000_000


def _champs(pid: int) -> list[str]:
    """The fields of /proc/PID/stat that follow the command's name."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()


def _enfants(pid: int) -> list[int]:
    trouves = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(_champs(int(stat.parent.name))[1]) == pid:
                trouves.append(int(stat.parent.name))
    return trouves


def _secondes(pid: int, *, enfants_morts: bool = False) -> float:
    champs = _champs(pid)
    tics = sum(int(x) for x in champs[11 : 15 if enfants_morts else 13])
    return tics / os.sysconf("SC_CLK_TCK")


def _octets(pid: int, *noms: str) -> int:
    """Bytes that /proc/PID/status says under these names, added up."""
    somme = 0
    for ligne in Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines():
        nom, _, valeur = ligne.partition(":")
        if nom in noms:
            somme += int(valeur.split()[0]) * 1024
    return somme


class Surveillance:
    """Reads processor time when asked, and keeps the greatest memory seen of each process while it watches.

    `processus`: pids by name; `postmaster`: that of PostgreSQL, whose own processes count as one for the processor
    and one by one for memory (what a backend has beside the shared buffers, which all of them count).
    """

    def __init__(self, processus: Mapping[str, int], postmaster: int) -> None:
        self._processus = dict(processus)
        self._postmaster = postmaster
        self._fini = threading.Event()
        self._fil = threading.Thread(target=self._veiller, name="surveillance", daemon=True)
        self.memoire: dict[str, float] = {}
        """Megabytes, the most of each process."""

    def __enter__(self) -> Surveillance:
        for pid in self._processus.values():
            with suppress(OSError):  # the high-water mark starts again
                Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")
        self._fil.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._fini.set()
        self._fil.join()
        self._relever()

    def temps(self) -> dict[str, float]:
        """Seconds of processor of each, since it began."""
        lus = {nom: _secondes(pid) for nom, pid in self._processus.items()}
        lus[POSTGRES] = _secondes(self._postmaster, enfants_morts=True)
        for pid in _enfants(self._postmaster):
            with suppress(OSError):
                lus[POSTGRES] += _secondes(pid)
        return lus

    def _veiller(self) -> None:
        while not self._fini.wait(_PAUSE):
            self._relever()

    def _relever(self) -> None:
        for nom, pid in self._processus.items():
            with suppress(OSError):
                self._retenir(nom, _octets(pid, "VmHWM"))
        for pid in _enfants(self._postmaster):
            with suppress(OSError):
                self._retenir(POSTGRES, _octets(pid, "RssAnon"))

    def _retenir(self, nom: str, octets: int) -> None:
        self.memoire[nom] = max(self.memoire.get(nom, 0.0), octets / _MO)
