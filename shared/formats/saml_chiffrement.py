"""Assertions encrypted for one service provider: AES for the assertion, RSA-OAEP for its key.

Source: SAML Core section 6 and 2.3.4; XML Encryption 1.1 (element encryption; OAEP with SHA-1, which every reader has).
"""

from __future__ import annotations

import base64
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.asymmetric import padding as rembourrage
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from lxml import etree
from msgspec import Struct

from shared.contracts.refus import Refus
from shared.formats.saml_signature import DS, SAML

XENC = "http://www.w3.org/2001/04/xmlenc#"
Algorithme = Literal["aes256-gcm", "aes256-cbc", "aes128-cbc"]
_URI: dict[Algorithme, tuple[str, int]] = {
    "aes256-gcm": ("http://www.w3.org/2009/xmlenc11#aes256-gcm", 32),
    "aes256-cbc": (f"{XENC}aes256-cbc", 32),
    "aes128-cbc": (f"{XENC}aes128-cbc", 16),
}


class Destinataire(Struct, frozen=True):
    """For whom: certificate (PEM), algorithm; `alea`, 48 bytes that nobody guesses and that serve once."""

    certificat: str
    algorithme: Algorithme
    alea: bytes


def chiffrer(assertion: etree._Element, pour: Destinataire) -> bytes:
    """The EncryptedAssertion of an assertion, signed before or not. Raises `Refus` CERTIFICAT_INVALIDE."""
    uri, taille = _URI[pour.algorithme]
    cle, iv = pour.alea[:taille], pour.alea[32:48]
    clair = etree.tostring(assertion)
    if pour.algorithme == "aes256-gcm":
        chiffre = iv[:12] + AESGCM(cle).encrypt(iv[:12], clair, None)
    else:
        plein = padding.PKCS7(128).padder()
        chiffreur = Cipher(algorithms.AES(cle), modes.CBC(iv)).encryptor()
        chiffre = iv + chiffreur.update(plein.update(clair) + plein.finalize()) + chiffreur.finalize()
    racine = etree.Element(f"{{{SAML}}}EncryptedAssertion", nsmap={"saml": SAML})
    donnees = etree.SubElement(
        racine, f"{{{XENC}}}EncryptedData", Type=f"{XENC}Element", nsmap={"xenc": XENC, "ds": DS}
    )
    etree.SubElement(donnees, f"{{{XENC}}}EncryptionMethod", Algorithm=uri)
    infos = etree.SubElement(donnees, f"{{{DS}}}KeyInfo")
    enveloppe = etree.SubElement(infos, f"{{{XENC}}}EncryptedKey")
    methode = etree.SubElement(enveloppe, f"{{{XENC}}}EncryptionMethod", Algorithm=f"{XENC}rsa-oaep-mgf1p")
    etree.SubElement(methode, f"{{{DS}}}DigestMethod", Algorithm=f"{DS}sha1")
    _valeur(enveloppe, _publique(pour.certificat).encrypt(cle, _oaep()))
    _valeur(donnees, chiffre)
    return etree.tostring(racine)


def _oaep() -> rembourrage.OAEP:
    # SHA-1 in OAEP is not that of a signature: no collision helps whoever would read the key.
    return rembourrage.OAEP(rembourrage.MGF1(hashes.SHA1()), hashes.SHA1(), None)  # noqa: S303


def _publique(certificat: str) -> rsa.RSAPublicKey:
    cle = x509.load_pem_x509_certificate(certificat.encode()).public_key()
    if not isinstance(cle, rsa.RSAPublicKey):
        raise Refus(
            "Le certificat de chiffrement de ce connecteur n'a pas de clé RSA.",
            code="CERTIFICAT_INVALIDE",
            remede="Donnez-en un qui en a une, ou videz ce réglage : les assertions ne seront plus chiffrées.",
        )
    return cle


def _valeur(parent: etree._Element, octets: bytes) -> None:
    donnees = etree.SubElement(parent, f"{{{XENC}}}CipherData")
    etree.SubElement(donnees, f"{{{XENC}}}CipherValue").text = base64.b64encode(octets).decode()
