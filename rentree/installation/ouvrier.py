"""The worker: does the parts of the nights, as many machines as wanted.

Source: architecture, "Nights": Procrastinate only wakes workers. A killed worker's job is not taken up by itself:
every worker runs a reaper (heartbeat 1 s, stalled 5 s, polling 0.5 s).
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Mapping
from datetime import datetime

import procrastinate
import structlog

from rentree.installation.reglages import Implantation
from shared.batches.execution import executer_part
from shared.batches.file import FILE_NUITS, application_file
from shared.batches.lots import Lot
from shared.http.noyau import Noyau
from shared.http.service import ServiceDef
from shared.persistence.acces import ROLE_GESTION

BATTEMENT = 1.0
CALE_APRES = 5.0
CONCURRENCE = 1
ESSAIS_VOISIN = 12
"""Tries (15 s) after which a neighbour's failure is taken for its answer."""

journal = structlog.get_logger("ouvrier")


class Ouvrier:
    """Runs until `arreter()`; a database that goes away is waited for."""

    def __init__(self, implantation: Implantation, services: Mapping[str, ServiceDef]) -> None:
        self._noyaux = {nom: Noyau(s, implantation.reglages(nom)) for nom, s in services.items() if s.lots}
        self._acces = implantation.acces(ROLE_GESTION)
        self._arret = threading.Event()
        self._boucle: asyncio.AbstractEventLoop | None = None
        self._tache: asyncio.Task[None] | None = None

    def tourner(self) -> None:
        """Work until told to stop (in this thread)."""
        try:
            asyncio.run(self._tourner())
        finally:
            for noyau in self._noyaux.values():
                noyau.fermer()

    def arreter(self) -> None:
        """Ask for the end, from any thread."""
        self._arret.set()
        if self._boucle is not None and self._tache is not None:
            self._boucle.call_soon_threadsafe(self._tache.cancel)

    def executer(self, bac: str, generation: int, service: str, lot: str, instant: str, cles: list[str]) -> None:
        """The task: a few parts of a batch, one after another."""
        noyau = self._noyaux[service]
        fait = next(x for x in noyau.service.lots if x.nom == lot)
        for cle in cles:
            self._executer_part(noyau, fait, bac, generation, datetime.fromisoformat(instant), cle)

    def _executer_part(self, noyau: Noyau, lot: Lot, bac: str, generation: int, instant: datetime, cle: str) -> None:
        """One part. What lets go (the database, a neighbour) is tried again here, for a while.

        When it lasts, the job ends; the part stays open, and pilotage puts it in the queue again.
        """
        for essai in range(40):
            try:
                insister = essai < ESSAIS_VOISIN
                executer_part(noyau.fabrique, lot, bac, generation, instant, cle, insister=insister)
                return
            except Exception as erreur:
                journal.warning("part à refaire", lot=lot.nom, cle=cle, cause=type(erreur).__name__)
                if self._arret.wait(min(2.0, 0.1 * 2**essai)):
                    raise
        raise RuntimeError(f"part {lot.nom}/{cle} impossible")

    async def _tourner(self) -> None:
        self._boucle = asyncio.get_running_loop()
        while not self._arret.is_set():
            app = application_file(self._acces, self.executer)
            debut = time.monotonic()
            try:
                async with app.open_async():
                    self._tache = asyncio.ensure_future(self._travailler(app))
                    await self._tache
            except asyncio.CancelledError:
                if self._arret.is_set():
                    return
            except Exception as erreur:
                journal.warning("file injoignable", cause=type(erreur).__name__)
            if not self._arret.is_set() and time.monotonic() - debut < 1:
                await asyncio.sleep(0.3)

    async def _travailler(self, app: procrastinate.App) -> None:
        faucheur = asyncio.ensure_future(self._faucher(app))
        try:
            await app.run_worker_async(
                queues=[FILE_NUITS],
                concurrency=CONCURRENCE,
                fetch_job_polling_interval=0.5,
                update_heartbeat_interval=BATTEMENT,
                stalled_worker_timeout=CALE_APRES,
                shutdown_graceful_timeout=1.5,
                delete_jobs="always",
                install_signal_handlers=False,
            )
        finally:
            faucheur.cancel()

    @staticmethod
    async def _faucher(app: procrastinate.App) -> None:
        while True:
            await asyncio.sleep(BATTEMENT)
            try:
                cales = await app.job_manager.get_stalled_jobs(queue=FILE_NUITS, seconds_since_heartbeat=CALE_APRES)
                for travail in cales:
                    journal.warning("travail repris", travail=travail.id)
                    await app.job_manager.retry_job(travail)
            except procrastinate.exceptions.ProcrastinateException as erreur:  # the database is away: the next beat
                journal.info("fauchage remis", cause=type(erreur).__name__)
