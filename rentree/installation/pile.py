"""What every process of an installation imports, once, before it is forked.

Source: architecture, "How it runs".
"""

from __future__ import annotations

import contextlib
import gc
import importlib
from collections.abc import Iterator

from shared.persistence.acces import SERVICES

BASE = ("sqlalchemy.dialects.postgresql.psycopg", "shared.persistence.bacs", "rentree.installation.base")
"""What makes the databases ready."""
PARESSEUX = (
    "anyio._backends._asyncio",
    "encodings.cp437",
    "encodings.idna",
    "encodings.iso8859_15",
    "fastapi.telemetry._runtime",
    "procrastinate.builtin_tasks",
    "procrastinate.worker",
    "pydantic.v1",
    "shared.contracts.echanges",
    "shared.http.journaux",
    "shared.nomenclatures",
    "shared.persistence.masse",
    "shared.security.archives",
    "shared.security.xml",
    "uvicorn.lifespan.on",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
)
"""What each process would import by itself, at its first request or its first night."""


@contextlib.contextmanager
def _sans_ramassage() -> Iterator[None]:
    gc.disable()  # a tenth of the time would go looking for garbage where there is none
    try:
        yield
    finally:
        gc.enable()


def importer_base() -> None:
    """Import what prepares the database."""
    with _sans_ramassage():
        for module in BASE:
            importlib.import_module(module)


def importer_commun() -> None:
    """Import what every process of the installation uses, the one that makes the tables too."""
    with _sans_ramassage():
        for module in PARESSEUX:
            importlib.import_module(module)

        import rentree.installation.ouvrier
        import rentree.installation.serveur  # noqa: F401
        import shared.http.application  # noqa: F401
        from shared.http.clients import nouveau_transport

        nouveau_transport().close()


def importer_service(nom: str) -> None:
    """Import one service whole; what it would do lazily is done here too."""
    with _sans_ramassage():
        from sqlalchemy.orm import configure_mappers

        from rentree.installation.registre import declaration

        declaration(nom)
        for piece in ("api", "screens"):
            importlib.import_module(f"services.{nom}.{piece}")
        configure_mappers()


def importer_tout() -> None:
    """Import the whole stack: what a worker needs, and one process that does everything."""
    importer_commun()
    for nom in SERVICES:
        importer_service(nom)
