"""A SAML 2 service provider made with pysaml2 and xmlsec1, right, or wrong in one way: a target for the catalogue."""

from __future__ import annotations

import base64
import threading
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import httpx
from lxml import etree
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT

if TYPE_CHECKING:
    from saml2.client import Saml2Client

NOM = ".//{urn:oasis:names:tc:SAML:2.0:assertion}NameID"


class ClientSaml:
    """Serves /prive and /acs on a free port.

    Arguments: `xmlsec`, the command; `defaut`: « croit_le_xml » (reads the name without verifying anything).
    """

    def __init__(self, xmlsec: str, defaut: str = "") -> None:
        self.xmlsec, self.defaut = xmlsec, defaut
        self.sessions: dict[str, dict[str, Any]] = {}
        self._serveur = ThreadingHTTPServer(("127.0.0.1", 0), self._poignee())
        self.adresse = f"http://127.0.0.1:{self._serveur.server_port}"
        self.entite, self.acs = f"{self.adresse}/saml", f"{self.adresse}/acs"
        self.logiciel: Saml2Client
        threading.Thread(target=self._serveur.serve_forever, daemon=True).start()

    def __enter__(self) -> ClientSaml:
        return self

    def __exit__(self, *exc: object) -> None:
        self._serveur.shutdown()
        self._serveur.server_close()

    def regler(self, racine_ent: str) -> None:
        """Read the metadata of the ENT."""
        from saml2.client import Saml2Client  # its schemas take two seconds: only whoever uses it pays them
        from saml2.config import SPConfig

        metadonnees = httpx.get(f"{racine_ent}/saml/metadonnees", trust_env=False).text
        sp = {
            "endpoints": {"assertion_consumer_service": [(self.acs, BINDING_HTTP_POST)]},
            "want_assertions_signed": True,
            "want_response_signed": False,
            "authn_requests_signed": False,
        }
        configuration = {
            "entityid": self.entite,
            "service": {"sp": sp},
            "metadata": {"inline": [metadonnees]},
            "xmlsec_binary": self.xmlsec,
            "allow_unknown_attributes": True,
        }
        self.logiciel = Saml2Client(SPConfig().load(configuration))

    def qui(self, reponse: str, session: dict[str, Any]) -> str:
        """The NameID of a response, "" when it is not worth anything."""
        if self.defaut == "croit_le_xml":
            try:
                return str(etree.fromstring(base64.b64decode(reponse)).findtext(NOM) or "")
            except etree.XMLSyntaxError:
                return ""
        attendues = {session["demande"]: "/"} if "demande" in session else {}
        try:
            lue = self.logiciel.parse_authn_request_response(reponse, BINDING_HTTP_POST, attendues)
            return str(lue.get_subject().text) if lue is not None else ""
        except Exception:  # whatever pysaml2 says, nobody gets in
            return ""

    def _poignee(self) -> type[BaseHTTPRequestHandler]:
        client = self

        class Poignee(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                session = self._session()
                if "login" in session:
                    self._rendre(200, f"Bonjour {session['login']}".encode())
                    return
                demande, envoi = client.logiciel.prepare_for_authenticate(binding=BINDING_HTTP_REDIRECT)
                self._ouvrir({"demande": demande}, dict(envoi["headers"])["Location"])

            def do_POST(self) -> None:
                corps = self.rfile.read(int(self.headers["content-length"])).decode()
                login = client.qui(parse_qs(corps)["SAMLResponse"][0], self._session())
                if login:
                    self._ouvrir({"login": login}, "/prive")
                else:
                    self._rendre(403, b"refus")

            def _session(self) -> dict[str, Any]:
                cookie = SimpleCookie(self.headers.get("cookie", ""))
                return client.sessions.get(cookie["s"].value, {}) if "s" in cookie else {}

            def _ouvrir(self, session: dict[str, Any], vers: str) -> None:
                cle = f"s{len(client.sessions)}"
                client.sessions[cle] = session
                self._rendre(302, b"", {"Location": vers, "Set-Cookie": f"s={cle}; Path=/"})

            def _rendre(self, statut: int, corps: bytes, entetes: dict[str, str] | None = None) -> None:
                self.send_response(statut)
                for nom, valeur in {**(entetes or {}), "Content-Length": str(len(corps))}.items():
                    self.send_header(nom, valeur)
                self.end_headers()
                self.wfile.write(corps)

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing."""

        return Poignee
