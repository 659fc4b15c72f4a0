"""pysaml2 as a service provider of the ENT, unmodified, with xmlsec1; what a browser carries between them."""

from __future__ import annotations

import re
import shutil
from html import unescape
from pathlib import Path
from typing import Any

import httpx
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.client import Saml2Client
from saml2.config import SPConfig

SP, ACS, SLO = (f"https://appli.exemple.invalid/{x}" for x in ("saml", "acs", "sortie"))
XMLSEC = shutil.which("xmlsec1")


def declarer(bac: Any, code: str = "appli", **reglages: Any) -> None:
    """A SAML connector of that ENT."""
    dits = {"entite": SP, "certificat": (bac.dossier / "sp.crt").read_text()} | reglages
    corps = {"projet": "essai", "nom": "Appli", "adresses": [ACS], "protocole": "saml", "reglages": dits}
    reponse = bac["ent"].put(f"/api/connecteurs/{code}", json=corps)
    assert reponse.status_code == 200, reponse.text


def logiciel(bac: Any, metadonnees: str = "saml/metadonnees", **reglages: Any) -> Saml2Client:
    """pysaml2, as any software would set it."""
    dossier: Path = bac.dossier
    sp = {
        "endpoints": {
            "assertion_consumer_service": [(ACS, BINDING_HTTP_POST)],
            "single_logout_service": [(SLO, BINDING_HTTP_REDIRECT)],
        },
        "want_assertions_signed": True,
        "want_response_signed": False,
        "authn_requests_signed": True,
        "signing_algorithm": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        "digest_algorithm": "http://www.w3.org/2001/04/xmlenc#sha256",
    }
    configuration = {
        "entityid": SP,
        "service": {"sp": sp | reglages},
        "metadata": {"inline": [bac["ent"].get(f"/{metadonnees}").text]},
        "key_file": str(dossier / "sp.pem"),
        "cert_file": str(dossier / "sp.crt"),
        "xmlsec_binary": XMLSEC,
        "allow_unknown_attributes": True,
    }
    return Saml2Client(SPConfig().load(configuration))


def champs(page: str) -> dict[str, str]:
    """The hidden fields of the form that carries a response, and its address."""
    lus = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    (adresse,) = re.findall(r'<form method="post" action="([^"]+)" aria-label="Continuer"', page)
    return {nom: unescape(v) for nom, v in lus.items()} | {"adresse": unescape(adresse)}


def demander(bac: Any, client: httpx.Client, appli: Saml2Client, liaison: str = BINDING_HTTP_REDIRECT) -> Any:
    """The ID of a request, and what the ENT's page carries back to the software."""
    numero, envoi = appli.prepare_for_authenticate(relay_state="ici", binding=liaison)
    client.follow_redirects = True
    if liaison == BINDING_HTTP_REDIRECT:
        page = client.get(dict(envoi["headers"])["Location"])
    else:
        adresse = re.findall(r'action="([^"]+)"', str(envoi["data"]))[0]
        page = client.post(
            unescape(adresse), data=dict(re.findall(r'name="(\w+)" value="([^"]+)"', str(envoi["data"])))
        )
    assert page.status_code == 200, re.findall(r'class="message-remede">([^<]+)', page.text)
    return numero, champs(page.text)


def lire(appli: Saml2Client, numero: str, recu: dict[str, str]) -> Any:
    """The response, as pysaml2 judges it: signature, audience, address, request, dates."""
    return appli.parse_authn_request_response(recu["SAMLResponse"], BINDING_HTTP_POST, {numero: "/"})


def derniers(bac: Any, code: str = "appli") -> list[dict[str, Any]]:
    """The last exchanges of a connector."""
    return list(bac["ent"].get(f"/api/connecteurs/{code}/echanges").json())
