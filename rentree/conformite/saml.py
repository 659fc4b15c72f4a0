"""Cases for a SAML 2 service provider: what its library must verify of a response.

Source: SAML 2.0 profiles §4.1.4 (audience, recipient, InResponseTo, replay); reference connectors §4.
"""

from __future__ import annotations

import base64
import copy
import io
from collections.abc import Callable
from urllib.parse import urlencode

from lxml import etree

from rentree.conformite.catalogue import Cas, sans_objet
from rentree.conformite.connexion import (
    Banc,
    deux_navigateurs,
    entree,
    numeroter,
    page_fermee,
    rejeu,
    reprise,
    session_neuve,
)
from rentree.conformite.connexion import deconnexion as deconnexion_unique
from rentree.conformite.monde import PROJET, ROLES, VOISIN
from rentree.conformite.navigateur import Formulaire
from shared.security.parseur import Limites
from shared.security.xml import document

PORTE = ("/saml/sso", "/auth/saml/", "/sso/samlAuthentication", "/cas/idp/")
NS = {"saml": "urn:oasis:names:tc:SAML:2.0:assertion", "ds": "http://www.w3.org/2000/09/xmldsig#"}
MAXIMUM = 400_000
SIGNEE = "Seule la signature de l'ENT dit qui est qui : sans elle, chacun écrit le nom qu'il veut."
POUR_LUI = "Une réponse est pour un logiciel, une demande, une fois."

Arbre = etree._Element


def reecrite(changer: Callable[[Arbre, str, str], None]) -> Callable[[Banc], str]:
    """A good response changed on its way; `changer(response, login of who came, login of the chef)`."""

    def jouer(b: Banc) -> str:
        with b.navigateur() as n:
            envoi = _formulaire(b, b.billet(n))
            racine = _lire(envoi)
            changer(racine, b.identifiant("eleve"), b.identifiant("chef"))
            return b.exiger_dehors(n, n.ouvrir(_avec(envoi, etree.tostring(racine))))

    return jouer


def _formulaire(b: Banc, envoi: str | Formulaire) -> Formulaire:
    if not isinstance(envoi, Formulaire):
        raise sans_objet("L'ENT n'a pas répondu par un formulaire.")
    return envoi


def _lire(envoi: Formulaire) -> Arbre:
    octets = base64.b64decode(envoi.champs["SAMLResponse"])
    return document(io.BytesIO(octets), nom="SAMLResponse", limites=Limites(max_element=MAXIMUM))


def _avec(envoi: Formulaire, xml: bytes) -> Formulaire:
    return Formulaire(envoi.adresse, envoi.champs | {"SAMLResponse": base64.b64encode(xml).decode()})


def _nommer(racine: Arbre, qui: str, autre: str) -> None:
    for element in racine.iter():
        if isinstance(element.tag, str) and (element.text or "").strip() == qui:
            element.text = autre


def sans_signature(racine: Arbre, qui: str, autre: str) -> None:
    """Every signature taken away, and another name written."""
    for signature in list(racine.iter(f"{{{NS['ds']}}}Signature")):
        parent = signature.getparent()
        if parent is not None:
            parent.remove(signature)
    _nommer(racine, qui, autre)


def enveloppee(racine: Arbre, qui: str, autre: str) -> None:
    """The signed assertion moved aside, a forged one of the same ID in its place (XML signature wrapping)."""
    vraie = racine.find("saml:Assertion", NS)
    if vraie is None:
        raise sans_objet("La réponse n'a pas d'assertion en clair.")
    fausse = copy.deepcopy(vraie)
    _nommer(fausse, qui, autre)
    signature = fausse.find("ds:Signature", NS)
    porteur = signature if signature is not None else fausse
    racine.replace(vraie, fausse)
    etree.SubElement(porteur, f"{{{NS['ds']}}}Object").append(vraie)


def autre_logiciel(b: Banc) -> str:
    """A response that the ENT made for another software."""
    ent = b.monde.clients["ent"]
    corps = {
        "projet": PROJET,
        "nom": "Voisin",
        "protocole": "saml",
        "adresses": ["https://voisin.exemple.invalid/acs"],
        "reglages": {"entite": "https://voisin.exemple.invalid/saml", "nom": "login"},
    }
    ent.demander("PUT", f"/api/connecteurs/{VOISIN}", json=corps)
    with b.navigateur() as n:
        mien = _formulaire(b, b.billet(n))
        voisin = n.retour(f"{b.monde.racine_ent}/saml/initier/{VOISIN}?{urlencode({'RelayState': ''})}")
        sien = _formulaire(b, voisin)
        return b.exiger_dehors(n, n.ouvrir(Formulaire(mien.adresse, mien.champs | sien.champs)))


def retour_d_un_autre(b: Banc) -> str:
    """The response to somebody else's request, never used, posted by another browser that was asking too."""
    with b.navigateur() as attaquant, b.navigateur() as victime:
        envoi = _formulaire(b, b.billet(attaquant, "chef"))
        b.vers_l_ent(victime)
        return b.exiger_dehors(victime, victime.ouvrir(envoi))


def illisible(b: Banc) -> str:
    """Not even XML."""
    with b.navigateur() as n:
        envoi = _formulaire(b, b.billet(n))
        return b.exiger_dehors(n, n.ouvrir(_avec(envoi, b"<Response")))


def sortie(b: Banc) -> str:
    """The SOAP logout of the ENT."""
    if not b.deconnexion:
        raise sans_objet("Sans déconnexion par l'ENT : donnez --rappel pour la jouer.")
    return deconnexion_unique(b)


CATALOGUE = numeroter(
    "SAML",
    [
        Cas("", "Page protégée", "Un visiteur est renvoyé vers l'ENT.", page_fermee),
        *(entree(role) for role in ROLES),
        Cas("", "Deux personnes à la fois", "Les sessions ne se mêlent pas.", deux_navigateurs),
        Cas("", "Réponse déjà utilisée", POUR_LUI, rejeu),
        Cas("", "Réponse destinée à un autre navigateur", POUR_LUI, retour_d_un_autre),
        Cas("", "Réponse destinée à un autre logiciel", POUR_LUI, autre_logiciel),
        Cas("", "Nom changé sous la signature", SIGNEE, reecrite(_nommer)),
        Cas("", "Signatures retirées", SIGNEE, reecrite(sans_signature)),
        Cas("", "Assertion signée mise de côté, une fausse à sa place", SIGNEE, reecrite(enveloppee)),
        Cas("", "Réponse illisible", "Une réponse qui n'en est pas une n'ouvre aucune session.", illisible),
        Cas("", "Après les fautes", "La suivante entre.", reprise),
        Cas(
            "", "Session neuve", "Un cookie posé avant la connexion ne donne pas la session d'un autre.", session_neuve
        ),
        Cas("", "Déconnexion par l'ENT", "Un poste partagé : qui sort de l'ENT sort de tout.", sortie),
    ],
)
