"""An OpenID Connect client made with Authlib, right, or wrong in one of the ways that softwares are: a target."""

from __future__ import annotations

import base64
import json
import threading
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet


class ClientOidc:
    """Serves /prive and /retour on a free port.

    Arguments: `emetteur`; `defaut`, what it does wrong: « sans_state » (does not look at it), « sans_signature » (reads
    the id_token without its signature).
    """

    def __init__(self, emetteur: str, defaut: str = "") -> None:
        self.emetteur, self.defaut, self.secret = emetteur, defaut, ""
        self.sessions: dict[str, dict[str, Any]] = {}
        self._serveur = ThreadingHTTPServer(("127.0.0.1", 0), self._poignee())
        self.adresse = f"http://127.0.0.1:{self._serveur.server_port}"
        self.ou: dict[str, Any] = {}
        threading.Thread(target=self._serveur.serve_forever, daemon=True).start()

    def __enter__(self) -> ClientOidc:
        return self

    def __exit__(self, *exc: object) -> None:
        self._serveur.shutdown()
        self._serveur.server_close()

    def regler(self, secret: str) -> None:
        """What the ENT says once the connector is declared."""
        self.secret = secret
        self.ou = httpx.get(f"{self.emetteur}/.well-known/openid-configuration", trust_env=False).json()

    def _logiciel(self) -> OAuth2Client:
        return OAuth2Client(
            "cible",
            self.secret,
            scope="openid profile",
            redirect_uri=f"{self.adresse}/retour",
            code_challenge_method="S256",
            trust_env=False,
            timeout=5,
        )

    def qui(self, requete: str, session: dict[str, Any]) -> str:
        """The `sub` of who comes back with that address, "" for nobody."""
        recu = {k: v[0] for k, v in parse_qs(requete).items()}
        if self.defaut != "sans_state" and recu.get("state") != session.get("state"):
            return ""
        try:
            with self._logiciel() as logiciel:
                jetons = logiciel.fetch_token(
                    self.ou["token_endpoint"], code=recu["code"], code_verifier=session.get("verifieur", "v" * 50)
                )
                cles = KeySet.import_key_set(httpx.get(self.ou["jwks_uri"], trust_env=False).json())
            if self.defaut == "sans_signature":
                contenu = jetons["id_token"].split(".")[1]
                return str(json.loads(base64.urlsafe_b64decode(contenu + "=" * (-len(contenu) % 4)))["sub"])
            return str(jwt.decode(jetons["id_token"], cles, algorithms=["RS256"]).claims["sub"])
        except (JoseError, KeyError, ValueError, httpx.HTTPError):
            return ""
        except Exception as erreur:  # Authlib's own refusals
            if type(erreur).__name__ != "OAuthError":
                raise
            return ""

    def _poignee(self) -> type[BaseHTTPRequestHandler]:
        client = self

        class Poignee(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                lue = urlsplit(self.path)
                cookie = SimpleCookie(self.headers.get("cookie", ""))
                session = client.sessions.get(cookie["s"].value, {}) if "s" in cookie else {}
                if lue.path == "/retour":
                    login = client.qui(lue.query, session)
                    if not login:
                        self._rendre(403, b"refus")
                        return
                    self._ouvrir({"login": login}, "/prive")
                elif "login" in session:
                    self._rendre(200, f"Bonjour {session['login']}".encode())
                else:
                    verifieur = "v" * 50
                    with client._logiciel() as logiciel:
                        vers, etat = logiciel.create_authorization_url(
                            client.ou["authorization_endpoint"], code_verifier=verifieur
                        )
                    self._ouvrir({"state": etat, "verifieur": verifieur}, vers)

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
