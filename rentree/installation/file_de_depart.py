"""Who starts when: processes forked at the same moment, then let in a few at a time, in an order.

Starting one is a second of imports. All at once, they take the cores from each other, and from who is waited for; one
after another leaves cores idle. They are forked together all the same: later, what another thread is importing or has
locked would stay so in them for ever.

Source: architecture, "How it runs".
"""

from __future__ import annotations

import contextlib
import os
import select
import threading
from collections.abc import Iterable, Sequence

PATIENCE = 5.0
"""Seconds after which who is starting is no longer waited for before letting the next one in."""


class FileDeDepart:
    """A door for each process, and a bell that each rings when it has started, or fallen."""

    def __init__(self, noms: Iterable[str]) -> None:
        self._portes = {nom: os.pipe() for nom in noms}
        self._cloche = os.pipe()
        self._fil: threading.Thread | None = None
        self._arret = threading.Event()

    # --- in the forked process -------------------------------------------------------------------------------------

    def attendre_mon_tour(self, nom: str) -> None:
        """Wait until let in."""
        os.read(self._portes[nom][0], 1)

    def sonner(self) -> None:
        """Tell that we have started, or never shall."""
        with contextlib.suppress(OSError):  # the one who listened has gone
            os.write(self._cloche[1], b".")

    # --- in the supervisor -----------------------------------------------------------------------------------------

    def mener(self, *groupes: tuple[Sequence[str], int]) -> None:
        """Let them in, in a thread: groups of (names in order, how many at once), each once the last has started."""
        self._fil = threading.Thread(target=self._mener, args=(groupes,), name="depart", daemon=True)
        self._fil.start()

    def finir(self) -> None:
        """Wait until everybody was let in."""
        if self._fil is not None:
            self._fil.join()

    def abandonner(self) -> None:
        """Let nobody else in."""
        self._arret.set()
        self.finir()
        for bout in (*self._cloche, *(b for porte in self._portes.values() for b in porte)):
            with contextlib.suppress(OSError):
                os.close(bout)
        self._portes.clear()

    def _mener(self, groupes: Iterable[tuple[Sequence[str], int]]) -> None:
        for noms, de_front in groupes:
            partis = 0
            for nom in noms:
                if partis >= de_front:
                    self._attendre_un()
                    partis -= 1
                if self._arret.is_set():
                    return
                os.write(self._portes[nom][1], b".")
                partis += 1
            for _ in range(partis):
                self._attendre_un()

    def _attendre_un(self) -> None:
        reste = PATIENCE
        while reste > 0 and not self._arret.is_set():
            if select.select([self._cloche[0]], [], [], 0.1)[0]:
                os.read(self._cloche[0], 1)
                return
            reste -= 0.1
