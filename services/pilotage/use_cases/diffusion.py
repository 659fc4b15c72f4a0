"""What happens now, told to whoever listens (the live map): a small broadcast inside this process."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any


class Diffusion:
    """Listeners by bac. Publishing never waits: a listener that does not keep up loses the oldest events."""

    def __init__(self) -> None:
        self._verrou = threading.Lock()
        self._abonnes: dict[str, list[tuple[asyncio.AbstractEventLoop, asyncio.Queue[str | None]]]] = {}

    def publier(self, bac: str, genre: str, **donnees: Any) -> None:
        """Tell an event (JSON values), from any thread."""
        texte = json.dumps({"genre": genre, **donnees}, ensure_ascii=False, default=str)
        with self._verrou:
            abonnes = list(self._abonnes.get(bac, ()))
        for boucle, file in abonnes:
            try:
                boucle.call_soon_threadsafe(self._poser, file, texte)
            except RuntimeError:  # its loop has stopped
                continue

    @staticmethod
    def _poser(file: asyncio.Queue[str | None], texte: str) -> None:
        if file.full():
            file.get_nowait()
        file.put_nowait(texte)

    def abonner(self, bac: str) -> asyncio.Queue[str | None]:
        """A queue of events (to be called in the listener's event loop)."""
        file: asyncio.Queue[str | None] = asyncio.Queue(maxsize=200)
        with self._verrou:
            self._abonnes.setdefault(bac, []).append((asyncio.get_running_loop(), file))
        return file

    def desabonner(self, bac: str, file: asyncio.Queue[str | None]) -> None:
        """Stop listening."""
        with self._verrou:
            self._abonnes[bac] = [(b, f) for b, f in self._abonnes.get(bac, []) if f is not file]

    def fermer(self) -> None:
        """Send the listeners home (the server stops)."""
        with self._verrou:
            abonnes = [paire for liste in self._abonnes.values() for paire in liste]
            self._abonnes.clear()
        for boucle, file in abonnes:
            try:
                boucle.call_soon_threadsafe(file.put_nowait, None)
            except RuntimeError:
                continue
