"""The addresses of OpenID Connect, under the three kinds that ENTs have (`rules.oidc.ADRESSES`): one server.

Source: connectors reference §3.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, RedirectResponse, Response

from services.ent.adresses import adresse_publique
from services.ent.rules.oidc import ADRESSES, decouverte
from services.ent.screens import deconnexion, session
from services.ent.screens.cadre import page_de_projet
from services.ent.screens.cles import avec_cle
from services.ent.screens.heure import heure_reelle
from services.ent.use_cases import connecteurs, oidc
from services.ent.use_cases.oidc import Ici, Paires
from shared.contracts.refus import Refus
from shared.http.dependances import noyau
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Message

if TYPE_CHECKING:
    from services.ent.use_cases.oidc_objets import Reponse

routeur = Routeur()

CORPS_MAXIMUM = 64_000
"""Bytes of a form."""


def _famille(request: Request, champ: str) -> str:
    """Which kind of addresses was asked: the first that has this one."""
    return next(nom for nom, a in ADRESSES.items() if getattr(a, champ) == request.scope["path"])


def _ici(request: Request, champ: str) -> Ici:
    return Ici(session.secret(request), adresse_publique(request, ""), _famille(request, champ), heure_reelle())


def _paires(request: Request) -> Paires:
    return parse_qsl(request.url.query, keep_blank_values=True, max_num_fields=100)


async def _formulaire(request: Request) -> Paires:
    """The fields of a form. Raises `Refus` FORMULAIRE_REFUSE (413) when it is not a small one."""
    lu = b""
    async for morceau in request.stream():
        lu += morceau
        if len(lu) > CORPS_MAXIMUM:
            raise Refus("Ce formulaire est trop gros.", code="FORMULAIRE_REFUSE", statut=413)
    try:
        return parse_qsl(lu.decode(), keep_blank_values=True, max_num_fields=100)
    except ValueError:
        raise Refus("Ce formulaire n'est pas lisible.", code="FORMULAIRE_REFUSE", statut=400) from None


def _entetes(request: Request) -> dict[str, str]:
    """Headers, the one of Authlib under the name that it looks for; one that cannot be read is none."""
    lus = {nom: valeur for nom, valeur in request.headers.items() if nom != "authorization" or _lisible(valeur)}
    return lus | ({"Authorization": lus["authorization"]} if "authorization" in lus else {})


def _lisible(autorisation: str) -> bool:
    """Whether Authlib can read this header without a fault of its own: ASCII, and UTF-8 within a Basic."""
    schema, _, reste = autorisation.partition(" ")
    try:
        if schema.lower() == "basic":
            base64.b64decode(reste).decode()
    except ValueError:
        return False
    return autorisation.isascii()


def _noter(u: Unite, request: Request, quoi: str, paires: Paires, reponse: Reponse, corps: str) -> None:
    if reponse.connecteur:
        connecteurs.noter(
            u,
            reponse.connecteur,
            quoi,
            f"{request.method} {request.scope['path']}\n\n{oidc.cacher(paires)}",
            f"{reponse.statut}\n\n{corps}",
            reponse.code,
            reponse.explication,
        )


def _rendre(reponse: Reponse) -> Response:
    entetes = {nom: valeur for nom, valeur in reponse.entetes if nom.lower() != "content-type"}
    return JSONResponse(reponse.corps, reponse.statut, {"Cache-Control": "no-store"} | entetes)


def decrire(request: Request) -> Response:
    """The discovery document."""
    famille = _famille(request, "decouverte")
    return JSONResponse(decouverte(adresse_publique(request, ""), ADRESSES[famille]))


def cles(request: Request) -> Response:
    """The public keys (JWKS)."""
    return avec_cle(request, oidc.USAGE, lambda u: JSONResponse(oidc.cles_publiques(u)))


# --- authorize -------------------------------------------------------------------------------------------------------


async def autoriser_par_formulaire(request: Request) -> Response:
    """The same, asked by a form: of another site, it comes without the cookie; a link of ours has it."""
    paires = await _formulaire(request)
    return RedirectResponse(f"{request.state.base}{request.scope['path']}?{urlencode(paires)}", 303)


def autoriser(request: Request) -> Response:
    """Ask to sign in, then send back with a code."""
    paires = _paires(request)
    with noyau(request).fabrique.ouvrir(request.state.bac, ecriture=True) as u:
        request.state.horloge = u.horloge
        ici = _ici(request, "autoriser")
        try:
            oidc.logiciel_de(u, paires)
        except Refus as refus:
            return _refusee(request, u, paires, refus)
        ouverte = session.ouverte(request, u)
        reponse = oidc.autoriser(u, ici, paires, ouverte)
        if reponse is None:
            garde = [(n, v) for n, v in paires if n != "max_age" and (n, v) not in REDEMANDER]
            suite = f"{request.scope['path']}?{urlencode(garde)}"
            return RedirectResponse(f"{request.state.base}/mon-ent/connexion?suite={quote(suite, safe='')}", 302)
        vers = dict(reponse.entetes)["Location"]
        _noter(u, request, "connexion", paires, reponse, f"Location: {vers}")
        return RedirectResponse(vers, 302)


REDEMANDER = (("prompt", "login"), ("prompt", "select_account"))
"""Parameters that a sign-in has just satisfied."""


def _refusee(request: Request, u: Unite, paires: Paires, refus: Refus) -> Response:
    """What is not sent anywhere: a page, and a line on the connector's when there is one."""
    code = dict(paires).get("client_id", "")
    if code in {c.code for c in connecteurs.lister(u) if c.protocole == "oidc"}:
        demande = f"{request.method} {request.scope['path']}\n\n{oidc.cacher(paires)}"
        connecteurs.noter(u, code, "connexion", demande, str(refus.statut), "invalid_request", refus.remede or "")
    messages = [Message(refus.phrase, "erreur", refus.code, refus.remede)]
    return page_de_projet(request, "cas_refus.html", "Demande refusée", 400, messages=messages)


# --- tokens ----------------------------------------------------------------------------------------------------------


async def jeton(request: Request) -> Response:
    """A code, or a refresh token, for tokens."""
    return await run_in_threadpool(_jeton, request, await _formulaire(request))


def _jeton(request: Request, paires: Paires) -> Response:
    with noyau(request).fabrique.ouvrir(request.state.bac, ecriture=True) as u:
        reponse = oidc.echanger(u, _ici(request, "jeton"), paires, _entetes(request))
        _noter(u, request, "jeton", paires, reponse, _montrer(reponse.corps))
        return _rendre(reponse)


def _montrer(corps: Mapping[str, Any]) -> str:
    """An answer as the page keeps it: tokens cut, the id_token whole (it opens nothing)."""
    return "\n".join(f"{n}: {str(v)[:9] + '…' if n in oidc.CACHES else v}" for n, v in corps.items())


async def introspecter(request: Request) -> Response:
    """What a token is worth."""
    return await run_in_threadpool(_annexe, request, "introspection", await _formulaire(request))


async def revoquer(request: Request) -> Response:
    """Take a token back."""
    return await run_in_threadpool(_annexe, request, "revocation", await _formulaire(request))


def _annexe(request: Request, nom: str, paires: Paires) -> Response:
    with noyau(request).fabrique.ouvrir(request.state.bac, ecriture=True) as u:
        reponse = oidc.annexe(u, _ici(request, nom), nom, paires, _entetes(request))
        _noter(u, request, nom, paires, reponse, _montrer(reponse.corps))
        return _rendre(reponse)


def fiche(request: Request) -> Response:
    """Userinfo."""
    return _fiche(request, ())


async def fiche_par_formulaire(request: Request) -> Response:
    """Userinfo, the token in a form."""
    return await run_in_threadpool(_fiche, request, await _formulaire(request))


def _fiche(request: Request, paires: Paires) -> Response:
    version = request.query_params.get("version", "")
    with noyau(request).fabrique.ouvrir(request.state.bac, ecriture=True) as u:
        reponse = oidc.fiche(u, _ici(request, "fiche"), _entetes(request), version, paires)
        _noter(u, request, "userinfo", [*_paires(request), *paires], reponse, _montrer(reponse.corps))
        return _rendre(reponse)


# --- logout ----------------------------------------------------------------------------------------------------------


async def sortir_par_formulaire(request: Request) -> Response:
    """The same, asked by a form: see `autoriser_par_formulaire`."""
    return await autoriser_par_formulaire(request)


def sortir(request: Request) -> Response:
    """Close the session everywhere; then to an address that the connector declared, if it is one to the letter."""
    recu = dict(reversed(_paires(request)))
    vers = recu.get("post_logout_redirect_uri", "") or recu.get("callback", "")
    with noyau(request).fabrique.ouvrir(request.state.bac, ecriture=False) as u:
        permis = oidc.retour_de_deconnexion(u, recu.get("id_token_hint", ""), recu.get("client_id", ""), vers)
    if permis and recu.get("state"):
        permis += ("&" if "?" in permis else "?") + urlencode({"state": recu["state"]})
    return deconnexion.fermer(request, permis)


ROUTES: tuple[tuple[str, str, Any], ...] = (
    ("GET", "decouverte", decrire),
    ("GET", "cles", cles),
    ("GET", "autoriser", autoriser),
    ("POST", "autoriser", autoriser_par_formulaire),
    ("POST", "jeton", jeton),
    ("GET", "fiche", fiche),
    ("POST", "fiche", fiche_par_formulaire),
    ("POST", "introspection", introspecter),
    ("POST", "revocation", revoquer),
    ("GET", "deconnexion", sortir),
    ("POST", "deconnexion", sortir_par_formulaire),
)
for methode, champ, fonction in ROUTES:
    for chemin in dict.fromkeys(getattr(a, champ) for a in ADRESSES.values()):
        routeur.add_api_route(chemin, fonction, methods=[methode])
