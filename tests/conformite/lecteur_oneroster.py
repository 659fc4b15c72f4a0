"""A reader of OneRoster of a few lines, right, or wrong in one of the ways that readers are: a target."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx


class LecteurOneRoster:
    """Serves POST /synchronisation and GET /comptes on a free port.

    Arguments: `defaut`: « une_page » (reads the first page only), « efface_d_abord » (forgets all before it reads),
    « garde_tout » (never closes an account).
    """

    def __init__(self, defaut: str = "") -> None:
        self.defaut = defaut
        self.tenus: set[str] = set()
        lecteur = self

        class Poignee(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._rendre(200, [{"sourcedId": x} for x in sorted(lecteur.tenus)])

            def do_POST(self) -> None:
                corps = json.loads(self.rfile.read(int(self.headers["content-length"])))
                if lecteur.defaut == "efface_d_abord":
                    lecteur.tenus = set()
                try:
                    lus = lecteur.lire(corps)
                except (httpx.HTTPError, ValueError, KeyError) as erreur:
                    self._rendre(502, {"erreur": type(erreur).__name__})
                    return
                lecteur.tenus = lecteur.tenus | lus if lecteur.defaut == "garde_tout" else lus
                self._rendre(200, {"lus": len(lus)})

            def _rendre(self, statut: int, dit: Any) -> None:
                corps = json.dumps(dit).encode()
                self.send_response(statut)
                self.send_header("Content-Length", str(len(corps)))
                self.end_headers()
                self.wfile.write(corps)

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing."""

        self._serveur = ThreadingHTTPServer(("127.0.0.1", 0), Poignee)
        self.adresse = f"http://127.0.0.1:{self._serveur.server_port}"
        threading.Thread(target=self._serveur.serve_forever, daemon=True).start()

    def lire(self, ou: dict[str, Any]) -> set[str]:
        """The active users of every page."""
        with httpx.Client(trust_env=False, timeout=10) as client:
            demande = {"grant_type": "client_credentials", "scope": ou["portee"]}
            jeton = client.post(ou["jetons"], data=demande, auth=(ou["client_id"], ou["secret"]))
            jeton.raise_for_status()
            entetes = {"Authorization": f"Bearer {jeton.json()['access_token']}"}
            lus: set[str] = set()
            debut = 0
            while True:
                bornes = {"limit": ou["par_page"], "offset": debut}
                page = client.get(f"{ou['racine']}/users", params=bornes, headers=entetes)
                page.raise_for_status()
                gens = page.json()["users"]
                lus |= {g["sourcedId"] for g in gens if g["status"] == "active"}
                debut += ou["par_page"]
                if self.defaut == "une_page" or debut >= int(page.headers["X-Total-Count"]):
                    return lus

    def __enter__(self) -> LecteurOneRoster:
        return self

    def __exit__(self, *exc: object) -> None:
        self._serveur.shutdown()
        self._serveur.server_close()
