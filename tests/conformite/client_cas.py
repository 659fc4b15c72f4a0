"""A CAS client of a few lines, right, or wrong in one of the ways that softwares are: a target for the catalogue."""

from __future__ import annotations

import re
import threading
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx
from lxml import etree

CAS = "{http://www.yale.edu/tp/cas}"


class ClientCas:
    """Serves /prive and /retour on a free port.

    Arguments: `racine`, of the CAS server; `defaut`, what it does wrong: « lit_le_refus » (takes any cas:user of the
    text), « garde_le_dernier » (lets the last user in when a ticket is no longer good), « ignore_service » (validates
    for whatever service the request says), « ne_valide_pas_deux_fois » (knows a ticket that it has seen),
    « ouvert » (the page is not protected), « sourd » (no single logout), « se_ferme » (any logout request closes all).
    """

    def __init__(self, racine: str, defaut: str = "") -> None:
        self.racine, self.defaut = racine, defaut
        self.sessions: dict[str, tuple[str, str]] = {}
        self.dernier = ""
        self.vus: dict[str, str] = {}
        self._serveur = ThreadingHTTPServer(("127.0.0.1", 0), self._poignee())
        self.adresse = f"http://127.0.0.1:{self._serveur.server_port}"
        threading.Thread(target=self._serveur.serve_forever, daemon=True).start()

    def fermer(self) -> None:
        """Stop."""
        self._serveur.shutdown()
        self._serveur.server_close()

    def __enter__(self) -> ClientCas:
        return self

    def __exit__(self, *exc: object) -> None:
        self.fermer()

    def qui(self, ticket: str, service: str) -> str:
        """Whose a ticket is, "" for nobody."""
        if self.defaut == "ne_valide_pas_deux_fois" and ticket in self.vus:
            return self.vus[ticket]
        r = httpx.get(
            f"{self.racine}serviceValidate", params={"ticket": ticket, "service": service}, trust_env=False, timeout=5
        )
        if self.defaut == "lit_le_refus":
            lu = re.search(r"cas:user(?:>|&gt;)([a-z.-]+)", r.text)
            return lu.group(1) if lu else ""
        try:
            lu = etree.fromstring(r.content)
        except etree.XMLSyntaxError:
            return ""
        user = lu.findtext(f"{CAS}authenticationSuccess/{CAS}user") or ""
        if not user and self.defaut == "garde_le_dernier" and lu.find(f"{CAS}authenticationFailure") is not None:
            return self.dernier
        self.dernier = user or self.dernier
        self.vus[ticket] = user
        return user

    def _poignee(self) -> type[BaseHTTPRequestHandler]:
        client = self

        class Poignee(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                lue = urlsplit(self.path)
                if lue.path == "/retour":
                    ticket = parse_qs(lue.query).get("ticket", [""])[0]
                    login = client.qui(ticket, self._service(lue.query))
                    if not login:
                        self._rendre(403, b"refus")
                        return
                    cle = f"s{len(client.sessions)}"
                    client.sessions[cle] = (login, ticket)
                    self._rendre(302, b"", {"Location": "/prive", "Set-Cookie": f"s={cle}; Path=/"})
                    return
                cookie = SimpleCookie(self.headers.get("cookie", ""))
                session = client.sessions.get(cookie["s"].value) if "s" in cookie else None
                if session is None and client.defaut != "ouvert":
                    vers = f"{client.racine}login?service={quote(client.adresse + '/retour', safe='')}"
                    self._rendre(302, b"", {"Location": vers})
                    return
                self._rendre(200, f"Bonjour {session[0] if session else ''}".encode())

            def _service(self, requete: str) -> str:
                souffle = parse_qs(requete).get("service")
                if client.defaut == "ignore_service" and souffle:
                    return souffle[0]
                return client.adresse + "/retour"

            def do_POST(self) -> None:
                corps = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
                champ = parse_qs(corps).get("logoutRequest", [""])[0]
                lu = re.search(r"SessionIndex>([^<]*)<", champ)
                if client.defaut == "se_ferme":
                    client.sessions.clear()
                elif lu and client.defaut != "sourd":
                    client.sessions = {k: v for k, v in client.sessions.items() if v[1] != lu.group(1)}
                self._rendre(200, b"")

            def _rendre(self, statut: int, corps: bytes, entetes: dict[str, str] | None = None) -> None:
                self.send_response(statut)
                for nom, valeur in {**(entetes or {}), "Content-Length": str(len(corps))}.items():
                    self.send_header(nom, valeur)
                self.end_headers()
                self.wfile.write(corps)

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing."""

        return Poignee
