"""The session of an ENT account: a cookie sealed by the installation, beside a row that says it is open.

It gives no right in Rentrée but to see what is the account's own, and to be sent signed in to a connector.
"""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from services.ent.models import Compte, Seance
from services.ent.use_cases import cas, secrets_connecteurs
from services.ent.use_cases.cas import Secret
from shared.http.dependances import noyau
from shared.persistence.unite import Unite
from shared.security.acces import Identite, desceller, sceller


def secret(request: Request) -> Secret:
    """What this installation draws tickets from."""
    return secrets_connecteurs.tirage(noyau(request).reglages.jeton_interne)


def _cookie(request: Request) -> str:
    return f"rentree_mon_ent_{request.state.bac}"


def entrer(request: Request, u: Unite, compte: Compte, reponse: Response, service: str = "") -> Response:
    """Open a session for an account that has shown who it is, in `reponse`. `service`: the one that it comes from."""
    texte = cas.ouvrir(u, secret(request), compte.projet, compte.aaf_id, service, texte_de(request))
    identite = Identite(f"{compte.projet}:{compte.aaf_id}", texte, compte.profil, request.state.bac, None, ())
    reponse.set_cookie(
        _cookie(request),
        sceller(identite, secret(request).cle),
        httponly=True,
        samesite="lax",  # a connector sends its user here by a link
        path=request.state.base or "/",
    )
    return reponse


def texte_de(request: Request) -> str:
    """What the cookie holds, "" without one of this bac."""
    lue = desceller(request.cookies.get(_cookie(request), ""), secret(request).cle)
    return lue.nom if lue is not None and lue.bac == request.state.bac else ""


def ouverte(request: Request, u: Unite) -> Seance | None:
    """The session of the request, while its account is active."""
    return cas.seance(u, texte_de(request))


def oublier(request: Request, u: Unite, reponse: Response) -> None:
    """The browser forgets its session, if it is open no more."""
    if ouverte(request, u) is None:
        reponse.delete_cookie(_cookie(request), path=request.state.base or "/")
