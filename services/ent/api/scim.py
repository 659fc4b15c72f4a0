"""SCIM 2.0, read only: what the server is, accounts, schools and classes.

Source: connectors reference §6.3, « a read-only SCIM server […] is a cheap extra », inferred; RFC 7644.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

from fastapi import Request
from starlette.responses import JSONResponse, Response

from services.ent.use_cases import connecteurs, jetons_registre
from services.ent.use_cases.jetons_registre import NonAutorise
from shared.contracts.refus import Refus
from shared.http.dependances import noyau
from shared.http.routes import Routeur
from shared.persistence.unite import Unite

routeur = Routeur(prefix="/scim/v2", tags=["scim"])

TYPE = "application/scim+json"
ECRITURES = ["POST", "PUT", "PATCH", "DELETE"]


def _repondre(request: Request, lire: Callable[[Unite, Any], dict[str, Any]]) -> Response:
    """Answer a reading; whatever happens, as SCIM says it, and kept among the exchanges."""
    from services.ent.use_cases.scim import Lecture

    demande = f"{request.method} {request.url.path}?{request.url.query}"
    try:
        with noyau(request).fabrique.ouvrir(request.state.bac, ecriture=True) as u:
            try:
                connecteur = _connecteur(request, u)
                code = connecteur.code
            except NonAutorise as refus:
                return _garder(u, refus.connecteur, demande, _refuser(refus), refus)
            racine = f"{str(request.base_url).rstrip('/')}{request.state.base}/scim/v2"
            try:
                reponse = JSONResponse(lire(u, Lecture(connecteur, racine)), media_type=TYPE)
            except Refus as refus:
                return _garder(u, code, demande, _refuser(refus), refus)
            return _garder(u, code, demande, reponse)
    except Refus as refus:  # no such bac, a night under way
        return _refuser(refus)


def _connecteur(request: Request, u: Unite) -> Any:
    """Who asks: its secret as a bearer, or with its code in Basic."""
    genre, _, texte = request.headers.get("authorization", "").partition(" ")
    if genre.lower() == "basic":
        try:
            code, _, secret = base64.b64decode(texte, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            code = secret = ""
        return jetons_registre.client(u, code, secret, "scim")
    return jetons_registre.par_secret(u, texte if genre.lower() == "bearer" else "", "scim")


def _refuser(refus: Refus) -> JSONResponse:
    from services.ent.use_cases.scim_filtre import RefusScim

    erreur = refus if isinstance(refus, RefusScim) else RefusScim(refus.phrase, refus.statut, "", refus.remede or "")
    entetes = {"WWW-Authenticate": "Bearer"} if refus.statut == 401 else {}
    return JSONResponse(erreur.corps(), refus.statut, entetes, TYPE)


def _garder(u: Unite, code: str, demande: str, reponse: JSONResponse, refus: Refus | None = None) -> Response:
    if code:
        corps = bytes(reponse.body)[: connecteurs.TEXTE].decode(errors="ignore")
        dit = " ".join(x for x in (refus.phrase, refus.remede) if x) if refus else ""
        recu = f"{reponse.status_code}\n\n{corps}"
        connecteurs.noter(u, code, "lecture", demande, recu, refus.code if refus else "", dit)
    return reponse


@routeur.get("/ServiceProviderConfig")
def configuration(request: Request) -> Response:
    """What this server can do."""
    return _publier(request, "ServiceProviderConfig")


@routeur.get("/{collection:path}")
def lire(request: Request, collection: str) -> Response:
    """Schemas, ResourceTypes, Users, Groups: all, or one by its identifier."""
    from services.ent.use_cases import scim
    from services.ent.use_cases.scim_filtre import RefusScim

    tete, _, un = collection.partition("/")
    if tete in ("Schemas", "ResourceTypes"):
        return _publier(request, collection)
    tous, seul = {"Users": (scim.comptes, scim.compte), "Groups": (scim.groupes, scim.groupe)}.get(tete, (None, None))
    if tous is None or seul is None:
        remede = "Il y a Users, Groups, Schemas, ResourceTypes et ServiceProviderConfig."
        return _refuser(RefusScim(f"Rien n'est à l'adresse /{collection[:120]}.", 404, remede=remede))
    parametres = request.query_params
    if "\0" in un + "".join(parametres.values()) or r"\u0000" in "".join(parametres.values()):
        return _refuser(RefusScim("Un caractère nul n'est d'aucune ressource.", 400, "invalidValue"))
    if un:
        return _repondre(request, lambda u, lecture: seul(u, lecture, un, parametres))
    return _repondre(request, lambda u, lecture: tous(u, lecture, parametres))


@routeur.api_route("/{collection:path}", methods=ECRITURES, include_in_schema=False)
def ecrire(collection: str) -> Response:
    """Nothing is written by SCIM into this ENT: the AAF says who is in it."""
    from services.ent.use_cases.scim_filtre import RefusScim

    return _refuser(RefusScim("Cet ENT ne se remplit que par l'AAF : il se lit par SCIM.", 501))


def _publier(request: Request, nom: str) -> Response:
    from services.ent.use_cases import scim

    return _repondre(request, lambda _u, _lecture: scim.configuration(nom))
