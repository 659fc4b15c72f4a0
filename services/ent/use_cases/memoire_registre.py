"""Pages of the register kept in memory until the directory changes.

A page is told again as it was while the mark of the directory is the same, in the same database (a bac that is made
again, or goes back, is another one), to a token of the same scopes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from threading import Lock

from msgspec import Struct

BASE = "(SELECT CAST(oid AS bigint) FROM pg_database WHERE datname = current_database())"
"""The identifier of a bac's database: never the same for two."""
OCTETS = 32 * 1024 * 1024


class Gardee(Struct, frozen=True):
    """A page as it was answered."""

    corps: bytes
    entetes: Mapping[str, str]


class Memoire:
    """What this process keeps."""

    def __init__(self) -> None:
        self._verrou = Lock()
        self._pages: OrderedDict[Hashable, Gardee] = OrderedDict()
        self._octets = 0

    def page(self, cle: Hashable) -> Gardee | None:
        """A page that was kept."""
        with self._verrou:
            gardee = self._pages.get(cle)
            if gardee is not None:
                self._pages.move_to_end(cle)
            return gardee

    def garder(self, cle: Hashable, page: Gardee) -> None:
        """Keep a page; those not asked for lately go."""
        with self._verrou:
            if cle in self._pages:
                return
            self._pages[cle] = page
            self._octets += len(page.corps)
            while self._octets > OCTETS:
                _, ancienne = self._pages.popitem(last=False)
                self._octets -= len(ancienne.corps)


MEMOIRE = Memoire()
"""Of this process."""
