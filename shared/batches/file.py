"""The queue that wakes workers: Procrastinate, in the control database.

A task carries the bac and its generation, so a job of an abandoned future does nothing; the truth of a night
is the part rows of the bac, never the queue. Source: architecture, "Nights".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import procrastinate
from procrastinate.types import JSONValue

from shared.persistence.acces import BASE_CONTROLE, AccesBase

NOM_TACHE = "executer_part"
FILE_NUITS = "nuits"


def application_file(acces: AccesBase, executer: Callable[..., None] | None = None) -> procrastinate.App:
    """The Procrastinate application. `executer` is given by workers; those who only defer leave it out."""
    connecteur: procrastinate.BaseConnector
    if executer is None:
        connecteur = procrastinate.SyncPsycopgConnector(conninfo=acces.conninfo(BASE_CONTROLE), min_size=1, max_size=2)
    else:
        connecteur = procrastinate.PsycopgConnector(conninfo=acces.conninfo(BASE_CONTROLE), min_size=1, max_size=4)
    app = procrastinate.App(connector=connecteur)
    if executer is not None:
        app.task(name=NOM_TACHE, queue=FILE_NUITS)(executer)
    return app


class FileNuits:
    """What `pilotage` uses to wake workers."""

    def __init__(self, acces: AccesBase) -> None:
        self._app = application_file(acces)
        self._ouverte = False

    def reveiller(
        self, bac: str, generation: int, service: str, lot: str, instant: datetime, cles: Sequence[str], paquet: int = 1
    ) -> None:
        """Defer one task per part, or per `paquet` parts."""
        if not self._ouverte:
            self._app.open()
            self._ouverte = True
        taches: list[dict[str, JSONValue]] = [
            {
                "bac": bac,
                "generation": generation,
                "service": service,
                "lot": lot,
                "instant": instant.isoformat(),
                "cles": list(cles[debut : debut + paquet]),
            }
            for debut in range(0, len(cles), paquet)
        ]
        if taches:
            self._app.configure_task(NOM_TACHE, queue=FILE_NUITS, allow_unknown=True).batch_defer(*taches)

    def fermer(self) -> None:
        """Close the connections."""
        if self._ouverte:
            self._app.close()
            self._ouverte = False
