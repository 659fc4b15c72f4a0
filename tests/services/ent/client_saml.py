"""pysaml2 as a service provider of the ENT, unmodified, with xmlsec1; what a browser carries between them."""

from __future__ import annotations

import copy
import re
import shutil
import urllib.parse
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from lxml import etree
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT

from .test_ent_cas import HTML

if TYPE_CHECKING:
    from saml2.client import Saml2Client

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
    from saml2.client import Saml2Client  # its schemas take two seconds: only whoever uses it pays them
    from saml2.config import SPConfig

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
        "encryption_keypairs": [{"key_file": str(dossier / "sp.pem"), "cert_file": str(dossier / "sp.crt")}],
        "xmlsec_binary": XMLSEC,
        "allow_unknown_attributes": True,
    }
    return Saml2Client(SPConfig().load(configuration))


def publier(appli: Saml2Client) -> str:
    """The metadata that pysaml2 writes of itself."""
    from saml2.metadata import entity_descriptor

    return str(entity_descriptor(appli.config))


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


def au_guichet(
    client: httpx.Client, guichet: str, aaf_id: int, valeurs: str | None = None, suite: str = ""
) -> tuple[dict[str, str], httpx.Response]:
    """ENT → guichet → what the guichet's page carries back, and what the ENT answers."""
    client.follow_redirects = True
    page = client.get(f"saml/federation/{guichet}", params={"projet": "essai", "suite": suite})
    demande = urllib.parse.parse_qs(page.url.query.decode())["demande"][0]
    qui = {"demande": demande, "projet": "essai", "aaf_id": str(aaf_id)}
    lue = client.get(f"educonnect/{guichet}/personne", params=qui).text
    (proposees,) = re.findall(r"<textarea[^>]*>([^<]*)</textarea>", lue)
    dites = unescape(proposees) if valeurs is None else valeurs
    recu = champs(client.post(f"educonnect/{guichet}/personne", data=qui | {"valeurs": dites}).text)
    client.follow_redirects = False
    return recu, client.post(recu["adresse"], data={k: v for k, v in recu.items() if k != "adresse"})


def personne_encore(bac: Any) -> httpx.Client:
    """A browser nobody signed in with."""
    return httpx.Client(base_url=bac["ent"].base_url, headers=HTML, verify=False)


def envelopper(xml: bytes) -> bytes:
    """A wrapping attack: the signed assertion moved aside, a forged one of the same ID in its place."""
    racine = etree.fromstring(xml)
    ns = {"saml": "urn:oasis:names:tc:SAML:2.0:assertion", "ds": "http://www.w3.org/2000/09/xmldsig#"}
    vraie = racine.find("saml:Assertion", ns)
    assert vraie is not None
    fausse = copy.deepcopy(vraie)
    for valeur in fausse.iterfind(".//saml:AttributeValue", ns):
        valeur.text = (valeur.text or "").replace("|1900001|", "|1900003|")
    signature = fausse.find("ds:Signature", ns)
    assert signature is not None
    racine.replace(vraie, fausse)
    etree.SubElement(signature, f"{{{ns['ds']}}}Object").append(vraie)
    return etree.tostring(racine)
