"""The CAS server's own addresses: sign in, sign out, validate. Roots and bodies as settings of each connector.

Source: connectors reference §2.1 to 2.7; the CAS protocol, version 3.
"""

from __future__ import annotations

import contextlib
import io
from urllib.parse import quote, urlencode

import httpx
from fastapi import Request
from fastapi.responses import PlainTextResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.ent.screens import deconnexion, session
from services.ent.screens.cadre import page_de_projet
from services.ent.use_cases import cas, connecteurs
from services.ent.use_cases.cas import Bon, Mauvais
from shared.contracts.refus import Refus
from shared.formats import cas as corps
from shared.http.dependances import Ecriture, noyau
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Message
from shared.security.parseur import Limites
from shared.security.xml import document

routeur = Routeur(prefix="/cas")

PATIENCE = 5.0
"""Seconds that a connector is given to answer a proxy callback."""
SAML_MAXIMUM = 64_000
"""Bytes of a SOAP request."""
XML = "text/xml; charset=utf-8"


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
    if connecteurs.du_service(u, vers) is None:
        return _refusee(request, cas.non_autorise(u, vers))
    if ouverte is None or renew.lower() in ("true", "1"):
        if gateway.lower() in ("true", "1") and not renew:
            return RedirectResponse(vers, 302)
        suite = "/cas/login?" + urlencode(
            {"TARGET" if TARGET else "service": vers}
            | ({"ticketAttributeName": ticketAttributeName} if ticketAttributeName else {})
        )
        return RedirectResponse(f"{request.state.base}/mon-ent/connexion?suite={quote(suite, safe='')}", 302)
    try:
        ticket = cas.donner(u, session.secret(request), ouverte, vers)
    except Refus as refus:
        return _refusee(request, refus)
    nom = ticketAttributeName or ("SAMLart" if TARGET else "ticket")
    adresse, diese, ancre = vers.partition("#")
    lien = "&" if "?" in adresse else "?"
    return RedirectResponse(f"{adresse}{lien}{urlencode({nom: ticket})}{diese}{ancre}", 302)


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


# --- validation ----------------------------------------------------------------------------------------------------


@routeur.get("/validate")
def valider_cas1(request: Request, u: Ecriture, service: str = "", ticket: str = "") -> PlainTextResponse:
    """CAS 1."""
    juge = cas.valider(u, ticket, service)
    texte = corps.cas1(juge.utilisateur() if isinstance(juge, Bon) else None)
    _noter(u, request, juge, texte)
    return PlainTextResponse(texte)


@routeur.get("/serviceValidate")
def valider(request: Request, service: str = "", ticket: str = "", pgtUrl: str = "") -> Response:
    """CAS 2; attributes are answered here too, as French ENTs do."""
    return _valider(request, ticket, service, pgtUrl)


@routeur.get("/proxyValidate")
def valider_mandat(request: Request, service: str = "", ticket: str = "", pgtUrl: str = "") -> Response:
    """CAS 2, proxy tickets too."""
    return _valider(request, ticket, service, pgtUrl, mandats=True)


@routeur.get("/p3/serviceValidate")
def valider_p3(request: Request, service: str = "", ticket: str = "", pgtUrl: str = "") -> Response:
    """CAS 3; 404 for a connector without /p3/ (entcore)."""
    return _valider(request, ticket, service, pgtUrl, p3=True)


@routeur.get("/p3/proxyValidate")
def valider_mandat_p3(
    request: Request,
    service: str = "",
    ticket: str = "",
    pgtUrl: str = "",
) -> Response:
    """CAS 3, proxy tickets too."""
    return _valider(request, ticket, service, pgtUrl, mandats=True, p3=True)


def _valider(
    request: Request, ticket: str, service: str, rappel: str, *, mandats: bool = False, p3: bool = False
) -> Response:
    fabrique = noyau(request).fabrique
    secret = session.secret(request)
    with fabrique.ouvrir(request.state.bac, ecriture=True) as u:
        if p3 and (c := connecteurs.du_service(u, service)) is not None and not cas.reglages_de(c).p3:
            connecteurs.noter(
                u, c.code, "validation", _demande(request), "404", "SANS_P3", "Ce connecteur n'a pas /p3/."
            )
            return PlainTextResponse("Not Found", 404)
        juge = cas.valider(u, ticket, service, mandats=mandats)
        pgt = cas.mandater(u, secret, juge, rappel) if rappel and isinstance(juge, Bon) else None
        if not (rappel and isinstance(juge, Bon)):
            octets = _corps(juge)
            _noter(u, request, juge, octets.decode())
            return Response(octets, media_type=XML)
    bon = juge
    recu = pgt is not None and _rappeler(request, rappel, *pgt)
    with fabrique.ouvrir(request.state.bac, ecriture=True) as u:
        if pgt is not None and not recu:
            cas.oublier_mandat(u, pgt[0])
        if pgt is None or not recu:
            juge = Mauvais("INVALID_PROXY_CALLBACK", "L'adresse pgtUrl n'a pas été prise.", bon.connecteur.code)
            octets = _corps(juge)
        else:
            octets = corps.succes(
                bon.forme, bon.utilisateur(), bon.attributs(), iou=pgt[1], mandataires=bon.mandataires
            )
        _noter(u, request, juge, octets.decode())
    return Response(octets, media_type=XML)


def _corps(juge: Bon | Mauvais) -> bytes:
    if isinstance(juge, Mauvais):
        return corps.echec(juge.code)
    return corps.succes(juge.forme, juge.utilisateur(), juge.attributs(), mandataires=juge.mandataires)


def _rappeler(request: Request, rappel: str, pgt: str, iou: str) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        lien = "&" if "?" in rappel else "?"
        adresse = f"{rappel}{lien}{urlencode({'pgtId': pgt, 'pgtIou': iou})}"
        return noyau(request).transport.get(adresse, timeout=PATIENCE, follow_redirects=False).status_code == 200
    return False


def _demande(request: Request) -> str:
    return f"{request.method} {request.url.path}?{request.url.query}"


def _noter(u: Unite, request: Request, juge: Bon | Mauvais, reponse: str) -> None:
    """What a publisher looks at: the whole request, the whole answer, why."""
    code = juge.connecteur if isinstance(juge, Mauvais) else juge.connecteur.code
    if not code:
        connecteur = connecteurs.du_service(u, request.query_params.get("service", ""))
        code = connecteur.code if connecteur else ""
    if code:
        dit = (juge.code, juge.explication) if isinstance(juge, Mauvais) else ("", "")
        connecteurs.noter(u, code, "validation", _demande(request), reponse, *dit)


@routeur.get("/proxy")
def mandat(request: Request, u: Ecriture, pgt: str = "", targetService: str = "") -> Response:
    """A proxy ticket for another service."""
    donne = cas.donner_mandat(u, session.secret(request), pgt, targetService)
    octets = corps.mandat_refuse(donne.code) if isinstance(donne, Mauvais) else corps.mandat(donne)
    return Response(octets, media_type=XML)


@routeur.post("/samlValidate")
async def valider_saml(request: Request, TARGET: str = "") -> Response:
    """SAML 1.1: the ticket is the artifact of a SOAP request."""
    recu = await request.body()
    return await run_in_threadpool(_valider_saml, request, TARGET, recu)


def _valider_saml(request: Request, service: str, recu: bytes) -> Response:
    soap = document(io.BytesIO(recu), nom="samlValidate", limites=Limites(max_element=SAML_MAXIMUM))
    artefact = soap.find(f".//{{{corps.SAML1P}}}AssertionArtifact")
    ticket = (artefact.text or "").strip() if artefact is not None else ""
    with noyau(request).fabrique.ouvrir(request.state.bac, ecriture=True) as u:
        juge = cas.valider(u, ticket, service, saml=True)
        numero = f"_{ticket[-24:]}"
        if isinstance(juge, Mauvais):
            octets = corps.saml_echec(juge.code, numero=numero, service=service, instant=u.maintenant)
        else:
            octets = corps.saml_succes(
                juge.utilisateur(),
                juge.attributs(),
                numero=numero,
                service=service,
                emetteur=str(request.base_url),
                instant=u.maintenant,
            )
        _noter(u, request, juge, octets.decode())
    return Response(octets, media_type=XML)
