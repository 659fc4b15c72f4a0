"""The floor of connectors: an application with one empty route, served as services are.

`python -m rentree.bench.vide` listens on a free port of 127.0.0.1, prints it, and serves `/vide` until SIGTERM.
"""

from __future__ import annotations

import socket
import sys

CHEMIN = "/vide"


def main() -> None:
    """Serve."""
    import uvicorn
    from fastapi import FastAPI, Response

    from rentree.installation.serveur import Serveur

    application = FastAPI()

    @application.get(CHEMIN)
    def vide() -> Response:
        return Response()

    prise = socket.create_server(("127.0.0.1", 0))
    sys.stdout.write(f"{prise.getsockname()[1]}\n")
    sys.stdout.flush()
    Serveur(uvicorn.Config(application, log_config=None, access_log=False)).run(sockets=[prise])


if __name__ == "__main__":
    main()
