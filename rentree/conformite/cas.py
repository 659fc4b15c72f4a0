"""Cases for a CAS client: what the protocol leaves to the software, and what softwares get wrong.

Source: CAS protocol 3.0 §2.5 and 2.6 (a validation is of a ticket and a service, once); reference connectors §2.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from xml.sax.saxutils import escape

import httpx

from rentree.conformite.catalogue import Cas, echec, sans_objet
from rentree.conformite.connexion import (
    Banc,
    avec,
    avec_faute,
    deconnexion,
    deux_navigateurs,
    entree,
    numeroter,
    page_fermee,
    pannes,
    rejeu,
)
from rentree.conformite.monde import ROLES, SERVICE_VOISIN
from rentree.conformite.navigateur import Navigateur

PORTE = ("/cas/login",)
VIE = timedelta(minutes=10)
"""Beyond the life of a ticket of the connector (300 s)."""
UNE_FOIS = "Un ticket vaut une fois, pour un service, quelques minutes : ailleurs ou plus tard, il ne vaut rien."


def _avec_ticket(adresse: str, ticket: str) -> str:
    return avec(adresse, "ticket", ticket)


def _ticket(adresse: str) -> str:
    return dict(parse_qsl(urlsplit(adresse).query)).get("ticket", "")


def _ticket_du_voisin(b: Banc, n: Navigateur) -> str:
    """A ticket that the ENT gives the same user for another service."""
    return _ticket(str(n.retour(f"{b.monde.racine_ent}/cas/login?{urlencode({'service': SERVICE_VOISIN})}")))


def invente(b: Banc) -> str:
    """A ticket that the ENT never gave."""
    with b.navigateur() as n:
        retour = b.retour(n)
        return b.exiger_dehors(n, n.ouvrir(_avec_ticket(retour, "ST-1-" + "a" * 40)))


def expire(b: Banc) -> str:
    """A ticket kept too long: the clock of the ENT passes its life."""
    with b.navigateur() as n:
        retour = b.retour(n)
        b.monde.avancer(VIE)
        return b.exiger_dehors(n, n.ouvrir(retour))


def autre_service(b: Banc) -> str:
    """A ticket that the user was given for another software."""
    with b.navigateur() as n:
        retour = b.retour(n)
        ticket = _ticket_du_voisin(b, n)
        return b.exiger_dehors(n, n.ouvrir(_avec_ticket(retour, ticket)))


def hote_usurpe(b: Banc) -> str:
    """The same, the request saying that it is for that other software."""
    with b.navigateur() as n:
        retour = b.retour(n)
        voisin = urlsplit(SERVICE_VOISIN)
        entetes = {"host": voisin.netloc, "x-forwarded-host": voisin.netloc, "x-forwarded-proto": voisin.scheme}
        ticket = _ticket_du_voisin(b, n)
        return b.exiger_dehors(n, n.ouvrir(_avec_ticket(retour, ticket), entetes))


def service_souffle(b: Banc) -> str:
    """The same, the service slipped into the address of return."""
    with b.navigateur() as n:
        ticket = (b.retour(n), _ticket_du_voisin(b, n))
        piege = _avec_ticket(ticket[0], ticket[1]) + "&" + urlencode({"service": SERVICE_VOISIN})
        return b.exiger_dehors(n, n.ouvrir(piege))


def fausse_deconnexion(b: Banc) -> str:
    """A logout request for a ticket that was never given."""
    if not b.deconnexion:
        raise sans_objet("Sans déconnexion unique (--sans-deconnexion).")
    with b.navigateur() as n:
        retour = b.retour(n)
        n.ouvrir(retour)
        if not b.est_connecte(n.ouvrir()):
            raise sans_objet("Personne n'a pu se connecter.")
        for ticket in ("ST-999999-" + "b" * 40, ""):
            _demander_deconnexion(b, _sans_ticket(retour), ticket)
        if not b.est_connecte(n.ouvrir()):
            raise echec("Une demande de déconnexion qui ne cite aucun ticket connu ferme la session d'un autre.")
    return "La session reste ouverte."


def _sans_ticket(adresse: str) -> str:
    lue = urlsplit(adresse)
    return urlunsplit(lue._replace(query=urlencode([(k, v) for k, v in parse_qsl(lue.query) if k != "ticket"])))


def _demander_deconnexion(b: Banc, service: str, ticket: str) -> None:
    xml = (
        '<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="LR-1" Version="2.0" '
        'IssueInstant="2021-09-01T08:00:00Z"><saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">'
        f"@NOT_USED@</saml:NameID><samlp:SessionIndex>{escape(ticket)}</samlp:SessionIndex></samlp:LogoutRequest>"
    )
    try:
        httpx.post(service, data={"logoutRequest": xml}, timeout=b.patience, trust_env=False)
    except httpx.HTTPError as erreur:
        raise sans_objet(f"Le logiciel ne reçoit pas de demande de déconnexion ({type(erreur).__name__}).") from None


CATALOGUE = numeroter(
    "CAS",
    [
        Cas("", "Page protégée", "Un visiteur est renvoyé vers l'ENT avec l'adresse du service.", page_fermee),
        *(entree(role) for role in ROLES),
        Cas("", "Deux personnes à la fois", "Les sessions ne se mêlent pas.", deux_navigateurs),
        Cas("", "Ticket déjà utilisé", UNE_FOIS, rejeu),
        Cas("", "Ticket inventé", UNE_FOIS, invente),
        Cas("", "Ticket expiré", UNE_FOIS, expire),
        Cas("", "Ticket d'un autre service", UNE_FOIS, autre_service),
        Cas("", "Ticket d'un autre service, Host usurpé", UNE_FOIS, hote_usurpe),
        Cas("", "Ticket d'un autre service, service soufflé", UNE_FOIS, service_souffle),
        avec_faute("ticket_expire", "Validation refusée : INVALID_TICKET"),
        avec_faute("mauvais_service", "Validation refusée : INVALID_SERVICE"),
        avec_faute("refus_piege", "Refus dont le texte cite une réussite"),
        avec_faute("utilisateur_absent", "Réussite qui ne nomme personne"),
        *pannes(),
        Cas("", "Déconnexion unique", "Un poste partagé : qui sort de l'ENT sort de tout.", deconnexion),
        Cas(
            "",
            "Fausse déconnexion",
            "N'importe qui peut envoyer une demande : sans ticket connu, rien ne se ferme.",
            fausse_deconnexion,
        ),
    ],
)
