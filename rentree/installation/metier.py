"""What each process of an installation does, once it has imported what it needs."""

from __future__ import annotations

import gc
import signal
import socket
from collections.abc import Callable

from rentree.installation.reglages import Implantation

OUVRIER = "ouvrier"
GARDE = 30
"""Seconds that a connection without request stays open."""


def servir(nom: str, implantation: Implantation, prise: socket.socket, pret: Callable[[], None] = lambda: None) -> None:
    """Serve one service on a listening socket, until SIGTERM; `pret` is called when nothing is left but to serve."""
    import uvicorn

    from rentree.installation.registre import construire
    from rentree.installation.serveur import Serveur
    from shared.http.journaux import regler

    regler(nom)
    application = construire(nom, implantation.reglages(nom))
    # Connections stay open longer than clients keep theirs (httpx: 5 s): closed at the same moment, a request is lost.
    config = uvicorn.Config(
        application, log_config=None, access_log=False, timeout_graceful_shutdown=1, timeout_keep_alive=GARDE
    )
    gc.freeze()  # what was imported is no garbage
    pret()
    Serveur(config).run(sockets=[prise])


def servir_ouvrier(implantation: Implantation, pret: Callable[[], None] = lambda: None) -> None:
    """Be a worker, until SIGTERM; `pret` is called when nothing is left but to work."""
    from rentree.installation.ouvrier import Ouvrier
    from rentree.installation.registre import declarations
    from shared.http.journaux import regler

    regler(OUVRIER)
    ouvrier = Ouvrier(implantation, declarations())
    signal.signal(signal.SIGTERM, lambda *_: ouvrier.arreter())
    gc.freeze()
    pret()
    ouvrier.tourner()
