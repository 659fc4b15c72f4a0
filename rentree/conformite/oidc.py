"""Cases for an OpenID Connect client: what the protocol leaves to the software.

Source: OpenID Connect Core §3.1.2.7, 3.1.3.7 (state, nonce, signature); RFC 6749 §10.12; reference connectors §3.
"""

from __future__ import annotations

from datetime import timedelta

from rentree.conformite.catalogue import Cas, sans_objet
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
from rentree.conformite.monde import ROLES

PORTE = ("/oidc/authorize", "/auth/oauth2/auth", "/cas/oidc/oidcAuthorize")
VIE = timedelta(minutes=15)
"""Beyond the life of a code (600 s)."""
ETAT = "Le « state » lie la réponse au navigateur qui a demandé : sans lui, on fait entrer quelqu'un pour un autre."
UNE_FOIS = "Un code vaut une fois, quelques minutes."


def code_invente(b: Banc) -> str:
    """A code that the ENT never gave."""
    with b.navigateur() as n:
        return b.exiger_dehors(n, n.ouvrir(avec(b.retour(n), "code", "c" * 43)))


def code_expire(b: Banc) -> str:
    """A code kept too long."""
    with b.navigateur() as n:
        retour = b.retour(n)
        b.monde.avancer(VIE)
        return b.exiger_dehors(n, n.ouvrir(retour))


def state_change(b: Banc) -> str:
    """The answer comes with another state."""
    with b.navigateur() as n:
        return b.exiger_dehors(n, n.ouvrir(avec(b.retour(n), "state", "quelqu-un-d-autre")))


def state_absent(b: Banc) -> str:
    """The answer comes without any."""
    with b.navigateur() as n:
        return b.exiger_dehors(n, n.ouvrir(avec(b.retour(n), "state", None)))


def retour_d_un_autre(b: Banc) -> str:
    """The answer to somebody else's request, never used, is opened in another browser that was asking too."""
    with b.navigateur() as attaquant, b.navigateur() as victime:
        retour = b.retour(attaquant, "chef")
        b.vers_l_ent(victime)
        return b.exiger_dehors(victime, victime.ouvrir(retour))


def refus_de_l_ent(b: Banc) -> str:
    """The ENT answers by an error (access_denied)."""
    with b.navigateur() as n:
        retour = avec(avec(b.retour(n), "code", None), "error", "access_denied")
        return b.exiger_dehors(n, n.ouvrir(retour))


def sortie(b: Banc) -> str:
    """The back-channel logout of the ENT."""
    if not b.deconnexion:
        raise sans_objet("Sans déconnexion par l'ENT : donnez --rappel pour la jouer.")
    return deconnexion(b)


CATALOGUE = numeroter(
    "OIDC",
    [
        Cas("", "Page protégée", "Un visiteur est renvoyé vers l'ENT.", page_fermee),
        *(entree(role) for role in ROLES),
        Cas("", "Deux personnes à la fois", "Les sessions ne se mêlent pas.", deux_navigateurs),
        Cas("", "Réponse déjà utilisée", UNE_FOIS, rejeu),
        Cas("", "Code inventé", UNE_FOIS, code_invente),
        Cas("", "Code expiré", UNE_FOIS, code_expire),
        Cas("", "State changé", ETAT, state_change),
        Cas("", "State absent", ETAT, state_absent),
        Cas("", "Réponse destinée à un autre navigateur", ETAT, retour_d_un_autre),
        Cas("", "Refus de l'ENT", "« error » n'est pas une connexion.", refus_de_l_ent),
        avec_faute("code_expire", "Échange du code refusé : invalid_grant"),
        avec_faute("jeton_falsifie", "id_token à la signature fausse"),
        *pannes(),
        Cas("", "Déconnexion par l'ENT", "Un poste partagé : qui sort de l'ENT sort de tout.", sortie),
    ],
)
