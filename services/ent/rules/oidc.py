"""OpenID Connect as French ENTs speak it: addresses, who `sub` is, what is told. Pure functions.

Source: connectors reference §3 (entcore, an Apereo-based ENT, what is recommended), §1 (identifiers, profile codes).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from services.ent.rules.cas_attributs import Contexte
from services.ent.rules.cas_prereglages import PRINCIPAUX
from services.ent.rules.connecteurs import Personne
from services.ent.rules.oidc_reglages import VERSIONS, ReglagesOidc

PORTEES = ("openid", "profile", "email", "phone", "ent", "gar", "userinfo", "offline_access")
"""Scopes known; `userinfo` is entcore's, `ent` and `gar` are recommended of us (§3.3)."""


# --- addresses -------------------------------------------------------------------------------------------------------


class Adresses(Struct, frozen=True):
    """The addresses of a server of a known kind of ENT, under the ENT's root; `emetteur`: `iss`, under it too."""

    emetteur: str
    decouverte: str
    autoriser: str
    jeton: str
    fiche: str
    cles: str
    introspection: str
    revocation: str
    deconnexion: str


ADRESSES: dict[str, Adresses] = {
    "standard": Adresses(
        "",
        "/.well-known/openid-configuration",
        "/oidc/authorize",
        "/oidc/token",
        "/oidc/userinfo",
        "/oidc/jwks",
        "/oidc/introspect",
        "/oidc/revoke",
        "/oidc/logout",
    ),
    "entcore": Adresses(  # its discovery lives elsewhere than its issuer, as in entcore (§3.1)
        "",
        "/auth/openid/.well-known/openid-configuration",
        "/auth/oauth2/auth",
        "/auth/oauth2/token",
        "/auth/oauth2/userinfo",
        "/auth/openid/jwks",
        "/oidc/introspect",
        "/oidc/revoke",
        "/auth/logout",
    ),
    "apereo": Adresses(
        "/cas/oidc",
        "/cas/oidc/.well-known/openid-configuration",
        "/cas/oidc/oidcAuthorize",
        "/cas/oidc/token",
        "/cas/oidc/oidcProfile",
        "/cas/oidc/jwks",
        "/cas/oidc/introspect",
        "/cas/oidc/revoke",
        "/cas/oidc/oidcLogout",
    ),
}
"""The same server answers under the three: a connector takes the one that its software knows."""


# --- what is told ----------------------------------------------------------------------------------------------------


def sujet(p: Personne, code: str, r: ReglagesOidc) -> str:
    """`sub`: by the connector's setting, else its family's; `par_connecteur` is the same for ever for that one."""
    choix = r.sub or r.famille.sub
    if choix == "par_connecteur":
        return hashlib.sha256(f"{p.uuid}/{code}".encode()).hexdigest()[:32]
    return PRINCIPAUX[choix][1](p, Contexte(r.prefixe, r.codes, "")) or p.uuid


def sid(seance: str) -> str:
    """What names a session in tokens, so that a logout is told of it: its key is told to nobody."""
    return hashlib.sha256(f"sid/{seance}".encode()).hexdigest()[:32]


def identite(p: Personne, portee: str, r: ReglagesOidc) -> dict[str, Any]:
    """The claims of the person in an id_token, beside `sub`: those of the family that the scopes allow."""
    toutes = {"uid": p.uuid} | normalisees(p, "openid profile email", r)
    permises = set(r.revendications) or set(r.famille.identite)
    dites = [nom for nom in r.famille.identite if nom in permises and nom in toutes]
    return {nom: toutes[nom] for nom in dites} if "openid" in portee.split() else {}


def fiche(p: Personne, portee: str, code: str, r: ReglagesOidc, version: str) -> dict[str, Any]:
    """The answer of userinfo. `version`: one of `VERSIONS`."""
    if version != "oidc1.0":
        return FICHES[version](p, r)
    dites = normalisees(p, portee, r)
    if r.revendications:
        dites = {nom: v for nom, v in dites.items() if nom in r.revendications}
    qui = {"sub": sujet(p, code, r)}
    if (r.attributs or r.famille.attributs) == "objet":
        return qui | {"attributes": {nom: v if isinstance(v, list) else [v] for nom, v in dites.items()}}
    return qui | dites


def normalisees(p: Personne, portee: str, r: ReglagesOidc) -> dict[str, Any]:
    """Standard claims and those of the ENT, by scope; what is not known is left out."""
    par_portee: dict[str, dict[str, Any]] = {
        "profile": {
            "name": p.nom_complet,
            "given_name": p.prenom,
            "family_name": p.nom,
            "preferred_username": p.login,
            "birthdate": p.naissance.isoformat() if p.naissance else "",
            "locale": "fr",
        },
        "email": {"email": p.mel, "email_verified": False},
        "ent": {
            "ENTPersonLogin": p.login,
            "ENTPersonJointure": f"AC-{r.prefixe}${p.aaf_id}",
            "ENTPersonProfils": p.codes_profil(r.codes),
            "ENTPersonStructRattachRNE": p.uais,
            "ENTEleveClasses": p.classes if p.profil == "eleve" else [],
            "ENTAuxEnsClasses": p.classes if p.profil == "enseignant" else [],
            "ENTEleveMEF": p.mef,
            "enfants": [str(i) for i, _ in p.enfants],
        },
        "gar": {"GARPersonIdentifiant": p.uuid},
    }
    demandees = ["profile" if x == "userinfo" else x for x in portee.split()]
    dites = {nom: v for x in par_portee if x in demandees for nom, v in par_portee[x].items()}
    return {nom: v for nom, v in dites.items() if v not in ("", [], None)}


TYPES = {"eleve": "ELEVE", "responsable": "PERSRELELEVE", "enseignant": "ENSEIGNANT"}


def _entcore(p: Personne, r: ReglagesOidc) -> dict[str, Any]:
    return {
        "userId": p.uuid,
        "externalId": p.externe(r.prefixe),
        "login": p.login,
        "username": p.nom_complet,
        "firstName": p.prenom,
        "lastName": p.nom,
        "birthDate": p.naissance.isoformat() if p.naissance else None,
        "email": p.mel or None,
        "type": TYPES.get(p.profil, "PERSEDUCNAT"),
    }


def fiche_1_0(p: Personne, r: ReglagesOidc) -> dict[str, Any]:
    """entcore 1.0, for an application outside the ENT: flattened (§3.1)."""
    return _entcore(p, r) | {
        "level": "",  # the feed gives a MEF, of which no level is derived
        "classId": next(iter(p.classes), None),
        "schoolName": next((e.nom for e in p.ecoles), None),
        "authorizedActions": [],
    }


def fiche_1_1(p: Personne, r: ReglagesOidc) -> dict[str, Any]:
    """entcore 1.1: and the schools' internal numbers."""
    return fiche_1_0(p, r) | {"structureIds": [str(e.id) for e in p.ecoles]}


def fiche_2(p: Personne, r: ReglagesOidc) -> dict[str, Any]:
    """entcore 2.0 and 2.1: lists instead of what 1.0 flattens. What tells them apart is not public: inferred."""
    return _entcore(p, r) | {
        "structures": [str(e.id) for e in p.ecoles],
        "structureNames": [e.nom for e in p.ecoles],
        "uai": p.uais,
        "classes": [f"{e.id}${n}" for e in p.ecoles for n in e.classes],
        "groupsIds": [f"{e.id}${n}" for e in p.ecoles for n in e.groupes],
        "children": [{"id": str(i), "displayName": nom} for i, nom in p.enfants],
    }


def fiche_3(p: Personne, r: ReglagesOidc) -> dict[str, Any]:
    """entcore 3.0: groups made by hand, nodes of the schools, their external numbers, functions."""
    return fiche_2(p, r) | {
        "structures": [e.uai for e in p.ecoles],
        "structureNodes": [{"id": str(e.id), "externalId": e.uai, "UAI": e.uai, "name": e.nom} for e in p.ecoles],
        "manualGroups": [],
        "functions": sorted(p.fonctions),
    }


FICHES: dict[str, Callable[[Personne, ReglagesOidc], dict[str, Any]]] = {
    "1.0": fiche_1_0,
    "1.1": fiche_1_1,
    "2.0": fiche_2,
    "2.1": fiche_2,
    "3.0": fiche_3,
}


def version_demandee(accepte: str, parametre: str, r: ReglagesOidc) -> str:
    """The version that a request wants: `?version=`, `Accept: application/json;version=…`, else the setting."""
    for texte in (parametre.removeprefix("v"), accepte.partition("version=")[2].split(";")[0].split(",")[0].strip()):
        if texte in VERSIONS:
            return texte
    return r.version_userinfo or r.famille.version


# --- discovery -------------------------------------------------------------------------------------------------------


def decouverte(racine: str, adresses: Adresses) -> dict[str, Any]:
    """The discovery document of the ENT at `racine`, for one kind of addresses."""
    return {
        "issuer": racine + adresses.emetteur,
        "authorization_endpoint": racine + adresses.autoriser,
        "token_endpoint": racine + adresses.jeton,
        "userinfo_endpoint": racine + adresses.fiche,
        "jwks_uri": racine + adresses.cles,
        "introspection_endpoint": racine + adresses.introspection,
        "revocation_endpoint": racine + adresses.revocation,
        "end_session_endpoint": racine + adresses.deconnexion,
        "scopes_supported": list(PORTEES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public", "pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256", "plain"],
        "prompt_values_supported": ["none", "login", "select_account"],
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "sid", *REVENDICATIONS],
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "frontchannel_logout_supported": False,
        "authorization_response_iss_parameter_supported": True,
    }


REVENDICATIONS = (
    "name",
    "given_name",
    "family_name",
    "preferred_username",
    "birthdate",
    "locale",
    "email",
    "email_verified",
    "ENTPersonLogin",
    "ENTPersonJointure",
    "ENTPersonProfils",
    "ENTPersonStructRattachRNE",
    "ENTEleveClasses",
    "ENTAuxEnsClasses",
    "ENTEleveMEF",
    "GARPersonIdentifiant",
)
