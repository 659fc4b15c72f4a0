"""SQLAlchemy's dialect of the bacs: what one engine has learnt, the engines of the other bacs know.

Each bac has an engine of its own. Left alone, each would ask the server again what it is, and compile every statement
again: more than a tenth of the time of a bac's first requests. Source: architecture, "Storage".
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Connection, util
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

PILOTE = "postgresql+rentree"
"""The driver's name in an engine's address."""
INSTRUCTIONS_GARDEES = 2000

registry.register(PILOTE.replace("+", "."), __name__, "DialecteCommun")


class DialecteCommun(PGDialect_psycopg):
    """PostgreSQL through psycopg: two of them compile alike, and are equal."""

    supports_statement_cache = True
    _connus: ClassVar[dict[tuple[str, int, str, int], dict[str, Any]]] = {}

    def __eq__(self, autre: object) -> bool:
        return type(autre) is type(self)

    def __hash__(self) -> int:
        return 0  # they are all one

    def initialize(self, connection: Connection) -> None:
        """Learn what the server is, once per server and role."""
        info = connection.connection.driver_connection.info  # type: ignore[union-attr]
        cle = (info.host, info.port, info.user, info.server_version)
        connu = self._connus.get(cle)
        if connu is None:
            avant = dict(self.__dict__)
            super().initialize(connection)  # type: ignore[no-untyped-call]
            connu = {n: v for n, v in self.__dict__.items() if n not in avant or avant[n] is not v}
            self._connus[cle] = connu
        self.__dict__.update(connu)


def instructions_gardees() -> Any:
    """A store of compiled statements, for the engines that share it (`compiled_cache`)."""
    return util.LRUCache(INSTRUCTIONS_GARDEES)
