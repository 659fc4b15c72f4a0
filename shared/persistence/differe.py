"""What a service writes a little later, by batches: rows that nobody decides upon, told thousands of times a minute.

They are read from memory until they are written; they are written when the bac is let go of (it will be copied) and
when the process ends. Only a process that is killed loses its last second of them.
Source: docs/decisions/0013.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import structlog

from shared.contracts.refus import Refus
from shared.persistence.bases import BaseInjoignable

if TYPE_CHECKING:
    from shared.persistence.unite import Fabrique, Unite

Ligne = Mapping[str, Any]
Ecrire = Callable[["Unite", int, Sequence[Ligne]], None]
"""Writes rows in the bac whose database has that identifier, and in no other."""

DELAI = 1.0
"""Seconds that a row waits for others at most."""
GARDEES = 200
"""Rows of one owner that are kept in memory, the latest: as many as are kept once written."""

journal = structlog.get_logger("differe")


class Differe:
    """The rows that one process of one service has still to write.

    Arguments: `fabrique`, to write; `ecrire`, how.
    """

    def __init__(self, fabrique: Fabrique, ecrire: Ecrire) -> None:
        self._fabrique = fabrique
        self._ecrire = ecrire
        self._verrou = threading.Lock()
        self._un_seul = threading.Lock()  # writes at a time
        self._files: dict[tuple[str, int], dict[str, dict[int, Ligne]]] = {}
        self._fil: threading.Thread | None = None
        self._arrive, self._fini = threading.Event(), threading.Event()

    def ajouter(self, bac: str, base: int, proprietaire: str, numero: int, ligne: Ligne) -> None:
        """Keep a row, to be written soon.

        Arguments: `base`, the identifier of the bac's database (a bac that is made again has another); `proprietaire`,
        whose row it is; `numero`, its key, drawn in that database.
        """
        with self._verrou:
            file = self._files.setdefault((bac, base), {}).setdefault(proprietaire, {})
            file[numero] = ligne
            if len(file) > GARDEES:
                del file[next(iter(file))]
            if self._fil is None:
                self._fil = threading.Thread(target=self._tourner, name="ecritures-differees", daemon=True)
                self._fil.start()
        if not self._arrive.is_set():
            self._arrive.set()

    def lignes(self, bac: str, base: int, proprietaire: str) -> dict[int, Ligne]:
        """The rows of an owner that are not written yet, by number."""
        with self._verrou:
            return dict(self._files.get((bac, base), {}).get(proprietaire, {}))

    def vider(self, bac: str | None = None) -> None:
        """Write what waits, of that bac or of all. What the database cannot take now waits on."""
        with self._un_seul:
            with self._verrou:
                lots = {
                    cle: {numero: ligne for file in files.values() for numero, ligne in file.items()}
                    for cle, files in self._files.items()
                    if bac in (None, cle[0])
                }
            for (nom, base), lot in lots.items():
                if self._ecrit(nom, base, lot):
                    self._oublier((nom, base), lot)

    def fermer(self) -> None:
        """Write what waits, and stop."""
        self._fini.set()
        self._arrive.set()
        if self._fil is not None:
            self._fil.join()
        self.vider()
        for (bac, _), files in self._files.items():
            journal.warning("lignes_perdues", bac=bac, nb=sum(map(len, files.values())), code=BaseInjoignable.code)

    def _ecrit(self, bac: str, base: int, lot: Mapping[int, Ligne]) -> bool:
        """Write a batch; whether it is over with it."""
        try:
            with self._fabrique.ouvrir(bac, ecriture=True, nuit=True) as u:  # whatever the clock does
                self._ecrire(u, base, [lot[numero] for numero in sorted(lot)])
        except BaseInjoignable:
            return False
        except Refus as refus:  # the bac is no more, a value that no row can hold
            journal.warning("lignes_perdues", bac=bac, nb=len(lot), code=refus.code)
        return True

    def _oublier(self, cle: tuple[str, int], lot: Mapping[int, Ligne]) -> None:
        with self._verrou:
            files = self._files.get(cle, {})
            for proprietaire, file in list(files.items()):
                for numero in [n for n in file if n in lot]:
                    del file[numero]
                if not file:
                    del files[proprietaire]
            if not files:
                self._files.pop(cle, None)

    def _tourner(self) -> None:
        while not self._fini.is_set():
            self._arrive.wait()
            if self._fini.wait(DELAI):
                return
            self._arrive.clear()
            self.vider()
            with self._verrou:
                if self._files:  # refused for now
                    self._arrive.set()
