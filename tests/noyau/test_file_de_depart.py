"""Who starts when: in order, a few at a time; nobody after the end."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from queue import Queue

from rentree.installation.file_de_depart import FileDeDepart

NOMS = ("a", "b", "c", "d")


class Coureurs:
    """Threads that stand for processes: each tells that it was let in, and rings when it is told to."""

    def __init__(self, depart: FileDeDepart, noms: Sequence[str]) -> None:
        self.partis: Queue[str] = Queue()
        self._prets = {nom: threading.Event() for nom in noms}
        self._depart = depart
        for nom in noms:
            threading.Thread(target=self._courir, args=(nom,), daemon=True).start()

    def _courir(self, nom: str) -> None:
        self._depart.attendre_mon_tour(nom)
        self.partis.put(nom)
        self._prets[nom].wait()
        self._depart.sonner()

    def demarre(self, nom: str) -> None:
        """It has started."""
        self._prets[nom].set()


def test_a_few_at_a_time_in_order() -> None:
    """As many start at once as was said, in their order; a group waits until all of the one before have started."""
    depart = FileDeDepart(NOMS)
    coureurs = Coureurs(depart, NOMS)
    depart.mener((("a", "b", "c"), 2), (("d",), 1))
    assert {coureurs.partis.get(timeout=5), coureurs.partis.get(timeout=5)} == {"a", "b"}
    assert coureurs.partis.empty()
    coureurs.demarre("b")
    assert coureurs.partis.get(timeout=5) == "c"
    coureurs.demarre("c")
    assert coureurs.partis.empty(), "d waits for a"
    coureurs.demarre("a")
    assert coureurs.partis.get(timeout=5) == "d"
    coureurs.demarre("d")
    depart.finir()
    depart.abandonner()


def test_nobody_after_the_end() -> None:
    """Who gives up lets nobody else in, and does not wait for who was starting."""
    depart = FileDeDepart(NOMS)
    coureurs = Coureurs(depart, NOMS[:1])
    depart.mener((NOMS, 1))
    assert coureurs.partis.get(timeout=5) == "a"
    depart.abandonner()
    assert coureurs.partis.empty()
