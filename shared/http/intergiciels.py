"""ASGI middleware: the bac of the request, who may call, and the simulated time in the logs.

Source: architecture, "Storage" (path prefix `/b/<bac>/…`) and "How it runs" (Host and Origin are checked even on
127.0.0.1; RENTREE_JETON elsewhere).
"""

from __future__ import annotations

import hmac
import re
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

import structlog
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.contracts.refus import Refus
from shared.http.service import Reglages
from shared.persistence.acces import BAC_PRINCIPAL

PREFIXE = re.compile(r"^/b/([a-z0-9_]{1,40})(?=/|$)")
METHODES_SURES = frozenset({"GET", "HEAD", "OPTIONS"})
OUVERTS = ("/_static/", "/_sim/vivant", "/connexion")


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
    """Checks Host, Origin and tokens.

    The internal routes that change something (`/_echanges/…`, POST on `/_sim/…`) want the internal token always, so
    that no web page can move the clock behind a user's back. When RENTREE_JETON is set everything else wants it,
    as a bearer or as the cookie that the sign-in page leaves.
    """

    def __init__(self, app: ASGIApp, reglages: Reglages, service: str) -> None:
        self.app = app
        self.reglages = reglages
        self.cookie = f"rentree_{service}"
        self.hotes = frozenset(reglages.hotes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        entetes = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        refus = self._refus(scope, entetes)
        if refus is None:
            await self.app(scope, receive, send)
            return
        reponse = JSONResponse(refus.as_problem(), refus.statut, media_type="application/problem+json")
        await reponse(scope, receive, send)

    def _refus(self, scope: Scope, entetes: dict[str, str]) -> Refus | None:
        chemin: str = scope["path"]
        if urlsplit("//" + entetes.get("host", "")).hostname not in self._noms():
            return Refus("Cet hôte n'est pas servi ici.", code="HOTE_REFUSE", statut=421)
        origine = entetes.get("origin")
        if origine and scope["method"] not in METHODES_SURES and urlsplit(origine).hostname not in self._noms():
            return Refus("Cette origine n'est pas acceptée.", code="ORIGINE_REFUSEE", statut=403)
        porteur = entetes.get("authorization", "").removeprefix("Bearer ")
        interne = hmac.compare_digest(porteur, self.reglages.jeton_interne)
        reserve = chemin.startswith("/_echanges/") or (chemin.startswith("/_sim/") and scope["method"] == "POST")
        if reserve and not interne:
            return Refus("Cette adresse est réservée aux services de la chaîne.", code="JETON_INTERNE", statut=401)
        if interne or not self.reglages.jeton or chemin.startswith(OUVERTS):
            return None
        present = porteur or self._cookie(entetes.get("cookie", ""))
        if hmac.compare_digest(present, self.reglages.jeton):
            return None
        return Refus(
            "Cette installation demande un jeton.",
            code="JETON_REQUIS",
            statut=401,
            remede="Envoyez l'en-tête « Authorization: Bearer … », ou ouvrez /connexion dans le navigateur.",
        )

    def _noms(self) -> frozenset[str]:
        return frozenset(h.strip("[]") for h in self.hotes)

    def _cookie(self, texte: str) -> str:
        morceau = SimpleCookie(texte).get(self.cookie)
        return morceau.value if morceau else ""
