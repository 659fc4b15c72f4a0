"""The bodies of a CAS server: success in four shapes, failure, SAML 1.1, logout request.

Source: connectors reference §2.4 to 2.7; the CAS protocol, version 3.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from lxml import etree

from shared.contracts.cas import Attributs, Forme

CAS = "http://www.yale.edu/tp/cas"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
SAML1 = "urn:oasis:names:tc:SAML:1.0:assertion"
SAML1P = "urn:oasis:names:tc:SAML:1.0:protocol"
SAML2 = "urn:oasis:names:tc:SAML:2.0:assertion"
SAML2P = "urn:oasis:names:tc:SAML:2.0:protocol"
ESPACE_ATTRIBUTS = "http://www.ja-sig.org/products/cas"
VALIDITE_SAML = timedelta(seconds=30)

ECHECS = {
    "INVALID_REQUEST": "« service » et « ticket » sont attendus.",
    "INVALID_TICKET": "Ce ticket n'est pas connu, a déjà servi, ou a expiré.",
    "INVALID_SERVICE": "Le ticket a été donné pour une autre adresse de service.",
    "UNAUTHORIZED_SERVICE_PROXY": "Un ticket de mandat n'est pas accepté ici : demandez proxyValidate.",
    "INVALID_PROXY_CALLBACK": "L'adresse « pgtUrl » n'est pas en https, ou n'a pas répondu 200.",
    "UNAUTHORIZED_SERVICE": "Ce connecteur ne peut pas demander de ticket de mandat.",
    "UNSUPPORTED_SAML_PROXY_VALIDATION": "Un ticket de mandat ne se valide pas par samlValidate.",
}
"""Code of a failure → its text."""


def succes(
    forme: Forme, utilisateur: str, attributs: Attributs, *, iou: str = "", mandataires: tuple[str, ...] = ()
) -> bytes:
    """The answer to a ticket that is good. `iou`: of the proxy-granting ticket sent; `mandataires`: nearest first."""
    suite = [_balise("cas:user", utilisateur)]
    if forme in ("A", "D"):
        suite.append(_boite("cas:attributes", _suite(attributs, "cas:")))
    if forme == "C":
        suite.append(_boite("cas:attributes", _boite("cas:userAttributes", _suite(attributs, ""))))
    if forme in ("B", "D"):
        suite.append(_suite(attributs, "cas:"))
    if iou:
        suite.append(_balise("cas:proxyGrantingTicket", iou))
    if mandataires:
        suite.append(_boite("cas:proxies", "".join(_balise("cas:proxy", adresse) for adresse in mandataires)))
    return f"{_DEBUT}{''.join(suite)}{_FIN}".encode()


# A success is asked hundreds of times a second, and is a dozen texts between tags that are ours: it is written as text,
# six times quicker than a tree.

_DEBUT = f'<cas:serviceResponse xmlns:cas="{CAS}"><cas:authenticationSuccess>'
_FIN = "</cas:authenticationSuccess></cas:serviceResponse>"
_A_ECRIRE_AUTREMENT = re.compile("[&<>\r]|[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ECRITS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}


def _balise(nom: str, texte: str) -> str:
    """An element that holds a text. Raises `KeyError` for a sign that no XML may hold."""
    return f"<{nom}>{_A_ECRIRE_AUTREMENT.sub(lambda m: _ECRITS[m[0]], texte)}</{nom}>"


def _boite(nom: str, dedans: str) -> str:
    return f"<{nom}>{dedans}</{nom}>" if dedans else f"<{nom}/>"


def _suite(attributs: Attributs, prefixe: str) -> str:
    return "".join(
        _balise(prefixe + nom, valeur) if isinstance(valeur, str) else _boite(prefixe + nom, _suite(valeur, prefixe))
        for nom, valeur in attributs
    )


def echec(code: str, detail: str = "") -> bytes:
    """The answer to a ticket that is not. `code`: a key of `ECHECS`."""
    racine, reponse = _reponse("authenticationFailure")
    reponse.set("code", code)
    reponse.text = detail or ECHECS[code]
    return _octets(racine)


def mandat(ticket: str) -> bytes:
    """The answer of /proxy: a proxy ticket."""
    racine, reponse = _reponse("proxySuccess")
    _element(reponse, "proxyTicket", ticket)
    return _octets(racine)


def mandat_refuse(code: str) -> bytes:
    """The refusal of /proxy."""
    racine, reponse = _reponse("proxyFailure")
    reponse.set("code", code)
    reponse.text = ECHECS[code]
    return _octets(racine)


def cas1(utilisateur: str | None) -> str:
    """The answer of /validate (CAS 1)."""
    return f"yes\n{utilisateur}\n" if utilisateur is not None else "no\n\n"


def deconnexion(ticket: str, numero: str, instant: datetime) -> bytes:
    """The logout request sent for one ticket. `numero`: identifier of the message."""
    demande = etree.Element(f"{{{SAML2P}}}LogoutRequest", nsmap={"samlp": SAML2P, "saml": SAML2})
    demande.set("ID", numero)
    demande.set("Version", "2.0")
    demande.set("IssueInstant", _instant(instant))
    etree.SubElement(demande, f"{{{SAML2}}}NameID").text = "@NOT_USED@"
    etree.SubElement(demande, f"{{{SAML2P}}}SessionIndex").text = ticket
    return _octets(demande)


def saml_succes(
    utilisateur: str, attributs: Attributs, *, numero: str, service: str, emetteur: str, instant: datetime
) -> bytes:
    """The SOAP answer of samlValidate: an assertion of SAML 1.1. Wrappers are lost, as in entcore."""
    enveloppe, reponse = _saml(numero, service, instant, "samlp:Success")
    assertion = etree.SubElement(reponse, f"{{{SAML1}}}Assertion", nsmap={"saml": SAML1})
    assertion.set("AssertionID", numero + "-a")
    assertion.set("IssueInstant", _instant(instant))
    assertion.set("Issuer", emetteur)
    assertion.set("MajorVersion", "1")
    assertion.set("MinorVersion", "1")
    conditions = etree.SubElement(assertion, f"{{{SAML1}}}Conditions")
    conditions.set("NotBefore", _instant(instant))
    conditions.set("NotOnOrAfter", _instant(instant + VALIDITE_SAML))
    public = etree.SubElement(conditions, f"{{{SAML1}}}AudienceRestrictionCondition")
    etree.SubElement(public, f"{{{SAML1}}}Audience").text = service
    simples: dict[str, list[str]] = {}
    for nom, valeur in attributs:
        if isinstance(valeur, str):
            simples.setdefault(nom, []).append(valeur)
    enonce = etree.SubElement(assertion, f"{{{SAML1}}}AttributeStatement")
    _sujet(enonce, utilisateur)
    for nom, valeurs in simples.items():
        attribut = etree.SubElement(enonce, f"{{{SAML1}}}Attribute")
        attribut.set("AttributeName", nom)
        attribut.set("AttributeNamespace", ESPACE_ATTRIBUTS)
        for valeur in valeurs:
            etree.SubElement(attribut, f"{{{SAML1}}}AttributeValue").text = valeur
    preuve = etree.SubElement(assertion, f"{{{SAML1}}}AuthenticationStatement")
    preuve.set("AuthenticationInstant", _instant(instant))
    preuve.set("AuthenticationMethod", "urn:oasis:names:tc:SAML:1.0:am:password")
    _sujet(preuve, utilisateur)
    return _octets(enveloppe)


def saml_echec(code: str, *, numero: str, service: str, instant: datetime) -> bytes:
    """The SOAP answer of samlValidate to a ticket that is not good."""
    enveloppe, reponse = _saml(numero, service, instant, "samlp:Responder")
    etree.SubElement(reponse[0], f"{{{SAML1P}}}StatusMessage").text = ECHECS[code]
    return _octets(enveloppe)


def _saml(numero: str, service: str, instant: datetime, statut: str) -> tuple[etree._Element, etree._Element]:
    enveloppe = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"SOAP-ENV": SOAP})
    etree.SubElement(enveloppe, f"{{{SOAP}}}Header")
    corps = etree.SubElement(enveloppe, f"{{{SOAP}}}Body")
    reponse = etree.SubElement(corps, f"{{{SAML1P}}}Response", nsmap={"samlp": SAML1P, "saml": SAML1})
    reponse.set("IssueInstant", _instant(instant))
    reponse.set("MajorVersion", "1")
    reponse.set("MinorVersion", "1")
    reponse.set("Recipient", service)
    reponse.set("ResponseID", numero)
    etree.SubElement(etree.SubElement(reponse, f"{{{SAML1P}}}Status"), f"{{{SAML1P}}}StatusCode").set("Value", statut)
    return enveloppe, reponse


def _sujet(enonce: etree._Element, utilisateur: str) -> None:
    sujet = etree.SubElement(enonce, f"{{{SAML1}}}Subject")
    etree.SubElement(sujet, f"{{{SAML1}}}NameIdentifier").text = utilisateur
    confirmation = etree.SubElement(sujet, f"{{{SAML1}}}SubjectConfirmation")
    etree.SubElement(confirmation, f"{{{SAML1}}}ConfirmationMethod").text = "urn:oasis:names:tc:SAML:1.0:cm:artifact"


def _reponse(nom: str) -> tuple[etree._Element, etree._Element]:
    racine = etree.Element(f"{{{CAS}}}serviceResponse", nsmap={"cas": CAS})
    return racine, etree.SubElement(racine, f"{{{CAS}}}{nom}")


def _element(parent: etree._Element, nom: str, texte: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{CAS}}}{nom}")
    element.text = texte
    return element


def _instant(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def _octets(element: etree._Element) -> bytes:
    return etree.tostring(element, encoding="UTF-8", xml_declaration=False)
