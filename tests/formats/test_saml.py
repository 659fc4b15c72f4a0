"""SAML messages: written, signed, verified; nothing is read but what a signature covers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree

from services.ent.use_cases.cles import fabriquer
from shared.contracts.refus import Refus
from shared.formats import saml as fil
from shared.formats.saml_signature import (
    SAML,
    SAMLP,
    Signataire,
    lire_certificat,
    signer_requete,
    verifier,
    verifier_requete,
)

QUAND = datetime(2021, 9, 1, 8, tzinfo=UTC)
ASSERTION, REPONSE = (f"{{{SAML}}}Assertion", f"./{{{SAML}}}Assertion/"), (f"{{{SAMLP}}}Response", "./")
PERSISTANT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
DITE = fil.Affirmation(
    numero="_a",
    emetteur="https://idp.invalid",
    public="https://sp.invalid",
    retour="https://sp.invalid/acs",
    en_reponse_a="_r",
    nom="quelqu'un",
    format_nom=PERSISTANT,
    indice="_i",
    attributs=(fil.Attribut("nom", ("É & fils", "deux")), fil.Attribut("vide", ())),
    instant=QUAND,
    avant=timedelta(minutes=1),
    apres=timedelta(minutes=5),
    authentifie_le=QUAND,
)


@pytest.fixture(scope="module")
def qui() -> Signataire:
    """A key and its certificate."""
    cle, certificat, _ = fabriquer("essai")
    return Signataire(cle, certificat)


@pytest.mark.parametrize(
    ("quoi", "signes", "non_signes"),
    [
        ("assertion", [ASSERTION], [REPONSE]),
        ("reponse", [REPONSE], [ASSERTION]),
        ("les_deux", [ASSERTION, REPONSE], []),
    ],
)
def test_what_is_signed_is_what_was_asked(
    qui: Signataire, quoi: str, signes: list[tuple[str, str]], non_signes: list[tuple[str, str]]
) -> None:
    """The assertion, the response, or both; what is not is said so; another certificate, a changed byte: false."""
    octets = fil.reponse("_m", DITE, qui, quoi)
    autre = fabriquer("autre")[1]
    for tag, ou in signes:
        lue = verifier(octets, qui.certificat, tag, QUAND, ou)
        assert lue.tag == tag
        for faux, certificat in ((octets, autre), (octets.replace(b"deux", b"trois"), qui.certificat)):
            with pytest.raises(Refus) as refus:
                verifier(faux, certificat, tag, QUAND, ou)
            assert refus.value.code == "SIGNATURE_FAUSSE"
    for tag, ou in non_signes:
        with pytest.raises(Refus) as refus:
            verifier(octets, qui.certificat, tag, QUAND, ou)
        assert refus.value.code == "SIGNATURE_ABSENTE"


def test_an_assertion_is_read_back(qui: Signataire) -> None:
    """Audience, dates, address, attributes: as they were written; an empty attribute is not."""
    octets = fil.reponse("_m", DITE, qui, "assertion")
    lue = fil.lire_affirmation(verifier(octets, qui.certificat, *ASSERTION[:1], QUAND, ASSERTION[1]))
    assert fil.attributs_lus(lue) == {"nom": ["É & fils", "deux"]}
    assert lue.conditions.not_before == "2021-09-01T07:59:00Z"
    assert lue.conditions.not_on_or_after == "2021-09-01T08:05:00Z"
    assert lue.subject.name_id.text == "quelqu'un"
    assert fil.etat(etree.fromstring(octets)) == "Success"
    refusee = fil.echec("_m", "https://idp.invalid", DITE.retour, "_r", QUAND, ("Responder", "NoPassive"), "Non.")
    assert fil.etat(etree.fromstring(refusee)) == "NoPassive"


def test_a_redirection_is_signed_on_what_is_sent(qui: Signataire) -> None:
    """A parameter changed, repeated, taken away, or an old algorithm: refused; another parameter is nobody's matter."""
    message = fil.deflater(fil.demande("_d", "https://sp.invalid", "https://idp.invalid/sso", DITE.retour, QUAND))
    requete = signer_requete("SAMLRequest", message, "là-bas", qui)
    verifier_requete(requete, "SAMLRequest", qui.certificat)
    verifier_requete(requete + "&lang=fr", "SAMLRequest", qui.certificat)
    for faux in (
        requete.replace("RelayState=l", "RelayState=m"),
        requete + "&SAMLRequest=x",
        requete.replace("rsa-sha256", "rsa-sha1"),
        requete.partition("&Signature=")[0],
        requete.partition("&Signature=")[0] + "&Signature=AAAA",
    ):
        with pytest.raises(Refus):
            verifier_requete(faux, "SAMLRequest", qui.certificat)
    lue = fil.lire_demande(fil.inflater(message))
    assert (lue.numero, lue.emetteur, lue.retour) == ("_d", "https://sp.invalid", DITE.retour)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"<a/>",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        b"\xff\xfe",
        f'<x:LogoutRequest xmlns:x="{SAMLP}"/>'.encode(),
    ],
)
def test_what_is_no_message_is_refused(octets: bytes) -> None:
    """Nothing, something else, a DOCTYPE, a message of another kind, or without what it must have: a `Refus`."""
    for lire in (fil.lire_demande, fil.lire_sortie):
        with pytest.raises(Refus):
            lire(octets)
    for encode in ("", "pas du base64 !", "AAAA"):
        with pytest.raises(Refus):
            fil.lire_demande(fil.inflater(encode))


def test_a_message_that_swells_is_refused() -> None:
    """A few bytes that inflate to millions are not inflated to the end."""
    with pytest.raises(Refus, match="lisible"):
        fil.inflater(fil.deflater(b"x" * 5_000_000))


def test_a_certificate_is_read_however_it_was_pasted(qui: Signataire) -> None:
    """PEM, PEM on one line (a form takes line ends away), base64 alone; anything else is refused."""
    base64 = "".join(x for x in qui.certificat.splitlines() if "-----" not in x)
    for texte in (qui.certificat, "".join(qui.certificat.splitlines()), base64, f" {base64[:64]}\n{base64[64:]} "):
        assert lire_certificat(texte) == qui.certificat
    for faux in ("", "AAAA", "ceci n'en est pas un"):
        with pytest.raises(Refus):
            lire_certificat(faux)
