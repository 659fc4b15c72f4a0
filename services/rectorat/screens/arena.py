"""The portal « ARENA »: signing in, the applications of one's profile, the entry that fixes the mode of a visit.

Source: guide 001 section 3 (screen); procedures ACC-01 to ACC-04. The sign-in page is Rentrée's own.
"""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import Form, Request
from sqlalchemy import select
from starlette.responses import RedirectResponse, Response

from services.rectorat import models
from services.rectorat.rules.portail import INERTES, applications, code_d_acces, compte_inconnu, lire_compte
from services.rectorat.screens.cadre import GABARITS, choix_etablissements
from services.rectorat.use_cases import portail
from shared.contracts.refus import Refus
from shared.http.acces import cle, cookie_d_acces, identite
from shared.http.dependances import Lecture, noyau
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Message
from shared.screens.liens import lien_vers
from shared.security.acces import Identite, sceller
from shared.security.profils import profil

routeur = Routeur()


@routeur.get("/arena")
def accueil(request: Request, u: Lecture) -> Response:
    """The applications of the account's profile."""
    qui = identite(request)
    if qui is None:
        return RedirectResponse(f"{request.state.base}/arena/connexion", 303)
    adresses = noyau(request).reglages.adresses
    acces = {nom: lien_vers(adresses, qui.bac, nom) for nom in adresses}
    le = profil(lire_compte(qui.compte)[0])
    return GABARITS.rendre(
        request,
        "arena.html",
        titre="ARENA - Accédez à vos applications",
        menu=(),
        qui=qui,
        rubriques=applications(le, qui.uai, acces),
        inertes=INERTES,
    )


@routeur.get("/arena/connexion")
def choisir(request: Request, u: Lecture, uai: str = "") -> Response:
    """The invented accounts of the bac, by school."""
    return _connexion(request, u, uai.strip().upper())


@routeur.post("/arena/connexion")
def connecter(
    request: Request, u: Lecture, compte: Annotated[str, Form()], code: Annotated[str, Form()] = ""
) -> Response:
    """Sign in. Raises `Inconnu` COMPTE_INCONNU, and refuses a wrong code where one is wanted (CODE_REFUSE)."""
    compte = compte.strip().lower()
    uai = lire_compte(compte)[1]
    if _code_voulu(request) and not hmac.compare_digest(
        code.strip().encode(), code_d_acces(compte, u.bac.nom, cle(noyau(request))).encode()
    ):
        refus = Refus(
            "Ce code n'est pas celui de ce compte.",
            code="CODE_REFUSE",
            statut=401,
            remede="La personne qui conduit la simulation le lit sur la page « Accès » du poste de pilotage.",
        )
        return _connexion(request, u, uai or "", refus)
    return _ouvrir(request, portail.identifier(u, compte), "/arena")


@routeur.get("/arena/entrer/{entree}")
def entrer(request: Request, u: Lecture, entree: str) -> Response:
    """Take an entry of BEE. Raises `Inconnu` ENTREE_HORS_PROFIL, and sends back to the sign-in page without account."""
    qui = identite(request)
    if qui is None:
        return RedirectResponse(f"{request.state.base}/arena/connexion", 303)
    suivante = portail.entrer_dans_bee(qui, entree)
    bee = lien_vers(noyau(request).reglages.adresses, qui.bac, "siecle_bee")
    return _ouvrir(request, suivante, bee)


@routeur.get("/arena/deconnexion")
def sortir(request: Request) -> Response:
    """Forget who signed in."""
    reponse = RedirectResponse(f"{request.state.base}/arena/connexion", 303)
    reponse.delete_cookie(cookie_d_acces(request.state.bac), path=request.state.base or "/")
    return reponse


def _connexion(request: Request, u: Unite, uai: str, refus: Refus | None = None) -> Response:
    ecoles = choix_etablissements(u)
    if not uai and ecoles:
        uai = ecoles[0][0]
    if uai and u.session.scalar(select(models.Etablissement.uai).where(models.Etablissement.uai == uai)) is None:
        raise compte_inconnu(f"….{uai}")
    return GABARITS.rendre(
        request,
        "arena_connexion.html",
        refus.statut if refus else 200,
        titre="Connexion",
        menu=(),
        ecoles=ecoles,
        uai=uai,
        comptes=portail.comptes_de(u, uai) if uai else [],
        academie=portail.comptes_de(u, None),
        code_voulu=_code_voulu(request),
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


def _code_voulu(request: Request) -> bool:
    return noyau(request).reglages.jeton is not None


def _ouvrir(request: Request, qui: Identite, adresse: str) -> Response:
    """Go to `adresse` with the session's cookie: the browser gives it to every application of this host."""
    base: str = request.state.base
    reponse = RedirectResponse(base + adresse if adresse.startswith("/") else adresse, 303)
    reponse.set_cookie(
        cookie_d_acces(qui.bac), sceller(qui, cle(noyau(request))), path=base or "/", httponly=True, samesite="lax"
    )
    return reponse
