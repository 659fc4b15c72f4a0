"""SAML 2 messages on the wire: built and read with pysaml2's classes, signed by `saml_signature`.

Instants are arguments: pysaml2's own entities read the computer's clock and want xmlsec1, its classes want neither.
Imported when a SAML address is first asked.

Source: SAML Core, Bindings, Profiles and Metadata 2.0; connectors reference §4.
"""

# pysaml2 has no types: its classes are Any here.
# mypy: disable-error-code="import-untyped,no-untyped-call"

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from lxml import etree
from msgspec import Struct
from saml2 import saml, samlp

from shared.contracts.refus import Refus
from shared.formats.saml_chiffrement import Destinataire, chiffrer
from shared.formats.saml_signature import SAMLP, Signataire, lire_xml, signer

REDIRECTION = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
FORMULAIRE = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
SOAP = "urn:oasis:names:tc:SAML:2.0:bindings:SOAP"
BASIQUE = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"
URI = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"
PREFIXE_ETAT = "urn:oasis:names:tc:SAML:2.0:status:"
MOT_DE_PASSE = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
ENVELOPPE = "http://schemas.xmlsoap.org/soap/envelope/"
TAILLE_MAXIMALE = 200_000
"""Bytes of a message once inflated."""


class Demande(Struct, frozen=True):
    """An AuthnRequest as it was read."""

    numero: str
    emetteur: str
    retour: str
    destination: str
    passive: bool
    forcee: bool


class Sortie(Struct, frozen=True):
    """A LogoutRequest as it was read: `indices`, the sessions that it names."""

    numero: str
    emetteur: str
    nom: str
    indices: tuple[str, ...]


class Attribut(Struct, frozen=True):
    """An attribute: `nom` on the wire, `court` its friendly name, its values."""

    nom: str
    valeurs: tuple[str, ...]
    court: str = ""
    format: str = BASIQUE


class Affirmation(Struct, frozen=True):
    """What an assertion says, to whom, for how long: `debut` ± as the connector's settings want."""

    numero: str
    emetteur: str
    public: str
    retour: str
    en_reponse_a: str
    nom: str
    format_nom: str
    indice: str
    attributs: tuple[Attribut, ...]
    instant: datetime
    avant: timedelta
    apres: timedelta
    authentifie_le: datetime


# --- instants and envelopes ------------------------------------------------------------------------------------------


def instant(quand: datetime) -> str:
    """As SAML writes it."""
    return quand.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def deflater(octets: bytes) -> str:
    """A message for the redirect binding."""
    presse = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.b64encode(presse.compress(octets) + presse.flush()).decode()


def inflater(texte: str) -> bytes:
    """A message of the redirect binding. Raises `Refus` MESSAGE_ILLISIBLE."""
    depresse = zlib.decompressobj(-15)
    try:
        lu = depresse.decompress(base64.b64decode(texte, validate=True), TAILLE_MAXIMALE)
    except (zlib.error, binascii.Error, ValueError):
        raise illisible("par redirection (GET), il est compressé (DEFLATE) puis encodé en base64") from None
    if not lu:
        raise illisible("par redirection (GET), il est compressé (DEFLATE) puis encodé en base64")
    if depresse.unconsumed_tail:
        raise illisible(f"il a {TAILLE_MAXIMALE} octets au plus")
    return lu


def decoder(texte: str) -> bytes:
    """A message of the POST binding. Raises `Refus` MESSAGE_ILLISIBLE."""
    try:
        lu = base64.b64decode("".join(texte.split()), validate=True)
    except (binascii.Error, ValueError):
        raise illisible("par formulaire (POST), il est encodé en base64, sans compression") from None
    if len(lu) > TAILLE_MAXIMALE:
        raise illisible(f"il a {TAILLE_MAXIMALE} octets au plus")
    return lu


def illisible(pourquoi: str) -> Refus:
    """A message that cannot be read."""
    return Refus(
        "Ce message SAML n'est pas lisible.",
        code="MESSAGE_ILLISIBLE",
        remede=f"Envoyez-le comme son mode (liaison) le veut : {pourquoi}.",
    )


def en_xml(objet: Any) -> etree._Element:
    """A message of pysaml2's as an element."""
    return lire_xml(objet.to_string())


def en_octets(element: etree._Element) -> bytes:
    """An element as it is sent."""
    return etree.tostring(element, encoding="UTF-8")


def sous_soap(element: etree._Element) -> bytes:
    """A message within a SOAP envelope."""
    dedans = etree.tostring(element, encoding="unicode")
    return f'<s:Envelope xmlns:s="{ENVELOPPE}"><s:Body>{dedans}</s:Body></s:Envelope>'.encode()


# --- read ------------------------------------------------------------------------------------------------------------


def lire_demande(octets: bytes) -> Demande:
    """An AuthnRequest. Raises `Refus` XML_…, MESSAGE_ILLISIBLE."""
    lue = samlp.authn_request_from_string(en_octets(_du_type(octets, f"{{{SAMLP}}}AuthnRequest")))
    if lue is None or not lue.id or lue.issuer is None or not (lue.issuer.text or "").strip():
        raise illisible("une demande AuthnRequest a un ID et un Issuer")
    return Demande(
        lue.id,
        lue.issuer.text.strip(),
        lue.assertion_consumer_service_url or "",
        lue.destination or "",
        lue.is_passive == "true",
        lue.force_authn == "true",
    )


def lire_sortie(octets: bytes) -> Sortie:
    """A LogoutRequest. Raises `Refus` XML_…, MESSAGE_ILLISIBLE."""
    lue = samlp.logout_request_from_string(en_octets(_du_type(octets, f"{{{SAMLP}}}LogoutRequest")))
    if lue is None or not lue.id or lue.issuer is None or not (lue.issuer.text or "").strip():
        raise illisible("une demande LogoutRequest a un ID et un Issuer")
    nom = (lue.name_id.text or "").strip() if lue.name_id is not None else ""
    return Sortie(lue.id, lue.issuer.text.strip(), nom, tuple((s.text or "").strip() for s in lue.session_index))


def _du_type(octets: bytes, tag: str) -> etree._Element:
    racine = lire_xml(octets)
    if racine.tag != tag:
        raise illisible(f"c'est un {etree.QName(racine).localname}, non un {etree.QName(tag).localname}")
    return racine


def etat(racine: etree._Element) -> str:
    """The status of a response, without what all begin with: "Success", or the innermost code."""
    codes = [str(x.get("Value", "")) for x in racine.iterfind(f"{{{SAMLP}}}Status//{{{SAMLP}}}StatusCode")]
    return (codes[-1] if codes else "").removeprefix(PREFIXE_ETAT)


def lire_affirmation(signee: etree._Element) -> Any:
    """An assertion that a signature covered, as pysaml2 reads it. Raises `Refus` MESSAGE_ILLISIBLE."""
    lue = saml.assertion_from_string(etree.tostring(signee))
    if lue is None or lue.subject is None or lue.conditions is None:
        raise illisible("une assertion a un sujet et des conditions")
    return lue


def attributs_lus(assertion: Any) -> dict[str, list[str]]:
    """The attributes of an assertion, by friendly name where there is one, else by name."""
    lus: dict[str, list[str]] = {}
    for bloc in assertion.attribute_statement:
        for a in bloc.attribute:
            lus.setdefault(a.friendly_name or a.name, []).extend((v.text or "").strip() for v in a.attribute_value)
    return lus


# --- written ---------------------------------------------------------------------------------------------------------


def demande(numero: str, emetteur: str, destination: str, retour: str, quand: datetime) -> bytes:
    """An AuthnRequest."""
    return en_octets(
        en_xml(
            samlp.AuthnRequest(
                id=numero,
                version="2.0",
                issue_instant=instant(quand),
                destination=destination,
                assertion_consumer_service_url=retour,
                protocol_binding=FORMULAIRE,
                issuer=saml.Issuer(text=emetteur),
            )
        )
    )


def reponse(numero: str, a: Affirmation, qui: Signataire, signer_quoi: str, pour: Destinataire | None = None) -> bytes:
    """A response that holds one assertion. `signer_quoi`: assertion, reponse or les_deux; `pour`, who alone reads it.

    Raises `Refus` CERTIFICAT_INVALIDE.
    """
    assertion = en_xml(_assertion(a))
    if signer_quoi in ("assertion", "les_deux"):
        assertion = signer(assertion, qui)
    tout = en_octets(en_xml(_reponse(numero, a.emetteur, a.retour, a.en_reponse_a, a.instant, "Success")))
    # Put in as text: moved as an element, its prefixes would become those of its parent, and its signature false.
    debut, fin = tout[: tout.rindex(b"</")], tout[tout.rindex(b"</") :]
    octets = debut + (etree.tostring(assertion) if pour is None else chiffrer(assertion, pour)) + fin
    return en_octets(signer(lire_xml(octets), qui)) if signer_quoi in ("reponse", "les_deux") else octets


def echec(
    numero: str, emetteur: str, retour: str, en_reponse_a: str, quand: datetime, codes: Sequence[str], dit: str
) -> bytes:
    """A response without assertion. `codes`: outer then inner, without what all begin with."""
    return en_octets(en_xml(_reponse(numero, emetteur, retour, en_reponse_a, quand, *codes, dit=dit)))


def _reponse(
    numero: str, emetteur: str, retour: str, en_reponse_a: str, quand: datetime, *codes: str, dit: str = ""
) -> Any:
    return samlp.Response(
        id=numero,
        version="2.0",
        issue_instant=instant(quand),
        destination=retour,
        in_response_to=en_reponse_a or None,
        issuer=saml.Issuer(text=emetteur),
        status=_etat(*codes, dit=dit),
    )


def _etat(*codes: str, dit: str = "") -> Any:
    interne = samlp.StatusCode(value=PREFIXE_ETAT + codes[1]) if len(codes) > 1 else None
    return samlp.Status(
        status_code=samlp.StatusCode(value=PREFIXE_ETAT + codes[0], status_code=interne),
        status_message=samlp.StatusMessage(text=dit) if dit else None,
    )


def _assertion(a: Affirmation) -> Any:
    fin = instant(a.instant + a.apres)
    confirmation = saml.SubjectConfirmation(
        method="urn:oasis:names:tc:SAML:2.0:cm:bearer",
        subject_confirmation_data=saml.SubjectConfirmationData(
            not_on_or_after=fin, recipient=a.retour, in_response_to=a.en_reponse_a or None
        ),
    )
    attributs = [
        saml.Attribute(
            name=x.nom,
            friendly_name=x.court or x.nom,
            name_format=x.format,
            attribute_value=[saml.AttributeValue(text=v) for v in x.valeurs],
        )
        for x in a.attributs
        if x.valeurs
    ]
    return saml.Assertion(
        id=a.numero,
        version="2.0",
        issue_instant=instant(a.instant),
        issuer=saml.Issuer(text=a.emetteur),
        subject=saml.Subject(name_id=saml.NameID(text=a.nom, format=a.format_nom), subject_confirmation=[confirmation]),
        conditions=saml.Conditions(
            not_before=instant(a.instant - a.avant),
            not_on_or_after=fin,
            audience_restriction=[saml.AudienceRestriction(audience=[saml.Audience(text=a.public)])],
        ),
        authn_statement=[
            saml.AuthnStatement(
                authn_instant=instant(a.authentifie_le),
                session_index=a.indice,
                authn_context=saml.AuthnContext(authn_context_class_ref=saml.AuthnContextClassRef(text=MOT_DE_PASSE)),
            )
        ],
        attribute_statement=[saml.AttributeStatement(attribute=attributs)] if attributs else [],
    )


def sortie(
    numero: str, emetteur: str, destination: str, nom: str, format_nom: str, indice: str, quand: datetime
) -> etree._Element:
    """A LogoutRequest."""
    return en_xml(
        samlp.LogoutRequest(
            id=numero,
            version="2.0",
            issue_instant=instant(quand),
            not_on_or_after=instant(quand + timedelta(minutes=5)),
            destination=destination,
            issuer=saml.Issuer(text=emetteur),
            name_id=saml.NameID(text=nom, format=format_nom),
            session_index=[samlp.SessionIndex(text=indice)],
        )
    )


def sortie_faite(
    numero: str, emetteur: str, destination: str, en_reponse_a: str, quand: datetime, *codes: str
) -> etree._Element:
    """A LogoutResponse."""
    return en_xml(
        samlp.LogoutResponse(
            id=numero,
            version="2.0",
            issue_instant=instant(quand),
            destination=destination,
            in_response_to=en_reponse_a,
            issuer=saml.Issuer(text=emetteur),
            status=_etat(*(codes or ("Success",))),
        )
    )
