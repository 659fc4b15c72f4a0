"""SAML 2 metadata: of the ENT as identity provider, of the ENT as service provider; those of a publisher, read.

Source: SAML Metadata 2.0.
"""

# pysaml2 has no types: its classes are Any here.
# mypy: disable-error-code="import-untyped,no-untyped-call"

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from saml2 import md, xmldsig

from shared.formats.saml import FORMULAIRE, SOAP, illisible
from shared.formats.saml_signature import SAMLP, lire_xml

_CLE = "md:KeyDescriptor"


def _cle(certificat: str) -> Any:
    nu = "".join(x for x in certificat.splitlines() if "-----" not in x)
    x509 = xmldsig.X509Data(x509_certificate=xmldsig.X509Certificate(text=nu))
    return md.KeyDescriptor(use="signing", key_info=xmldsig.KeyInfo(x509_data=x509))


def metadonnees_idp(
    entite: str, certificat: str, entrees: Sequence[tuple[str, str]], sorties: Sequence[tuple[str, str]]
) -> bytes:
    """Metadata of an identity provider. `entrees`, `sorties`: (binding, address) of sign-on and of logout."""
    return md.EntityDescriptor(  # type: ignore[no-any-return]
        entity_id=entite,
        idpsso_descriptor=md.IDPSSODescriptor(
            protocol_support_enumeration=SAMLP,
            want_authn_requests_signed="false",
            key_descriptor=[_cle(certificat)],
            single_sign_on_service=[md.SingleSignOnService(binding=b, location=a) for b, a in entrees],
            single_logout_service=[md.SingleLogoutService(binding=b, location=a) for b, a in sorties],
        ),
    ).to_string()


def metadonnees_sp(entite: str, certificat: str, retour: str) -> bytes:
    """Metadata of a service provider that takes assertions by POST."""
    return md.EntityDescriptor(  # type: ignore[no-any-return]
        entity_id=entite,
        spsso_descriptor=md.SPSSODescriptor(
            protocol_support_enumeration=SAMLP,
            want_assertions_signed="true",
            authn_requests_signed="true",
            key_descriptor=[_cle(certificat)],
            assertion_consumer_service=[
                md.AssertionConsumerService(binding=FORMULAIRE, location=retour, index="0", is_default="true")
            ],
        ),
    ).to_string()


def lire_metadonnees_sp(octets: bytes) -> tuple[str, list[str], str, str, str]:
    """Of a service provider: entityID, addresses that take assertions by POST, of logout by SOAP, certificates of
    signature and of encryption ("" when there is none that says so).

    Raises `Refus` XML_…, MESSAGE_ILLISIBLE.
    """
    racine = lire_xml(octets)
    ns = {"md": md.NAMESPACE, "ds": xmldsig.NAMESPACE}
    bloc = racine.find(".//md:SPSSODescriptor", ns)
    entite = racine if bloc is None else bloc.getparent()
    if bloc is None or entite is None:
        raise illisible("des métadonnées de logiciel ont un SPSSODescriptor")
    retours = [
        str(x.get("Location"))
        for x in bloc.iterfind("md:AssertionConsumerService", ns)
        if x.get("Binding") == FORMULAIRE
    ]
    sorties = [str(x.get("Location")) for x in bloc.iterfind("md:SingleLogoutService", ns) if x.get("Binding") == SOAP]
    cles = [(x.get("use", ""), x.findtext(".//ds:X509Certificate", "", ns)) for x in bloc.iterfind(_CLE, ns)]
    signature = next((c for usage, c in cles if usage != "encryption"), "")
    chiffrement = next((c for usage, c in cles if usage == "encryption"), "")
    signature, chiffrement = ("".join(c.split()) for c in (signature, chiffrement))
    return str(entite.get("entityID", "")), retours, next(iter(sorties), ""), signature, chiffrement
