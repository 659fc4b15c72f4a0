"""The session of an ENT account closes: every connector that it was opened to is told, each by its protocol.

What they are told leaves once the session is closed and committed, the bac free for their answers.
"""

from __future__ import annotations

from typing import Any

import httpx
from fastapi import Request
from starlette.responses import RedirectResponse, Response

from services.ent.adresses import adresse_publique
from services.ent.screens import session
from services.ent.screens.heure import heure_reelle
from services.ent.use_cases import connecteurs, oidc
from services.ent.use_cases.cas import Appel
from services.ent.use_cases.oidc import Ici, Rappel
from shared.formats import cas as corps
from shared.http.dependances import noyau

PATIENCE = 5.0
"""Seconds that a connector is given to answer."""


def fermer(request: Request, vers: str | None = None) -> Response:
    """Close the session of the request; go to `vers`, an address already judged, or to the sign-in page."""
    fabrique = noyau(request).fabrique
    reponse = RedirectResponse(vers or f"{request.state.base}/mon-ent/connexion", 302)
    with fabrique.ouvrir(request.state.bac, ecriture=True) as u:
        ouverte = session.ouverte(request, u)
        ici = Ici(session.secret(request), adresse_publique(request, ""), "standard", heure_reelle())
        rappels = oidc.fermer_seance(u, ici, ouverte.cle) if ouverte is not None else []
        appels = session.sortir(request, u, reponse)
        instant = u.maintenant
    dits = [_annoncer_cas(request, a, corps.deconnexion(a.ticket, f"LR-{a.ticket[3:]}", instant)) for a in appels]
    dits += [_annoncer_oidc(request, r) for r in rappels]
    if dits:
        with fabrique.ouvrir(request.state.bac, ecriture=True) as u:
            for code, adresse, demande, dit in dits:
                connecteurs.noter(u, code, "deconnexion", f"POST {adresse}\n\n{demande}", dit)
    return reponse


def _annoncer_cas(request: Request, appel: Appel, xml: bytes) -> tuple[str, str, str, str]:
    """Send one CAS logout request, once."""
    envoi: dict[str, Any] = {"content": xml, "headers": {"Content-Type": "application/xml"}}
    if appel.maniere == "formulaire":
        envoi = {"data": {"logoutRequest": xml.decode()}}
    return appel.connecteur, appel.service, xml.decode(), _envoyer(request, appel.service, envoi)


def _annoncer_oidc(request: Request, rappel: Rappel) -> tuple[str, str, str, str]:
    """Send one logout token, once."""
    envoi = {"data": {"logout_token": rappel.jeton}}
    return (
        rappel.connecteur,
        rappel.adresse,
        f"logout_token={rappel.jeton}",
        _envoyer(request, rappel.adresse, envoi),
    )


def _envoyer(request: Request, adresse: str, envoi: dict[str, Any]) -> str:
    """What was answered."""
    try:
        reponse = noyau(request).transport.post(adresse, timeout=PATIENCE, follow_redirects=False, **envoi)
    except (httpx.HTTPError, httpx.InvalidURL) as erreur:
        return f"pas de réponse ({type(erreur).__name__})"
    return f"{reponse.status_code}"
