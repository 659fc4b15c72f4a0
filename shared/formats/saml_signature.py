"""XML signatures of SAML messages: written, and verified so that only what was signed is read.

Wrapping attacks move a signed element aside and put another in its place: here nothing is read of a message but the
very bytes that the signature covers, given back by the verifier. Signed with signxml (lxml and cryptography), from
wheels alone; imported when a SAML address is first asked.

Source: SAML Core section 5 (enveloped, one reference to the element's own ID, exclusive canonicalization); SAML
Bindings section 3.4.4.1 (redirect binding); W3C "XML Signature Best Practices".
"""

from __future__ import annotations

import base64
import binascii
import io
import re
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote, unquote_plus

from cryptography import x509
from cryptography.exceptions import InvalidSignature as SignatureFausse
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree
from msgspec import Struct
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.exceptions import InvalidCertificate, SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from shared.contracts.refus import Refus
from shared.security.parseur import Limites
from shared.security.xml import document

DS = "http://www.w3.org/2000/09/xmldsig#"
SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
RSA_SHA512 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"
CONDENSES = {RSA_SHA256: hashes.SHA256, RSA_SHA512: hashes.SHA512}
LIMITES = Limites(max_depth=30, max_text=100_000, max_bytes=500_000, max_element=500_000)
"""What a SAML message may not exceed."""


class Signataire(Struct, frozen=True):
    """A private key and its certificate, PEM."""

    cle: str
    certificat: str


@lru_cache(maxsize=32)
def _cle(pem: str) -> rsa.RSAPrivateKey:
    """A private key of ours. Reading one proves its primes again, ten times as long as a signature takes."""
    cle = serialization.load_pem_private_key(pem.encode(), None)
    assert isinstance(cle, rsa.RSAPrivateKey), "our keys are RSA"
    return cle


def lire_xml(octets: bytes) -> etree._Element:
    """The root of a message, read with our limits. Raises `Refus` XML_…."""
    return document(io.BytesIO(octets), nom="message SAML", limites=LIMITES)


def signer(element: etree._Element, qui: Signataire) -> etree._Element:
    """The element, signed; its signature after its Issuer, as the schemas want it."""
    numero = element.get("ID")
    assert numero, "a SAML message has an ID"
    place = etree.Element(f"{{{DS}}}Signature", Id="placeholder", nsmap={"ds": DS})
    emetteur = element.find(f"{{{SAML}}}Issuer")
    element.insert(0 if emetteur is None else element.index(emetteur) + 1, place)
    signeur = XMLSigner(
        signature_algorithm=SignatureMethod.RSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    fait: etree._Element = signeur.sign(
        element, key=_cle(qui.cle), cert=qui.certificat, reference_uri=f"#{numero}", id_attribute="ID"
    )
    return fait


def verifier(octets: bytes, certificat: str, quoi: str, instant: datetime, ou: str = "./") -> etree._Element:
    """What the signature covers, and nothing else: read no other part of the message.

    Arguments: `certificat`, PEM, agreed beforehand: those of the message are not looked at; `quoi`, the tag that must
    have been signed; `ou`, the element whose signature it is, from the root; `instant`, of the certificate's validity.
    Raises `Refus` SIGNATURE_ABSENTE, SIGNATURE_FAUSSE.
    """
    racine = lire_xml(octets)
    porteur = racine if ou == "./" else racine.find(ou.rstrip("/"))
    if porteur is None or porteur.find(f"{{{DS}}}Signature") is None:
        raise Refus("Ce message n'est pas signé.", code="SIGNATURE_ABSENTE", remede="Faites-le signer.")
    reglage = SignatureConfiguration(
        location=ou,
        expect_references=1,
        signature_methods=frozenset({SignatureMethod.RSA_SHA256, SignatureMethod.RSA_SHA512}),
        digest_algorithms=frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA512}),
        verification_time=instant,
    )
    try:
        juge = XMLVerifier().verify(octets, x509_cert=certificat, id_attribute="ID", expect_config=reglage)
    except InvalidCertificate:
        raise fausse("le certificat déclaré n'est pas valable à cette date") from None
    except (SignXMLException, SignatureFausse, ValueError, etree.LxmlError) as erreur:
        raise fausse(f"{type(erreur).__name__}") from None
    assert not isinstance(juge, list), "one reference was asked for"
    signe = juge.signed_xml
    if signe is None or signe.tag != quoi or signe.get("ID") != porteur.get("ID"):
        raise fausse("elle couvre un autre élément que celui qui la porte")
    return signe


def fausse(pourquoi: str) -> Refus:
    """The refusal of a signature."""
    return Refus(
        "La signature de ce message n'est pas bonne.",
        code="SIGNATURE_FAUSSE",
        statut=403,
        remede=f"Le message a changé depuis sa signature, ou la clé n'est pas celle qui est déclarée ({pourquoi}).",
    )


# --- redirect binding ------------------------------------------------------------------------------------------------


def signer_requete(champ: str, message: str, relais: str, qui: Signataire) -> str:
    """The parameters of a message by redirection, signed. `champ`: SAMLRequest or SAMLResponse; `message`: encoded."""
    dit = f"{champ}={quote(message, safe='')}"
    if relais:
        dit += f"&RelayState={quote(relais, safe='')}"
    dit += f"&SigAlg={quote(RSA_SHA256, safe='')}"
    signature = _cle(qui.cle).sign(dit.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{dit}&Signature={quote(base64.b64encode(signature).decode(), safe='')}"


def verifier_requete(requete: str, champ: str, certificat: str) -> None:
    """Judge the signature of a message by redirection, on the parameters as they came.

    Arguments: `requete`, the raw query. Raises `Refus` SIGNATURE_ABSENTE, SIGNATURE_FAUSSE.
    """
    bruts = [p.partition("=") for p in requete.split("&") if p]
    lus = {nom: valeur for nom, _, valeur in bruts}
    if len(lus) != len(bruts):
        raise fausse("un paramètre est répété")
    if "Signature" not in lus:
        raise Refus("Cette demande n'est pas signée.", code="SIGNATURE_ABSENTE", remede="Faites-la signer.")
    condense = CONDENSES.get(unquote_plus(lus.get("SigAlg", "")))
    if condense is None:
        algorithme = unquote_plus(lus.get("SigAlg", "")).rpartition("#")[2][:40]
        raise fausse(f"algorithme « {algorithme} » : signez en rsa-sha256, SHA-1 n'est plus sûr")
    dit = "&".join(f"{nom}={lus[nom]}" for nom in (champ, "RelayState", "SigAlg") if nom in lus)
    publique = x509.load_pem_x509_certificate(certificat.encode()).public_key()
    if not isinstance(publique, rsa.RSAPublicKey):
        raise fausse("la clé déclarée n'est pas RSA")
    try:
        signature = base64.b64decode(unquote_plus(lus["Signature"]), validate=True)
        publique.verify(signature, dit.encode(), padding.PKCS1v15(), condense())
    except (SignatureFausse, binascii.Error, ValueError):
        raise fausse("elle ne correspond pas aux paramètres") from None


def lire_certificat(texte: str) -> str:
    """A certificate as a publisher pastes it (PEM, or its base64 alone), as PEM. Raises `Refus` CERTIFICAT_INVALIDE."""
    nu = "".join(re.sub(r"-----[A-Z ]+-----", "", texte).split())
    try:
        der = base64.b64decode(nu, validate=True)
        lu = x509.load_der_x509_certificate(der)
    except (binascii.Error, ValueError):
        raise Refus(
            "Ce n'est pas un certificat.",
            code="CERTIFICAT_INVALIDE",
            remede="Collez celui des métadonnées du logiciel (X509Certificate), en PEM ou en base64.",
        ) from None
    return lu.public_bytes(serialization.Encoding.PEM).decode()
