"""A connector's own server, for tests: it answers 200 and remembers what it was sent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Ecoute:
    """What was received: (method, path with its query, content type, body)."""

    def __init__(self) -> None:
        self.recus: list[tuple[str, str, str, bytes]] = []
        self.adresse = ""
        self.statut = 200


@contextmanager
def ecouter() -> Iterator[Ecoute]:
    """Listen on a free port of 127.0.0.1."""
    ecoute = Ecoute()

    class Reponse(BaseHTTPRequestHandler):
        def repondre(self) -> None:
            corps = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            ecoute.recus.append((self.command, self.path, self.headers.get("Content-Type", ""), corps))
            self.send_response(ecoute.statut)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = repondre

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    serveur = ThreadingHTTPServer(("127.0.0.1", 0), Reponse)
    ecoute.adresse = f"http://127.0.0.1:{serveur.server_address[1]}"
    fil = threading.Thread(target=serveur.serve_forever, daemon=True)
    fil.start()
    try:
        yield ecoute
    finally:
        serveur.shutdown()
        fil.join(5)
        serveur.server_close()
