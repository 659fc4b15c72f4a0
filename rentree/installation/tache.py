"""Something done beside us while we import: by a forked process, so that both cores work.

Source: architecture, "How it runs": on Linux the stack is imported once and forked; elsewhere a thread does it.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable
from typing import Generic, TypeVar, cast

from rentree.installation.fourche import fourcher

T = TypeVar("T")


class Tache(Generic[T]):
    """A function under way, in a forked process or a thread; its result, or what it raised, when asked for.

    Arguments: `fonction`, whose result can be pickled when `fourche`; `fourche`, fork (Linux) or thread.
    """

    def __init__(self, fonction: Callable[[], T], *, fourche: bool = sys.platform == "linux") -> None:
        self._fonction = fonction
        self._issue: tuple[T | None, BaseException | None] | None = None
        self._pid = 0
        self._lecture = -1
        self._fait: threading.Event | None = None
        if fourche:
            self._fourcher()
        else:
            self._fait = threading.Event()
            threading.Thread(target=self._faire_et_rester, daemon=True).start()

    def resultat(self) -> T:
        """Wait, and give the result, or raise what the function raised."""
        if self._fait is not None:
            self._fait.wait()
        elif self._issue is None:
            with os.fdopen(self._lecture, "rb") as tube:
                recu = tube.read()
            os.waitpid(self._pid, 0)
            self._issue = pickle.loads(recu) if recu else (None, RuntimeError("the task brought nothing back"))  # noqa: S301
        assert self._issue is not None
        resultat, erreur = self._issue
        if erreur is not None:
            raise erreur
        return cast(T, resultat)

    @property
    def finie(self) -> bool:
        """Whether a thread is done; a process is only known to be by its result."""
        return self._issue is not None

    def abandonner(self) -> None:
        """Nobody wants the result any more: end the process. Does nothing when it was given, or for a thread."""
        if self._issue is None and self._pid:
            os.close(self._lecture)
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            self._issue = (None, RuntimeError("the task was given up"))

    def _faire(self) -> None:
        try:
            self._issue = (self._fonction(), None)
        except BaseException as erreur:
            self._issue = (None, erreur)

    def _faire_et_rester(self) -> None:
        """In a thread, which does not end before the process: as one that has spoken to PostgreSQL ends, it takes
        OpenSSL's locks, and whoever is forked at that moment would find them held for ever.
        """
        self._faire()
        assert self._fait is not None
        self._fait.set()
        threading.Event().wait()

    def _fourcher(self) -> None:
        self._lecture, ecriture = os.pipe()
        self._pid = fourcher()
        if self._pid:
            os.close(ecriture)
            return
        try:
            os.close(self._lecture)
            self._faire()
            with os.fdopen(ecriture, "wb") as tube:
                tube.write(pickle.dumps(self._issue, pickle.HIGHEST_PROTOCOL))
        finally:
            os._exit(0)
