"""The session of an ENT account closes: every connector that it was opened to is told, each by its protocol.

What they are told leaves once the session is closed and committed, the bac free for their answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx
from fastapi import Request
from msgspec import Struct
from sqlalchemy import select
from starlette.responses import RedirectResponse, Response

from services.ent.adresses import adresse_publique
from services.ent.models import MessageSaml
from services.ent.screens import session
from services.ent.screens.heure import heure_reelle
from services.ent.use_cases import cas, connecteurs, oidc
from services.ent.use_cases.oidc import Ici
from shared.formats import cas as corps
from shared.http.dependances import noyau
from shared.persistence.unite import Unite

PATIENCE = 5.0
"""Seconds that a connector is given to answer."""
SLO = "http://www.oasis-open.org/committees/security"


def fermer(request: Request, vers: str | None = None) -> Response:
    """Close the session of the request; go to `vers`, an address already judged, or to the sign-in page."""
    with noyau(request).fabrique.ouvrir(request.state.bac, ecriture=False) as u:
        ouverte = session.ouverte(request, u)
        cles = (ouverte.cle,) if ouverte is not None else ()
    return fermer_seances(request, cles, vers)


def fermer_seances(request: Request, cles: Sequence[str], vers: str | None = None, sauf: str = "") -> Response:
    """Close sessions, by key; the browser's own forgets its cookie. `sauf`: the SAML connector that asked for it."""
    fabrique = noyau(request).fabrique
    reponse = RedirectResponse(vers or f"{request.state.base}/mon-ent/connexion", 302)
    annonces: list[Annonce] = []
    with fabrique.ouvrir(request.state.bac, ecriture=True) as u:
        for cle in cles:
            annonces += _annonces(request, u, cle, sauf)
        session.oublier(request, u, reponse)
    dits = [(a, _envoyer(request, a.adresse, a.envoi)) for a in annonces]
    if dits:
        with fabrique.ouvrir(request.state.bac, ecriture=True) as u:
            for a, dit in dits:
                connecteurs.noter(u, a.connecteur, "deconnexion", f"POST {a.adresse}\n\n{a.texte}", dit)
    return reponse


class Annonce(Struct, frozen=True):
    """A logout to tell a connector: where, how httpx is to send it, what its page keeps."""

    connecteur: str
    adresse: str
    envoi: dict[str, Any]
    texte: str


def _annonces(request: Request, u: Unite, cle: str, sauf: str) -> list[Annonce]:
    """Close one session in the database; whom to tell."""
    tirage, racine, reelle = session.secret(request), adresse_publique(request, ""), heure_reelle()
    dites = []
    for r in oidc.fermer_seance(u, Ici(tirage, racine, "standard", reelle), cle):
        envoi: dict[str, Any] = {"data": {"logout_token": r.jeton}}
        dites.append(Annonce(r.connecteur, r.adresse, envoi, f"logout_token={r.jeton}"))
    if u.session.scalars(select(MessageSaml.identifiant).where(MessageSaml.seance == cle).limit(1)).first():
        from services.ent.use_cases import saml

        for s in saml.fermer_seance(u, saml.Ici(tirage, racine, reelle), cle, sauf):
            envoi = {"content": s.octets, "headers": {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": SLO}}
            dites.append(Annonce(s.connecteur, s.adresse, envoi, s.octets.decode()))
    for a in cas.fermer(u, cle):
        xml = corps.deconnexion(a.ticket, f"LR-{a.ticket[3:]}", u.maintenant)
        envoi = {"content": xml, "headers": {"Content-Type": "application/xml"}}
        if a.maniere == "formulaire":
            envoi = {"data": {"logoutRequest": xml.decode()}}
        dites.append(Annonce(a.connecteur, a.service, envoi, xml.decode()))
    return dites


def _envoyer(request: Request, adresse: str, envoi: dict[str, Any]) -> str:
    """What was answered."""
    try:
        reponse = noyau(request).transport.post(adresse, timeout=PATIENCE, follow_redirects=False, **envoi)
    except (httpx.HTTPError, httpx.InvalidURL) as erreur:
        return f"pas de réponse ({type(erreur).__name__})"
    return f"{reponse.status_code}"
