"""Pages of the register kept in memory until the directory changes, and what was exchanged then, written by and by.

A page is told again as it was while the mark of the directory is the same, in the same database (a bac that is made
again, or goes back, is another one), to a token of the same scopes. Exchanges told from memory are seen at once on the
connector's page; what a process that dies had not written is lost: they are there to be looked at.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from services.ent.models import EchangeConnecteur

BASE = "(SELECT CAST(oid AS bigint) FROM pg_database WHERE datname = current_database())"
"""The identifier of a bac's database: never the same for two."""
OCTETS = 32 * 1024 * 1024
AU_PLUS, PAR_ECRITURE = 200, 1000
"""Exchanges of a connector that are kept, as many as are kept once written; after how many they are written."""


@dataclass(frozen=True, slots=True)
class Gardee:
    """A page as it was answered."""

    corps: bytes
    entetes: Mapping[str, str]


class Memoire:
    """What this process keeps. `base`: the identifier of a bac's database."""

    def __init__(self) -> None:
        self._verrou = Lock()
        self._pages: OrderedDict[Hashable, Gardee] = OrderedDict()
        self._octets = 0
        self._echanges: dict[int, dict[str, deque[dict[str, Any]]]] = {}
        self._depuis: dict[int, int] = {}

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

    def noter(self, base: int, valeurs: dict[str, Any]) -> bool:
        """Keep an exchange (the columns of `EchangeConnecteur`); whether it is time to write them."""
        with self._verrou:
            files = self._echanges.setdefault(base, {})
            files.setdefault(valeurs["connecteur"], deque(maxlen=AU_PLUS)).append(valeurs)
            self._depuis[base] = self._depuis.get(base, 0) + 1
            return self._depuis[base] >= PAR_ECRITURE

    def a_ecrire(self, base: int) -> list[dict[str, Any]]:
        """The exchanges of a bac, which are kept no more."""
        with self._verrou:
            self._depuis.pop(base, None)
            return [x for _, file in sorted(self._echanges.pop(base, {}).items()) for x in file]

    def echanges(self, base: int, connecteur: str, jusque: datetime) -> list[EchangeConnecteur]:
        """Those of a connector not written yet, latest first."""
        with self._verrou:
            lues = list(self._echanges.get(base, {}).get(connecteur, ()))
        return [EchangeConnecteur(**x) for x in reversed(lues) if x["instant"] <= jusque]


MEMOIRE = Memoire()
"""Of this process."""
