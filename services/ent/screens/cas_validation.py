"""Where a connector asks whose a ticket is. Roots and bodies as settings of each connector.

Source: connectors reference §2.4 to 2.7; the CAS protocol, version 3.
"""

from __future__ import annotations

import contextlib
import io
from datetime import datetime
from urllib.parse import urlencode

import httpx
from fastapi import Request
from fastapi.responses import PlainTextResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from services.ent.screens import echanges, session
from services.ent.screens.cas import VRAIS
from services.ent.use_cases import cas, connecteurs
from services.ent.use_cases.cas import SANS_P3, Bon, Mauvais, Validation
from services.ent.use_cases.connecteurs import Cahier
from shared.formats import cas as corps
from shared.http.dependances import Ecriture, noyau
from shared.http.routes import Routeur
from shared.security.parseur import Limites
from shared.security.xml import document

routeur = Routeur(prefix="/cas")

PATIENCE = 5.0
"""Seconds that a connector is given to answer a proxy callback."""
SAML_MAXIMUM = 64_000
"""Bytes of a SOAP request."""
XML = "text/xml; charset=utf-8"


# Parameters are read from the request itself: FastAPI takes a tenth of a millisecond to hand over five of them.


@routeur.get("/validate")
async def valider_cas1(request: Request) -> PlainTextResponse:
    """CAS 1."""
    juge, cahier = await _juger(request, _demande(request))
    texte = corps.cas1(juge.utilisateur() if isinstance(juge, Bon) else None)
    await _garder(request, juge, cahier, texte)
    return PlainTextResponse(texte)


@routeur.get("/serviceValidate")
async def valider(request: Request) -> Response:
    """CAS 2; attributes are answered here too, as French ENTs do."""
    return await _valider(request)


@routeur.get("/proxyValidate")
async def valider_mandat(request: Request) -> Response:
    """CAS 2, proxy tickets too."""
    return await _valider(request, mandats=True)


@routeur.get("/p3/serviceValidate")
async def valider_p3(request: Request) -> Response:
    """CAS 3; 404 for a connector without /p3/ (entcore)."""
    return await _valider(request, p3=True)


@routeur.get("/p3/proxyValidate")
async def valider_mandat_p3(request: Request) -> Response:
    """CAS 3, proxy tickets too."""
    return await _valider(request, mandats=True, p3=True)


def _demande(request: Request, *, mandats: bool = False, p3: bool = False) -> Validation:
    q = request.query_params
    renew = q.get("renew", "").lower() in VRAIS
    return Validation(q.get("ticket", ""), q.get("service", ""), mandats=mandats, renew=renew, p3=p3)


async def _juger(request: Request, demande: Validation) -> tuple[Bon | Mauvais, Cahier | None]:
    """Spend a ticket; what is thought of it, where that is kept (None: by the connector of the service, if any)."""
    juge, cahier, _ = await _juger_a(request, demande)
    return juge, cahier


async def _juger_a(request: Request, demande: Validation) -> tuple[Bon | Mauvais, Cahier | None, datetime]:
    bac: str = request.state.bac
    (lu,) = await noyau(request).executer(bac, cas.DEPENSER, demande.parametres(), ecriture=True)
    return demande.juger(bac, lu), cas.cahier(bac, lu), lu[0]


async def _valider(request: Request, *, mandats: bool = False, p3: bool = False) -> Response:
    demande = _demande(request, mandats=mandats, p3=p3)
    juge, cahier = await _juger(request, demande)
    rappel = request.query_params.get("pgtUrl", "")
    if isinstance(juge, Bon) and rappel:
        return await run_in_threadpool(_avec_mandat, request, juge, rappel)
    if cahier is None and p3 and demande.service:
        juge = await run_in_threadpool(_sans_p3, request, demande.service) or juge
    reponse = _reponse(juge)
    await _garder(request, juge, cahier, _texte(reponse))
    return reponse


def _reponse(juge: Bon | Mauvais, iou: str = "") -> Response:
    if isinstance(juge, Bon):
        octets = corps.succes(juge.forme, juge.utilisateur(), juge.attributs(), iou=iou, mandataires=juge.mandataires)
        return Response(octets, media_type=XML)
    if juge.code == SANS_P3:
        return PlainTextResponse("Not Found", 404)
    return Response(corps.echec(juge.code), media_type=XML)


def _texte(reponse: Response) -> str:
    return bytes(reponse.body).decode()


def _avec_mandat(request: Request, bon: Bon, rappel: str) -> Response:
    """The answer to a good ticket whose connector wants a proxy-granting ticket at `rappel`."""
    fabrique, bac = noyau(request).fabrique, request.state.bac
    with fabrique.ouvrir(bac, ecriture=True) as u:
        pgt = cas.mandater(u, session.secret(request), bon, rappel)
    juge: Bon | Mauvais = bon
    iou = ""
    if pgt is not None and _rappeler(request, rappel, *pgt):
        iou = pgt[1]
    else:
        juge = Mauvais("INVALID_PROXY_CALLBACK", "L'adresse pgtUrl n'a pas été prise.", bon.connecteur)
    reponse = _reponse(juge, iou)
    with fabrique.ouvrir(bac, ecriture=True) as u:
        if pgt is not None and not iou:
            cas.oublier_mandat(u, pgt[0])
        connecteurs.noter(u, bon.connecteur, "validation", _envoyee(request), _texte(reponse), *_dit(juge))
    return reponse


def _rappeler(request: Request, rappel: str, pgt: str, iou: str) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        lien = "&" if "?" in rappel else "?"
        adresse = f"{rappel}{lien}{urlencode({'pgtId': pgt, 'pgtIou': iou})}"
        return noyau(request).transport.get(adresse, timeout=PATIENCE, follow_redirects=False).status_code == 200
    return False


# --- what is kept of it ----------------------------------------------------------------------------------------------


def _envoyee(request: Request) -> str:
    return f"{request.method} {request.scope['path']}?{request.scope['query_string'].decode(errors='replace')}"


async def _garder(request: Request, juge: Bon | Mauvais, cahier: Cahier | None, reponse: str) -> None:
    """What a publisher looks at: the whole request, the whole answer, why."""
    if cahier is not None:
        await echanges.garder(request, cahier, "validation", _envoyee(request), reponse, *_dit(juge))
    elif isinstance(juge, Mauvais):
        await run_in_threadpool(_noter_par_service, request, juge, reponse)


def _dit(juge: Bon | Mauvais) -> tuple[str, str]:
    return (juge.code, juge.explication) if isinstance(juge, Mauvais) else ("", "")


def _noter_par_service(request: Request, juge: Mauvais, reponse: str) -> None:
    """The same for a ticket that is nobody's: with the connector at the address of the service, if there is one."""
    q = request.query_params
    service = q.get("service", "") or q.get("TARGET", "")
    if not service:
        return
    with noyau(request).fabrique.ouvrir(request.state.bac, ecriture=True) as u:
        connecteur = connecteurs.du_service(u, service)
        if connecteur is not None:
            connecteurs.noter(u, connecteur.code, "validation", _envoyee(request), reponse, *_dit(juge))


def _sans_p3(request: Request, service: str) -> Mauvais | None:
    """What is told of a ticket that is nobody's, at a /p3/ address, when the service's connector has none."""
    with noyau(request).fabrique.ouvrir(request.state.bac, ecriture=False) as u:
        connecteur = connecteurs.du_service(u, service)
        sans = connecteur is not None and not cas.reglages_de(connecteur).p3
    return Mauvais(SANS_P3, "Ce connecteur n'a pas /p3/.") if sans else None


# --- proxies, SAML 1.1 -----------------------------------------------------------------------------------------------


@routeur.get("/proxy")
def mandat(request: Request, u: Ecriture, pgt: str = "", targetService: str = "") -> Response:
    """A proxy ticket for another service."""
    donne = cas.donner_mandat(u, session.secret(request), pgt, targetService)
    octets = corps.mandat_refuse(donne.code) if isinstance(donne, Mauvais) else corps.mandat(donne)
    return Response(octets, media_type=XML)


@routeur.post("/samlValidate")
async def valider_saml(request: Request, TARGET: str = "", renew: str = "") -> Response:
    """SAML 1.1: the ticket is the artifact of a SOAP request."""
    soap = document(io.BytesIO(await request.body()), nom="samlValidate", limites=Limites(max_element=SAML_MAXIMUM))
    artefact = soap.find(f".//{{{corps.SAML1P}}}AssertionArtifact")
    ticket = (artefact.text or "").strip() if artefact is not None else ""
    demande = Validation(ticket, TARGET, saml=True, renew=renew.lower() in VRAIS)
    juge, cahier, instant = await _juger_a(request, demande)
    numero = f"_{ticket[-24:]}"
    if isinstance(juge, Bon):
        octets = corps.saml_succes(
            juge.utilisateur(),
            juge.attributs(),
            numero=numero,
            service=TARGET,
            emetteur=str(request.base_url),
            instant=instant,
        )
    else:
        octets = corps.saml_echec(juge.code, numero=numero, service=TARGET, instant=instant)
    await _garder(request, juge, cahier, octets.decode())
    return Response(octets, media_type=XML)
