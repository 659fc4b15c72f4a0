"""OpenID Connect: what each address does. Authlib's server is imported when the first of them is asked.

Source: connectors reference §3; OpenID Connect Core, RP-Initiated Logout, Back-Channel Logout 1.0.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from services.ent.models import Connecteur, Seance
from services.ent.rules import oidc as rules
from services.ent.rules.oidc_refus import client_inconnu, expliquer, mal_presente, mauvais_retour, pas_un_formulaire
from services.ent.rules.oidc_reglages import ReglagesOidc
from services.ent.use_cases import cles, connecteurs, octrois, personnes
from services.ent.use_cases.cas import Secret
from shared.contracts.refus import Refus
from shared.persistence.unite import Unite

if TYPE_CHECKING:
    from services.ent.use_cases.oidc_objets import Reponse
    from services.ent.use_cases.oidc_serveur import Serveur

USAGE = "oidc"
DECONNEXION = "http://schemas.openid.net/event/backchannel-logout"
CACHES = ("client_secret", "refresh_token", "access_token", "token", "code_verifier")
"""Parameters that are not kept in clear among the exchanges."""

Paires = Sequence[tuple[str, str]]


class Ici(Struct, frozen=True):
    """What the server depends on beside the bac: what draws, the root of the ENT's addresses, which kind of addresses
    was asked (`rules.ADRESSES`), the real instant."""

    tirage: Secret
    racine: str
    famille: str
    reelle: datetime

    @property
    def emetteur(self) -> str:
        """`iss`."""
        return self.racine + rules.ADRESSES[self.famille].emetteur


class Rappel(Struct, frozen=True):
    """A logout token to send."""

    connecteur: str
    adresse: str
    jeton: str


def serveur(u: Unite, ici: Ici) -> Serveur:
    """The server, for one request."""
    from services.ent.use_cases.oidc_serveur import Serveur as Classe

    return Classe(u, ici.tirage, ici.emetteur, ici.reelle)


def cles_publiques(u: Unite) -> dict[str, Any]:
    """The JWKS of the bac."""
    cle = cles.obtenir(u, USAGE)
    publique = cles.pour_jetons(cle.privee).as_dict(private=False)
    return {"keys": [publique | {"use": "sig", "alg": "RS256", "kid": cle.kid}]}


# --- authorize -------------------------------------------------------------------------------------------------------


def logiciel_de(u: Unite, paires: Paires) -> Connecteur:
    """The connector that asks to authorize, sure of where it may be sent back.

    Raises `Refus` CLIENT_INCONNU, RETOUR_REFUSE (400): those are never sent to the address that was asked.
    """
    recu = dict(reversed(paires))
    code = recu.get("client_id", "")
    siens = [c for c in connecteurs.lister(u) if c.protocole == "oidc"]
    trouve = next((c for c in siens if c.code == code), None)
    if trouve is None:
        raise Refus(
            f"Aucun connecteur OpenID Connect ne s'appelle « {code[:60]} ».",
            code="CLIENT_INCONNU",
            remede=client_inconnu(code, [c.code for c in siens]),
        )
    retour = recu.get("redirect_uri", "")
    if retour not in trouve.adresses or sum(nom == "redirect_uri" for nom, _ in paires) > 1:
        raise Refus(
            "L'adresse de retour (redirect_uri) n'est pas une de celles de ce connecteur.",
            code="RETOUR_REFUSE",
            remede=mauvais_retour(retour, trouve.adresses, trouve.nom),
        )
    return trouve


def autoriser(u: Unite, ici: Ici, paires: Paires, seance: Seance | None) -> Reponse | None:
    """Send back with a code, or with a standard error; None when somebody must sign in first.

    The address of return was judged by `logiciel_de`.
    """
    from authlib.oauth2.rfc6749.errors import (  # type: ignore[import-untyped]
        AccessDeniedError,
        OAuth2Error,
        UnsupportedResponseTypeError,
    )
    from authlib.oidc.core.errors import LoginRequiredError  # type: ignore[import-untyped]

    from services.ent.use_cases.oidc_objets import Demande

    s, demande = serveur(u, ici), Demande("GET", paires, {})
    recu = demande.payload.data
    retour = recu["redirect_uri"]
    connecteur = connecteurs.trouver(u, recu["client_id"])
    demandes = recu.get("prompt", "").split()
    try:
        if recu.get("response_type") != "code":
            raise UnsupportedResponseTypeError(None, redirect_uri=retour)
        octroyeur = s.get_consent_grant(demande, seance)
        if seance is not None and seance.projet != connecteur.projet:
            raise AccessDeniedError(redirect_uri=retour)
        if seance is None or _trop_ancienne(u, seance, recu.get("max_age", "")) or "login" in demandes:
            if "none" in demandes:
                raise LoginRequiredError(redirect_uri=retour)
            return None
        if "select_account" in demandes:
            return None
        reponse = s.create_authorization_response(demande, seance, octroyeur)
    except OAuth2Error as erreur:
        erreur.state = demande.payload.state
        erreur.redirect_uri = retour
        reponse = s.handle_error_response(demande, erreur)
    reponse.connecteur = connecteur.code
    if not reponse.code and not demande.payload.state:
        reponse.explication = "La demande n'a pas de state : rien ne relie la réponse à celui qui l'a demandée."
    return _signer_du_nom(reponse, ici.emetteur)


def _trop_ancienne(u: Unite, seance: Seance, max_age: str) -> bool:
    return max_age.isdigit() and u.maintenant - seance.ouverte_le > timedelta(seconds=int(max_age[:9]))


def _signer_du_nom(reponse: Reponse, emetteur: str) -> Reponse:
    """`iss` in the address of return (RFC 9207)."""
    from authlib.common.urls import add_params_to_uri  # type: ignore[import-untyped]

    reponse.entetes = [
        (nom, add_params_to_uri(valeur, [("iss", emetteur)]) if nom == "Location" else valeur)
        for nom, valeur in reponse.entetes
    ]
    return reponse


# --- tokens ----------------------------------------------------------------------------------------------------------


def echanger(u: Unite, ici: Ici, paires: Paires, entetes: Mapping[str, str]) -> Reponse:
    """The token endpoint."""
    from services.ent.use_cases.oidc_objets import Demande

    s = serveur(u, ici)
    reponse: Reponse = s.create_token_response(Demande("POST", paires, entetes))
    return _attribuer(s, reponse, paires, entetes)


def annexe(u: Unite, ici: Ici, nom: str, paires: Paires, entetes: Mapping[str, str]) -> Reponse:
    """`introspection` or `revocation`."""
    from services.ent.use_cases.oidc_objets import Demande

    s = serveur(u, ici)
    reponse: Reponse = s.create_endpoint_response(nom, Demande("POST", paires, entetes))
    return _attribuer(s, reponse, paires, entetes)


def _attribuer(s: Serveur, reponse: Reponse, paires: Paires, entetes: Mapping[str, str]) -> Reponse:
    """To whose page the exchange goes, were it refused before the connector proved who it is."""
    from authlib.oauth2.rfc6749.util import extract_basic_authorization  # type: ignore[import-untyped]

    recu, basique = dict(paires), extract_basic_authorization(entetes)[0]
    dit = basique or recu.get("client_id", "")
    logiciel = s.logiciel(dit)
    reponse.connecteur = s.connecteur or (dit if logiciel is not None else "")
    if reponse.code == "invalid_client" and logiciel is not None:
        presentee = "client_secret_basic" if basique else "client_secret_post" if "client_secret" in recu else "none"
        pour_lui, pour_le_logiciel = mal_presente(presentee, logiciel.reglages.authentification)
        reponse.explication, reponse.corps = pour_lui, reponse.corps | {"error_description": pour_le_logiciel}
    elif reponse.code == "unsupported_grant_type" and "grant_type" not in recu:
        reponse.explication = pas_un_formulaire(entetes.get("content-type", ""))
    return reponse


def fiche(u: Unite, ici: Ici, entetes: Mapping[str, str], version: str, paires: Paires = ()) -> Reponse:
    """Userinfo."""
    from authlib.oauth2.rfc6749.errors import OAuth2Error
    from authlib.oauth2.rfc6750.errors import InvalidTokenError  # type: ignore[import-untyped]

    from services.ent.use_cases.oidc_objets import Demande, Reponse

    s = serveur(u, ici)
    demande = Demande("GET", paires, entetes)
    texte = demande.form.get("access_token")
    if texte and "authorization" not in entetes:
        demande.headers["Authorization"] = f"Bearer {texte}"
    demande.headers.setdefault("Authorization", entetes.get("authorization", ""))
    accorde = None
    try:
        accorde = s.jeton(demande.headers["Authorization"].partition(" ")[2], "acces")
        s.protecteur().validate_request(None, demande)
        assert accorde is not None, "it was just validated"
        personne, logiciel = s.personne(accorde.octroi), s.logiciel(accorde.octroi.connecteur)
        if personne is None or logiciel is None:
            s.dire("Le compte n'est plus actif.")
            raise InvalidTokenError
    except OAuth2Error as erreur:
        refusee: Reponse = s.handle_error_response(demande, erreur)
        refusee.connecteur = accorde.octroi.connecteur if accorde is not None else ""
        if accorde is not None and not s.dit:
            refusee.explication = _pourquoi(u, accorde.is_revoked())
        return refusee
    r, code = logiciel.reglages, accorde.octroi.connecteur
    demandee = rules.version_demandee(entetes.get("accept", ""), version, r)
    dite = rules.fiche(personne, accorde.get_scope(), code, r, demandee)
    return Reponse(200, dite, [("Content-Type", "application/json")], connecteur=code)


def _pourquoi(u: Unite, retire: bool) -> str:
    return (
        "Ce jeton est retiré : session fermée, code rejoué, ou révocation demandée."
        if retire
        else expliquer("invalid_token", "")
    )


def cacher(paires: Paires) -> str:
    """Parameters as the page of exchanges keeps them: what is secret is cut."""
    return "&".join(f"{n}={v[:9] + '…' if n in CACHES else v}" for n, v in paires)


# --- logout ----------------------------------------------------------------------------------------------------------


def fermer_seance(u: Unite, ici: Ici, cle: str) -> list[Rappel]:
    """Take back what a session granted; the logout tokens to send, by connector."""
    seance = u.session.get(Seance, cle)
    appeles = []
    for code in octrois.fermer_seance(u, cle):
        connecteur = u.session.get(Connecteur, code)
        personne = personnes.personne(u, seance.projet, seance.aaf_id) if seance is not None else None
        if connecteur is None or personne is None or connecteur.protocole != "oidc":
            continue
        r = ReglagesOidc.model_validate(connecteur.reglages)
        if r.rappel_deconnexion:
            sub = rules.sujet(personne, code, r)
            la = replace(ici, famille="apereo" if r.prereglage == "apereo" else "standard")
            appeles.append(Rappel(code, r.rappel_deconnexion, _jeton_de_deconnexion(u, la, code, r, sub, cle)))
    return appeles


def _jeton_de_deconnexion(u: Unite, ici: Ici, code: str, r: ReglagesOidc, sub: str, cle: str) -> str:
    from joserfc import jwt

    s = serveur(u, ici)
    debut = s.instant(r, u.maintenant)
    numero = hashlib.sha256(f"{ici.tirage.tirer(u, 'LT')}".encode()).hexdigest()[:32]
    dit = {"iss": ici.emetteur, "sub": sub, "aud": code, "iat": debut, "exp": debut + 120, "jti": numero}
    dit |= {"sid": rules.sid(cle), "events": {DECONNEXION: {}}}
    return jwt.encode({"alg": "RS256", "kid": s.kid, "typ": "logout+jwt"}, dit, s.cle)


def retour_de_deconnexion(u: Unite, indice: str, client: str, vers: str) -> str | None:
    """Where to go once the session is closed: an address that the connector declared, to the letter; else None.

    Arguments: `indice`, an id_token of ours, of whatever age, that names the connector; `client`, its client_id.
    """
    from joserfc import jws
    from joserfc.errors import JoseError

    code = client
    if indice:
        cle = cles.trouver(u, USAGE)
        try:
            dit = _dit(jws.deserialize_compact(indice, cles.pour_jetons(cle.privee)).payload) if cle else {}
        except (JoseError, ValueError):
            return None
        if client and dit.get("aud") != client:
            return None
        code = str(dit.get("aud", ""))
    connecteur = u.session.get(Connecteur, code)
    if connecteur is None or connecteur.protocole != "oidc" or not vers:
        return None
    permis = ReglagesOidc.model_validate(connecteur.reglages).retours_deconnexion
    return vers if vers in permis else None


def _dit(charge: bytes | None) -> dict[str, Any]:
    lu = json.loads(charge or b"{}")
    return lu if isinstance(lu, dict) else {}
