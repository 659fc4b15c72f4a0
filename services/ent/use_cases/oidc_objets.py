"""A request, a connector, a grant, an answer, as Authlib's protocol handles them.

Imported when somebody first asks an address of OpenID Connect, as `oidc_serveur` is.
"""

# Authlib has no types: its classes are Any here.
# mypy: disable-error-code="import-untyped,misc,no-untyped-call"

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from authlib.oauth2.rfc6749 import OAuth2Request
from authlib.oauth2.rfc6749.requests import OAuth2Payload

from services.ent.models import Connecteur, Octroi
from services.ent.rules import oidc as rules
from services.ent.rules.oidc_reglages import ReglagesOidc
from services.ent.use_cases import octrois, secrets_connecteurs
from shared.persistence.unite import Unite


@dataclass
class Reponse:
    """What to answer, and what to tell the publisher: `code` and `explication` are "" when nothing was refused."""

    statut: int
    corps: Any
    entetes: Sequence[tuple[str, str]]
    code: str = ""
    explication: str = ""
    connecteur: str = ""


class Corps(OAuth2Payload):
    """The parameters of a request, repeated ones included."""

    data: dict[str, str] = {}  # noqa: RUF012 (properties of the base, that only a class can replace)
    datalist: dict[str, list[str]] = {}  # noqa: RUF012

    def __init__(self, paires: Sequence[tuple[str, str]]) -> None:
        self.datalist = {}
        for nom, valeur in paires:
            self.datalist.setdefault(nom, []).append(valeur)
        self.data = {nom: valeurs[0] for nom, valeurs in self.datalist.items()}


class Demande(OAuth2Request):
    """A request as Authlib wants it. Its address is said to be https: who serves the bac decides of the transport."""

    def __init__(self, methode: str, paires: Sequence[tuple[str, str]], entetes: Mapping[str, str]) -> None:
        super().__init__(methode, "https://ent.invalid/", headers=dict(entetes))
        self.payload = Corps(paires)

    @property
    def args(self) -> dict[str, str]:
        return self.payload.data

    @property
    def form(self) -> dict[str, str]:
        return self.payload.data


class Logiciel:
    """A connector as Authlib's client."""

    def __init__(self, u: Unite, connecteur: Connecteur) -> None:
        self._u = u
        self.connecteur = connecteur
        self.reglages = ReglagesOidc.model_validate(connecteur.reglages)

    def get_client_id(self) -> str:
        return self.connecteur.code

    def get_default_redirect_uri(self) -> None:
        """None: an address of return is always told."""

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """The known ones, in their order; None (refused) when nothing is left."""
        connues = [p for p in dict.fromkeys((scope or "").split()) if p in rules.PORTEES]
        return " ".join(connues) or None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.connecteur.adresses

    def check_client_secret(self, client_secret: str) -> bool:
        return secrets_connecteurs.bon(self._u, self.connecteur, client_secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return bool(method == self.reglages.authentification)

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code" or (grant_type == "refresh_token" and self.reglages.renouvellement)


class Accorde:
    """A grant as Authlib's code and token."""

    def __init__(self, u: Unite, octroi: Octroi) -> None:
        self._u = u
        self.octroi = octroi
        self.code_challenge = octroi.defi
        self.code_challenge_method = octroi.methode or None

    def get_redirect_uri(self) -> str:
        return self.octroi.redirection

    def get_scope(self) -> str:
        return self.octroi.portee

    def get_nonce(self) -> str:
        return self.octroi.nonce

    def get_auth_time(self) -> None:
        """None: the claim is among the client's (`Identite.get_client_claims`)."""

    get_acr = get_amr = get_auth_time

    def check_client(self, client: Logiciel) -> bool:
        return bool(self.octroi.connecteur == client.connecteur.code)

    def is_expired(self) -> bool:
        return octrois.perime(self._u, self.octroi)

    def is_revoked(self) -> bool:
        return self.octroi.revoque_le is not None
