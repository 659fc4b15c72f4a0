"""« Mon ENT »: a pupil, a parent, a teacher, a chef signs in with the ENT account, and sees what is his own.

The session is a cookie sealed by the installation; it gives no right but that. Inferred: the guides show the
administrator's ENT alone; what each profile sees is what the feed makes him a member of (ENT-18, ENT-23).
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Annotated

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from services.ent import rules
from services.ent.adresses import adresse_publique
from services.ent.models import Compte
from services.ent.screens.cadre import page_de_projet
from services.ent.screens.vie_scolaire import JOURS
from services.ent.use_cases import connexion, consultation, listes, mediacentre, messagerie, projets, vie_scolaire
from shared.contracts.refus import Refus
from shared.http.dependances import Ecriture, Lecture, noyau
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Entree, Message
from shared.screens.pages import rediriger
from shared.security.acces import Identite, desceller, sceller

routeur = Routeur()

ICI = "/mon-ent"


def _cookie(bac: str) -> str:
    return f"rentree_mon_ent_{bac}"


def _cle(request: Request) -> bytes:
    """The key of these sessions: not that of the portal's, so that one is never taken for the other."""
    secret = noyau(request).reglages.jeton_interne.encode()
    return hmac.new(secret, b"rentree/mon-ent", hashlib.sha256).digest()


def entrer(request: Request, compte: Compte, message: str) -> Response:
    """Open the session of an account, and go to its page."""
    bac: str = request.state.bac
    identite = Identite(f"{compte.projet}:{compte.aaf_id}", "", compte.profil, bac, None, ())
    reponse = rediriger(request, ICI, message)
    reponse.set_cookie(
        _cookie(bac),
        sceller(identite, _cle(request)),
        httponly=True,
        samesite="strict",
        path=request.state.base or "/",
    )
    return reponse


def _session(request: Request) -> tuple[str, int] | None:
    """The project and the number of the account that is signed in."""
    bac: str = request.state.bac
    lue = desceller(request.cookies.get(_cookie(bac), ""), _cle(request))
    if lue is None or lue.bac != bac:
        return None
    projet, _, numero = lue.compte.rpartition(":")
    return projet, int(numero)


@routeur.get(ICI + "/connexion")
def page_connexion(request: Request, u: Lecture) -> Response:
    """Where a user types his login and password."""
    return _connexion(request, u)


@routeur.post(ICI + "/connexion")
def se_connecter(
    request: Request,
    u: Ecriture,
    projet: Annotated[str, Form()],
    login: Annotated[str, Form()],
    mot_de_passe: Annotated[str, Form(max_length=200)],
) -> Response:
    """Sign in."""
    try:
        compte = connexion.connecter(u, projet, login, mot_de_passe)
    except Refus as refus:
        u.session.rollback()
        return _connexion(request, u, projet, login, refus)
    return entrer(request, compte, "Vous êtes connecté.")


def _connexion(request: Request, u: Unite, projet: str = "", login: str = "", refus: Refus | None = None) -> Response:
    return page_de_projet(
        request,
        "mon_ent_connexion.html",
        "Mon ENT : connexion",
        refus.statut if refus else 200,
        projets=[(p.code, p.libelle) for p in projets.projets(u)],
        projet=projet,
        login=login,
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


@routeur.post(ICI + "/deconnexion")
def se_deconnecter(request: Request) -> Response:
    """Sign out."""
    reponse = rediriger(request, ICI + "/connexion", "Vous êtes déconnecté.")
    reponse.delete_cookie(_cookie(request.state.bac), path=request.state.base or "/")
    return reponse


@routeur.get(ICI)
def mon_ent(request: Request, u: Lecture) -> Response:
    """« Mes classes, mes groupes » of who is signed in, in every school of his; his week, his box, his manuels."""
    session = _session(request)
    u.perimetre = None  # the ENT's own session says who asks, and shows nothing but what is his
    compte = consultation.compte(u, *session) if session else None
    if session is None or compte is None or compte["etat"] != "actif":  # deactivated or deleted since
        return RedirectResponse(f"{request.state.base}{ICI}/connexion", 303)
    aaf_id: int = compte["aaf_id"]
    ecoles = compte["etablissements"]
    enfants = compte["profil"] == "responsable"
    vues = listes.vue(u, session[0], aaf_id)
    return page_de_projet(
        request,
        "mon_ent.html",
        "Mon ENT",
        menu=[Entree("Mon ENT", f"{request.state.base}{ICI}", courant=True)],
        utilisateur=f"{compte['prenom']} {compte['nom']}",
        bandeau=projets.projet(u, session[0]).libelle,
        compte=compte,
        profil="Direction" if any(e["direction"] for e in ecoles) else rules.LIBELLES_PROFIL[compte["profil"]],
        vues=vues,
        enfants=enfants,
        semaines=[
            (v, vie_scolaire.cours(u, v["uai"], aaf_id=qui), mediacentre.vus_par(u, v["uai"], qui))
            for v in vues
            for qui in (v["compte"]["aaf_id"],)
        ],
        jours=JOURS,
        recus=[
            x | {"lien": adresse_publique(request, x["lien"]) if x["lien"] else None}
            for e in ecoles[:1]
            for x in messagerie.boite(u, e["uai"], aaf_id)
        ],
    )
