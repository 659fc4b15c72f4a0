"""The HTTP server of a service: uvicorn's, which ends when it is told to, not at its next look."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from types import FrameType

import uvicorn

from rentree.installation.protocole import Protocole

BATTEMENT = 1.0
"""Seconds between two looks at the time (for the Date header)."""


class Serveur(uvicorn.Server):
    """uvicorn looks ten times a second whether it must end, then waits a tenth of a second whatever is under way."""

    def __init__(self, config: uvicorn.Config) -> None:
        config.http = Protocole
        super().__init__(config)
        self._boucle: asyncio.AbstractEventLoop | None = None
        self._fin = asyncio.Event()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal says to end."""
        super().handle_exit(sig, frame)
        self.arreter()

    def arreter(self) -> None:
        """Ask for the end, from any thread."""
        self.should_exit = True
        if self._boucle is not None:
            self._boucle.call_soon_threadsafe(self._fin.set)

    async def main_loop(self) -> None:
        """Keep the time until the end is asked for."""
        self._boucle = asyncio.get_running_loop()
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._fin.wait(), BATTEMENT)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close what is idle; wait, as uvicorn does, only for what is under way."""
        for serveur in self.servers:
            serveur.close()
        for connexion in list(self.server_state.connections):
            connexion.shutdown()
        await asyncio.sleep(0.002)  # closed connections leave
        if self.server_state.connections or self.server_state.tasks:
            await super().shutdown(sockets)
            return
        for prise in sockets or []:
            prise.close()
        await self.lifespan.shutdown()
