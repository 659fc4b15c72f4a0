"""The CAS server's own addresses: sign in, sign out.

Source: connectors reference §2.1 to 2.3; the CAS protocol, version 3.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.ent.screens import deconnexion, session
from services.ent.screens.cadre import page_de_projet
from services.ent.use_cases import cas, connecteurs, provisionnement
from shared.contracts.refus import Refus
from shared.http.dependances import Ecriture, noyau
from shared.http.routes import Routeur
from shared.screens.composants import Message

routeur = Routeur(prefix="/cas")

ICI = "/cas/login?"
VRAIS = ("true", "1")


@routeur.get("/login")
def login(
    request: Request,
    u: Ecriture,
    service: str = "",
    TARGET: str = "",
    renew: str = "",
    gateway: str = "",
    ticketAttributeName: str = "",
) -> Response:
    """Send a signed in user back with a ticket; ask others to sign in (not with `gateway`)."""
    vers = service or TARGET
    ouverte = session.ouverte(request, u)
    if not vers:
        return RedirectResponse(request.state.base + ("/mon-ent" if ouverte else "/mon-ent/connexion"), 302)
    connecteur = connecteurs.du_service(u, vers)
    if connecteur is None:
        return _refusee(request, cas.non_autorise(u, vers))
    if ouverte is None or renew.lower() in VRAIS:
        if gateway.lower() in VRAIS and not renew:
            return RedirectResponse(vers, 302)
        suite = ICI + urlencode(
            {"TARGET" if TARGET else "service": vers}
            | ({"ticketAttributeName": ticketAttributeName} if ticketAttributeName else {})
        )
        return RedirectResponse(f"{request.state.base}/mon-ent/connexion?suite={quote(suite, safe='')}", 302)
    try:
        ticket = cas.donner(u, session.secret(request), ouverte, vers)
    except Refus as refus:
        return _refusee(request, refus)
    provisionnement.a_la_connexion(u, ouverte.projet, ouverte.aaf_id, connecteur.code)
    nom = ticketAttributeName or ("SAMLart" if TARGET else "ticket")
    adresse, diese, ancre = vers.partition("#")
    lien = "&" if "?" in adresse else "?"
    return RedirectResponse(f"{adresse}{lien}{urlencode({nom: ticket})}{diese}{ancre}", 302)


def service_de(suite: str) -> str:
    """The service that a sign-in leads back to, "" when it leads elsewhere."""
    lue = dict(parse_qsl(urlsplit(suite).query)) if suite.startswith(ICI) else {}
    return lue.get("service") or lue.get("TARGET", "")


def _refusee(request: Request, refus: Refus) -> HTMLResponse:
    return page_de_projet(
        request,
        "cas_refus.html",
        "Service non autorisé",
        refus.statut,
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)],
    )


@routeur.get("/logout")
async def logout(request: Request, service: str = "", destination: str = "") -> Response:
    """Close the session everywhere; then to the connector that asked, if it is one of this ENT."""
    vers = service or destination
    return await run_in_threadpool(_fermer, request, vers)


def _fermer(request: Request, vers: str) -> Response:
    with noyau(request).fabrique.ouvrir(request.state.bac, ecriture=False) as u:
        connu = bool(vers) and connecteurs.du_service(u, vers) is not None
    return deconnexion.fermer(request, vers if connu else None)
