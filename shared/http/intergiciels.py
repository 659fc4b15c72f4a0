"""ASGI middleware: the bac of the request, who may call, and the simulated time in the logs.

Source: architecture, "Storage" (path prefix `/b/<bac>/…`) and "How it runs" (Host and Origin are checked even on
127.0.0.1; RENTREE_JETON elsewhere).
"""

from __future__ import annotations

import hmac
import re
from urllib.parse import urlsplit

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.contracts.refus import Refus
from shared.http.acces import cookie_d_acces
from shared.http.reponses import repondre
from shared.http.service import Reglages, ServiceDef
from shared.persistence.acces import BAC_PRINCIPAL
from shared.security.acces import METHODES_SURES, PREFIXE_JETON, cle_des_acces, desceller

PREFIXE = re.compile(r"^/b/([a-z0-9_]{1,40})(?=/|$)")


class BacDuChemin:
    """Takes `/b/<bac>` off the path; leaves `bac`, `base` (the prefix of links) in the request's state."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            trouve = PREFIXE.match(scope["path"])
            etat = scope.setdefault("state", {})
            etat["bac"] = trouve.group(1) if trouve else BAC_PRINCIPAL
            etat["base"] = trouve.group(0) if trouve else ""
            etat["horloge"] = None
            etat["donnees_reelles"] = False
            if trouve:
                reste = scope["path"][trouve.end() :] or "/"
                scope = {**scope, "path": reste, "raw_path": reste.encode()}
            with structlog.contextvars.bound_contextvars(bac=etat["bac"]):
                await self.app(scope, receive, send)
            return
        await self.app(scope, receive, send)


class Garde:
    """Checks Host, Origin and tokens; reads who asks, and whether this address is his.

    The internal routes that change something (`/_echanges/…`, POST on `/_sim/…`) want the internal token always, so
    that no web page can move the clock behind a user's back. Who shows an identity of this installation (cookie of the
    portal, API token) is held to its rights and its school. Who shows none is the trainer, who must show RENTREE_JETON
    when it is set, as a bearer or as the cookie that the sign-in page leaves.
    """

    def __init__(self, app: ASGIApp, reglages: Reglages, service: ServiceDef) -> None:
        self.app = app
        self.reglages = reglages
        self.regles = service.acces
        self.cookie = f"rentree_{service.nom}"
        self.noms = frozenset(h.strip("[]") for h in reglages.hotes)
        self.cle = cle_des_acces(reglages.jeton_interne)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        requete = Request(scope, receive)
        requete.state.identite = None
        refus = self._refus(requete)
        if refus is None:
            await self.app(scope, receive, send)
            return
        reponse = await run_in_threadpool(repondre, requete, refus)
        await reponse(scope, receive, send)

    def _refus(self, requete: Request) -> Refus | None:
        chemin: str = requete.scope["path"]
        entetes = requete.headers
        if urlsplit("//" + entetes.get("host", "")).hostname not in self.noms:
            return Refus("Cet hôte n'est pas servi ici.", code="HOTE_REFUSE", statut=421)
        origine = entetes.get("origin")
        etrangere = origine and requete.method not in METHODES_SURES and urlsplit(origine).hostname not in self.noms
        if etrangere and not self.regles.exigence(requete.method, chemin).ailleurs:
            return Refus("Cette origine n'est pas acceptée.", code="ORIGINE_REFUSEE", statut=403)
        porteur = entetes.get("authorization", "").removeprefix("Bearer ")
        interne = _egaux(porteur, self.reglages.jeton_interne)
        reserve = chemin.startswith("/_echanges/") or (chemin.startswith("/_sim/") and requete.method == "POST")
        if reserve and not interne:
            return Refus("Cette adresse est réservée aux services de la chaîne.", code="JETON_INTERNE", statut=401)
        if interne:
            return None
        bac: str = requete.state.bac
        if porteur.startswith(PREFIXE_JETON):
            qui = desceller(porteur, self.cle)
            if qui is None or qui.bac != bac:
                return JETON_INVALIDE if qui is None else JETON_AUTRE_BAC
        else:
            qui = desceller(requete.cookies.get(cookie_d_acces(bac), ""), self.cle)
        if qui is not None and qui.bac == bac:
            requete.state.identite = qui
            return self.regles.refus(qui, requete.method, chemin, requete.query_params.getlist("uai"))
        if not self.reglages.jeton or self.regles.exigence(requete.method, chemin).libre:
            return None
        if _egaux(porteur or requete.cookies.get(self.cookie, ""), self.reglages.jeton):
            return None
        return JETON_REQUIS


def _egaux(present: str, attendu: str) -> bool:
    return hmac.compare_digest(present.encode(), attendu.encode())


JETON_REQUIS = Refus(
    "Cette installation demande un jeton.",
    code="JETON_REQUIS",
    statut=401,
    remede="Envoyez l'en-tête « Authorization: Bearer … », ou ouvrez /connexion dans le navigateur.",
)
JETON_INVALIDE = Refus(
    "Ce jeton n'est pas de cette installation.",
    code="JETON_INVALIDE",
    statut=401,
    remede="Copiez-le en entier, ou demandez-en un autre sur la page « Accès » du poste de pilotage.",
)
JETON_AUTRE_BAC = Refus(
    "Ce jeton est celui d'un autre bac.",
    code="JETON_AUTRE_BAC",
    statut=401,
    remede="L'adresse de chaque bac commence par /b/<bac>/ : vérifiez celle que vous demandez.",
)
