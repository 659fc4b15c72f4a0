"""The OAuth 2 and OpenID Connect server of an ENT: Authlib's protocol, over the ENT's connectors, grants and accounts.

This module is imported when somebody first asks an address of OpenID Connect: Authlib takes a quarter of a second.
Real time comes in as an argument: a token is judged on the simulated clock, and dated as its connector's settings say.

Source: connectors reference §3; RFC 6749, 6750, 7009, 7636, 7662, 9207; OpenID Connect Core 1.0.
"""

# Authlib has no types: its classes are Any here.
# mypy: disable-error-code="import-untyped,misc,no-untyped-call"

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc6749 import AuthorizationServer, ResourceProtector, grants
from authlib.oauth2.rfc6749.errors import InvalidGrantError, InvalidRequestError
from authlib.oauth2.rfc6750 import BearerTokenGenerator, BearerTokenValidator
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from authlib.oidc.core.grants import OpenIDCode, OpenIDToken
from joserfc.jwk import RSAKey

from services.ent.models import Connecteur, Octroi, Seance
from services.ent.rules import oidc as rules
from services.ent.rules.connecteurs import Personne
from services.ent.rules.oidc_refus import expliquer
from services.ent.rules.oidc_reglages import ReglagesOidc
from services.ent.use_cases import cles, octrois, personnes
from services.ent.use_cases.cas import Secret
from services.ent.use_cases.octrois import Objet
from services.ent.use_cases.oidc_objets import Accorde, Demande, Logiciel, Reponse
from shared.persistence.unite import Unite

USAGE = "oidc"
METHODES = ["client_secret_basic", "client_secret_post", "none"]


class Code(grants.AuthorizationCodeGrant):
    """response_type=code."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODES
    server: Serveur

    def generate_authorization_code(self) -> str:
        return ""  # drawn with what is kept of it, below

    def save_authorization_code(self, code: str, request: Demande) -> None:
        """Called by Authlib, which is then given the text that was drawn (`create_authorization_response`)."""
        recu, seance = request.payload.data, request.user
        self.code = octrois.accorder(
            self.server.u,
            self.server.tirage,
            "code",
            Objet(
                connecteur=request.client.connecteur.code,
                seance=seance.cle,
                projet=seance.projet,
                aaf_id=seance.aaf_id,
                portee=request.scope,
                authentifie_le=seance.ouverte_le,
                redirection=recu["redirect_uri"],
                nonce=recu.get("nonce", ""),
                defi=recu.get("code_challenge", ""),
                methode=recu.get("code_challenge_method", ""),
            ),
            request.client.reglages.duree_code,
        )

    def create_authorization_response(self, redirect_uri: str, grant_user: Seance | None) -> Any:
        """The code in the address of return."""
        if grant_user is None:
            return super().create_authorization_response(redirect_uri, None)
        self.request.user = grant_user
        self.save_authorization_code("", self.request)
        params = [("code", self.code)]
        if self.request.payload.state:
            params.append(("state", self.request.payload.state))
        return 302, "", [("Location", add_params_to_uri(redirect_uri, params))]

    def query_authorization_code(self, code: str, client: Logiciel) -> Accorde | None:
        s = self.server
        octroi = octrois.trouver(s.u, code, "code")
        if octroi is None:
            return None
        if octroi.connecteur != client.connecteur.code:
            s.dire("Ce code a été donné à un autre connecteur.")
            return None
        if octroi.utilise_le is not None:
            octrois.revoquer_famille(s.u, octroi.famille)
            s.dire("Ce code a déjà été échangé : les jetons qu'il avait donnés sont retirés.")
            return None
        if octroi.revoque_le is not None:
            s.dire("Ce code a été retiré : la session de l'utilisateur est fermée.")
            return None
        if octrois.perime(s.u, octroi):
            s.dire(f"Ce code a plus de {client.reglages.duree_code} s à l'horloge simulée.")
            return None
        s.courant = octroi
        return Accorde(s.u, octroi)

    def delete_authorization_code(self, authorization_code: Accorde) -> None:
        """Kept until it is old, to know it if it comes again."""
        authorization_code.octroi.utilise_le = self.server.u.maintenant

    def authenticate_user(self, authorization_code: Accorde) -> Personne | None:
        return self.server.personne(authorization_code.octroi)


class Renouvellement(grants.RefreshTokenGrant):
    """grant_type=refresh_token: each is worth one use, and gives another."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODES
    INCLUDE_NEW_REFRESH_TOKEN = True
    server: Serveur

    def authenticate_refresh_token(self, refresh_token: str) -> Accorde | None:
        s = self.server
        octroi = octrois.trouver(s.u, refresh_token, "renouvellement")
        if octroi is None:
            return None
        if octroi.connecteur != s.connecteur:
            s.dire("Ce jeton de renouvellement est celui d'un autre connecteur.")
            return None
        if octroi.utilise_le is not None:
            octrois.revoquer_famille(s.u, octroi.famille)
            s.dire("Ce jeton de renouvellement a déjà servi : toute sa famille est retirée.")
            return None
        if octroi.revoque_le is not None:
            s.dire("Ce jeton de renouvellement est retiré : session fermée, code rejoué, ou révocation demandée.")
            return None
        if octrois.perime(s.u, octroi):
            s.dire("La vie de ce jeton de renouvellement est passée à l'horloge simulée.")
            return None
        s.courant = octroi
        return Accorde(s.u, octroi)

    def authenticate_user(self, refresh_token: Accorde) -> Personne:
        personne = self.server.personne(refresh_token.octroi)
        if personne is None:
            self.server.dire("Le compte n'est plus actif.")
            raise InvalidGrantError
        return personne

    def revoke_old_credential(self, refresh_token: Accorde) -> None:
        refresh_token.octroi.utilise_le = self.server.u.maintenant


class Pkce(CodeChallenge):
    """PKCE as the connector's settings want it; always for a software without secret."""

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        reglages = grant.request.client.reglages
        recu = grant.request.payload.data
        exige = reglages.pkce != "facultatif" or reglages.authentification == "none"
        if exige and not recu.get("code_challenge"):
            raise InvalidRequestError("Missing 'code_challenge'")
        super().validate_code_challenge(grant, redirect_uri)
        if recu.get("code_challenge") and reglages.pkce == "s256" and recu.get("code_challenge_method") != "S256":
            raise InvalidRequestError("Unsupported 'code_challenge_method'")


class _Identite:
    """What an id_token says: dates, session, person."""

    def __init__(self, serveur: Serveur) -> None:
        super().__init__()
        self._serveur = serveur

    def exists_nonce(self, nonce: str, request: Demande) -> bool:
        return octrois.nonce_deja_servi(self._serveur.u, request.payload.client_id, nonce)

    def resolve_client_private_key(self, client: Logiciel) -> RSAKey:
        return self._serveur.cle

    def get_client_algorithm(self, client: Logiciel) -> str:
        return "RS256"

    def get_encode_header(self, client: Logiciel) -> dict[str, str]:
        return {"alg": "RS256", "kid": self._serveur.kid}

    def get_client_claims(self, client: Logiciel) -> dict[str, Any]:
        s, octroi = self._serveur, self._serveur.courant
        assert octroi is not None, "a token is given for a grant"
        debut = s.instant(client.reglages, s.u.maintenant)
        return {
            "iss": s.emetteur,
            "aud": client.get_client_id(),
            "iat": debut,
            "exp": debut + client.reglages.duree_identite,
            "auth_time": s.instant(client.reglages, octroi.authentifie_le),
            "sid": rules.sid(octroi.seance),
        }

    def generate_user_info(self, user: Personne, scope: str) -> dict[str, Any]:
        logiciel = self._serveur.logiciel(self._serveur.connecteur)
        assert logiciel is not None, "it was authenticated"
        r = logiciel.reglages
        return {"sub": rules.sujet(user, logiciel.connecteur.code, r), **rules.identite(user, scope, r)}


class IdentiteDuCode(_Identite, OpenIDCode):
    """The id_token of a code."""


class IdentiteRenouvelee(_Identite, OpenIDToken):
    """The id_token of a refresh."""


class Introspection(IntrospectionEndpoint):
    """RFC 7662: a connector reads its own tokens."""

    CLIENT_AUTH_METHODS = METHODES[:2]

    def check_permission(self, token: Accorde, client: Logiciel, request: Demande) -> bool:
        return token.check_client(client)

    def query_token(self, token_string: str, token_type_hint: str | None) -> Accorde | None:
        return self.server.jeton(token_string)  # type: ignore[no-any-return]

    def introspect_token(self, token: Accorde) -> dict[str, Any]:
        s: Serveur = self.server
        personne, logiciel = s.personne(token.octroi), s.logiciel(token.octroi.connecteur)
        if personne is None or logiciel is None or token.octroi.utilise_le is not None:
            return {"active": False}
        r = logiciel.reglages
        return {
            "active": True,
            "client_id": token.octroi.connecteur,
            "token_type": "Bearer",
            "scope": token.get_scope(),
            "username": personne.login,
            "sub": rules.sujet(personne, token.octroi.connecteur, r),
            "aud": token.octroi.connecteur,
            "iss": s.emetteur,
            "iat": s.instant(r, token.octroi.cree_le),
            "exp": s.instant(r, token.octroi.expire_le),
        }


class Revocation(RevocationEndpoint):
    """RFC 7009."""

    CLIENT_AUTH_METHODS = METHODES

    def query_token(self, token_string: str, token_type_hint: str | None) -> Accorde | None:
        return self.server.jeton(token_string)  # type: ignore[no-any-return]

    def revoke_token(self, token: Accorde, request: Demande) -> None:
        octrois.revoquer(self.server.u, token.octroi)


class _Porteur(BearerTokenValidator):
    """RFC 6750."""

    def __init__(self, serveur: Serveur) -> None:
        super().__init__(realm="ENT")
        self._serveur = serveur

    def authenticate_token(self, token_string: str) -> Accorde | None:
        return self._serveur.jeton(token_string, "acces")


@dataclass(eq=False)
class Serveur(AuthorizationServer):
    """The server, for one request. `emetteur`: `iss`; `reelle`: the real instant."""

    u: Unite
    tirage: Secret
    emetteur: str
    reelle: datetime
    connecteur: str = ""
    courant: Octroi | None = None
    dit: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(scopes_supported=None)
        self.register_grant(Code, [Pkce(required=True), IdentiteDuCode(self)])
        self.register_grant(Renouvellement, [IdentiteRenouvelee(self)])
        self.register_endpoint(Introspection)
        self.register_endpoint(Revocation)
        self.register_token_generator("default", BearerTokenGenerator(_vide, _vide, _duree))

    def dire(self, phrase: str) -> None:
        """Why it is about to be refused, better than the standard error does."""
        self.dit.append(phrase)

    def instant(self, reglages: ReglagesOidc, simule: datetime) -> int:
        """A simulated instant as a token writes it: of the simulation, or as far from the real one."""
        ecart: timedelta = self.reelle - self.u.maintenant if reglages.heure == "reelle" else timedelta(0)
        return int((simule + ecart).timestamp())

    @cached_property
    def cle(self) -> RSAKey:
        """The key that signs."""
        return cles.pour_jetons(cles.obtenir(self.u, USAGE).privee)

    @property
    def kid(self) -> str:
        """Its name."""
        return str(cles.obtenir(self.u, USAGE).kid)

    def logiciel(self, code: str) -> Logiciel | None:
        """The OpenID Connect connector of that code."""
        trouve = self.u.session.get(Connecteur, code)
        return Logiciel(self.u, trouve) if trouve is not None and trouve.protocole == "oidc" else None

    def personne(self, octroi: Octroi) -> Personne | None:
        """Whose grant it is, while her account is active."""
        return personnes.personne(self.u, octroi.projet, octroi.aaf_id)

    def jeton(self, texte: str, *genres: octrois.Genre) -> Accorde | None:
        """A token by its text."""
        octroi = octrois.trouver(self.u, texte, *(genres or ("acces", "renouvellement")))
        return Accorde(self.u, octroi) if octroi is not None else None

    # --- what Authlib asks of a server -------------------------------------------------------------------------------

    def query_client(self, client_id: str) -> Logiciel | None:
        trouve = self.logiciel(client_id)
        self.connecteur = client_id if trouve is not None else self.connecteur
        return trouve

    def save_token(self, token: dict[str, Any], request: Demande) -> None:
        """The tokens are drawn here, where they are kept."""
        reglages, octroi = request.client.reglages, self.courant
        assert octroi is not None, "a code or a refresh token was found"
        objet = octrois.suite(octroi, token["scope"])
        token["access_token"] = octrois.accorder(self.u, self.tirage, "acces", objet, reglages.duree_acces)
        if "refresh_token" in token:
            entier = octrois.suite(octroi, octroi.portee)
            token["refresh_token"] = octrois.accorder(
                self.u, self.tirage, "renouvellement", entier, reglages.duree_renouvellement
            )
        octrois.oublier(self.u)

    def create_oauth2_request(self, request: Demande) -> Demande:
        return request

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def handle_response(self, status: int, body: Any, headers: Sequence[tuple[str, str]]) -> Reponse:
        return Reponse(status, body, headers, connecteur=self.connecteur)

    def handle_error_response(self, request: Demande, error: Any) -> Reponse:
        reponse: Reponse = super().handle_error_response(request, error)
        reponse.code = error.error
        reponse.explication = self.dit[-1] if self.dit else expliquer(error.error, error.description or "")
        return reponse

    def protecteur(self) -> ResourceProtector:
        """What reads an access token."""
        protecteur = ResourceProtector()
        protecteur.register_token_validator(_Porteur(self))
        return protecteur


def _vide(**_: Any) -> str:
    return ""


def _duree(client: Logiciel, grant_type: str) -> int:
    return client.reglages.duree_acces
