"""Where a connector asks whose a ticket is. Roots and bodies as settings of each connector.

Source: connectors reference §2.4 to 2.7; the CAS protocol, version 3.
"""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import httpx
from fastapi import Request
from fastapi.responses import PlainTextResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from services.ent.screens import session
from services.ent.screens.cas import VRAIS
from services.ent.use_cases import cas, connecteurs
from services.ent.use_cases.cas import SANS_P3, Bon, Mauvais
from shared.formats import cas as corps
from shared.http.dependances import Ecriture, noyau
from shared.http.routes import Routeur
from shared.persistence.breve import Executant, ouvrir_breve
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
def valider_cas1(request: Request) -> PlainTextResponse:
    """CAS 1."""
    d = _Demande.lire(request)
    with ouvrir_breve(noyau(request).fabrique, request.state.bac) as u:
        juge = cas.valider(u, d.ticket, d.service, renew=d.renew)
        texte = corps.cas1(juge.utilisateur() if isinstance(juge, Bon) else None)
        _noter(u, request, juge, texte)
    _noter_par_service(request, juge, d.service, texte)
    return PlainTextResponse(texte)


@routeur.get("/serviceValidate")
def valider(request: Request) -> Response:
    """CAS 2; attributes are answered here too, as French ENTs do."""
    return _valider(request)


@routeur.get("/proxyValidate")
def valider_mandat(request: Request) -> Response:
    """CAS 2, proxy tickets too."""
    return _valider(request, mandats=True)


@routeur.get("/p3/serviceValidate")
def valider_p3(request: Request) -> Response:
    """CAS 3; 404 for a connector without /p3/ (entcore)."""
    return _valider(request, p3=True)


@routeur.get("/p3/proxyValidate")
def valider_mandat_p3(request: Request) -> Response:
    """CAS 3, proxy tickets too."""
    return _valider(request, mandats=True, p3=True)


@dataclass(frozen=True, slots=True)
class _Demande:
    """What a validation asks: of which ticket, for which service, where to send a proxy-granting ticket ("" none)."""

    ticket: str
    service: str
    rappel: str
    renew: bool

    @classmethod
    def lire(cls, request: Request) -> _Demande:
        q = request.query_params
        renew = q.get("renew", "").lower() in VRAIS
        return cls(q.get("ticket", ""), q.get("service", ""), q.get("pgtUrl", ""), renew)


def _valider(request: Request, *, mandats: bool = False, p3: bool = False) -> Response:
    d = _Demande.lire(request)
    with ouvrir_breve(noyau(request).fabrique, request.state.bac) as u:
        juge = cas.valider(u, d.ticket, d.service, mandats=mandats, renew=d.renew, p3=p3)
        if isinstance(juge, Mauvais) or not d.rappel:
            reponse = _reponse(juge)
            _noter(u, request, juge, _texte(reponse))
    if isinstance(juge, Bon):
        return _avec_mandat(request, juge, d.rappel) if d.rappel else reponse
    if not juge.connecteur and p3:
        juge = _sans_p3(request, d.service) or juge
        reponse = _reponse(juge)
    _noter_par_service(request, juge, d.service, _texte(reponse))
    return reponse


def _reponse(juge: Bon | Mauvais) -> Response:
    if isinstance(juge, Bon):
        octets = corps.succes(juge.forme, juge.utilisateur(), juge.attributs(), mandataires=juge.mandataires)
        return Response(octets, media_type=XML)
    if juge.code == SANS_P3:
        return PlainTextResponse("Not Found", 404)
    return Response(corps.echec(juge.code), media_type=XML)


def _texte(reponse: Response) -> str:
    return bytes(reponse.body).decode()


def _avec_mandat(request: Request, bon: Bon, rappel: str) -> Response:
    """The answer to a good ticket whose connector wants a proxy-granting ticket at `rappel`."""
    fabrique = noyau(request).fabrique
    with fabrique.ouvrir(request.state.bac, ecriture=True) as u:
        pgt = cas.mandater(u, session.secret(request), bon, rappel)
    recu = pgt is not None and _rappeler(request, rappel, *pgt)
    with fabrique.ouvrir(request.state.bac, ecriture=True) as u:
        if pgt is not None and recu:
            octets = corps.succes(
                bon.forme, bon.utilisateur(), bon.attributs(), iou=pgt[1], mandataires=bon.mandataires
            )
            _noter(u, request, bon, octets.decode())
            return Response(octets, media_type=XML)
        if pgt is not None:
            cas.oublier_mandat(u, pgt[0])
        refus = Mauvais("INVALID_PROXY_CALLBACK", "L'adresse pgtUrl n'a pas été prise.", bon.connecteur)
        reponse = _reponse(refus)
        _noter(u, request, refus, _texte(reponse))
    return reponse


def _rappeler(request: Request, rappel: str, pgt: str, iou: str) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        lien = "&" if "?" in rappel else "?"
        adresse = f"{rappel}{lien}{urlencode({'pgtId': pgt, 'pgtIou': iou})}"
        return noyau(request).transport.get(adresse, timeout=PATIENCE, follow_redirects=False).status_code == 200
    return False


# --- what is kept of it ----------------------------------------------------------------------------------------------


def _demande(request: Request) -> str:
    return f"{request.method} {request.scope['path']}?{request.scope['query_string'].decode(errors='replace')}"


def _noter(u: Executant, request: Request, juge: Bon | Mauvais, reponse: str) -> None:
    """What a publisher looks at: the whole request, the whole answer, why. Nothing when the ticket is nobody's."""
    if juge.connecteur:
        dit = (juge.code, juge.explication) if isinstance(juge, Mauvais) else ("", "")
        connecteurs.noter(u, juge.connecteur, "validation", _demande(request), reponse, *dit)


def _noter_par_service(request: Request, juge: Bon | Mauvais, service: str, reponse: str) -> None:
    """The same for a ticket that is nobody's: with the connector at the address of the service, if there is one."""
    if juge.connecteur or not service:
        return
    with noyau(request).fabrique.ouvrir(request.state.bac, ecriture=True) as u:
        connecteur = connecteurs.du_service(u, service)
        if connecteur is not None and isinstance(juge, Mauvais):
            _noter(u, request, replace(juge, connecteur=connecteur.code), reponse)


def _sans_p3(request: Request, service: str) -> Mauvais | None:
    """What is told of a ticket that is nobody's, at a /p3/ address, when the service's connector has none."""
    with noyau(request).fabrique.ouvrir(request.state.bac, ecriture=False) as u:
        connecteur = connecteurs.du_service(u, service) if service else None
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
    recu = await request.body()
    return await run_in_threadpool(_valider_saml, request, TARGET, recu, renew.lower() in VRAIS)


def _valider_saml(request: Request, service: str, recu: bytes, renew: bool) -> Response:
    soap = document(io.BytesIO(recu), nom="samlValidate", limites=Limites(max_element=SAML_MAXIMUM))
    artefact = soap.find(f".//{{{corps.SAML1P}}}AssertionArtifact")
    ticket = (artefact.text or "").strip() if artefact is not None else ""
    numero = f"_{ticket[-24:]}"
    with ouvrir_breve(noyau(request).fabrique, request.state.bac) as u:
        juge = cas.valider(u, ticket, service, saml=True, renew=renew)
        if isinstance(juge, Bon):
            octets = corps.saml_succes(
                juge.utilisateur(),
                juge.attributs(),
                numero=numero,
                service=service,
                emetteur=str(request.base_url),
                instant=u.maintenant,
            )
        else:
            octets = corps.saml_echec(juge.code, numero=numero, service=service, instant=u.maintenant)
        _noter(u, request, juge, octets.decode())
    _noter_par_service(request, juge, service, octets.decode())
    return Response(octets, media_type=XML)
