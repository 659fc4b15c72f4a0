"""« Mon ENT »: a pupil, a parent, a teacher, a chef signs in with the ENT account, and sees what is his own.

The same session sends him signed in to connectors (`screens.cas`). Inferred: the guides show the
administrator's ENT alone; what each profile sees is what the feed makes him a member of (ENT-18, ENT-23).
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from services.ent import rules
from services.ent.adresses import adresse_publique
from services.ent.freins import freiner
from services.ent.models import Compte
from services.ent.rules.federation import GUICHETS
from services.ent.rules.oidc import ADRESSES
from services.ent.screens import cas, deconnexion, session
from services.ent.screens.cadre import page_de_projet
from services.ent.screens.vie_scolaire import JOURS
from services.ent.use_cases import connexion, consultation, listes, mediacentre, messagerie, projets, vie_scolaire
from shared.contracts.refus import Refus
from shared.http.acces import identite
from shared.http.dependances import Ecriture, Lecture, noyau
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Entree, Message
from shared.screens.pages import rediriger

routeur = Routeur()

ICI = "/mon-ent"
SUITES = ("/cas/login?", *(f"{a.autoriser}?" for a in ADRESSES.values()), "/saml/suite?")
"""What a sign-in may lead to, beside one's own page: nowhere outside."""
PAR_ROLE = 3


def entrer(request: Request, u: Unite, compte: Compte, message: str, suite: str = "") -> Response:
    """Open the session of an account, and go to its page, or back to the connector that it came from."""
    if suite.startswith(SUITES):
        reponse: Response = RedirectResponse(request.state.base + suite, 303)
    else:
        reponse = rediriger(request, ICI, message)
    return session.entrer(request, u, compte, reponse, cas.service_de(suite))


@routeur.get(ICI + "/connexion")
def page_connexion(request: Request, u: Lecture, suite: str = "", q: str = "") -> Response:
    """Where a user types his login and password, or takes one of the bac's invented accounts."""
    return _connexion(request, u, suite=suite, q=q)


@routeur.post(ICI + "/connexion")
def se_connecter(
    request: Request,
    u: Ecriture,
    projet: Annotated[str, Form()],
    login: Annotated[str, Form()],
    mot_de_passe: Annotated[str, Form(max_length=200)],
    suite: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Sign in."""
    try:
        with freiner(request, projet, login):
            compte = connexion.connecter(u, projet, login, mot_de_passe)
    except Refus as refus:
        u.session.rollback()
        return _connexion(request, u, projet, login, refus, suite)
    return entrer(request, u, compte, "Vous êtes connecté.", suite)


@routeur.post(ICI + "/role")
def prendre_un_role(
    request: Request,
    u: Ecriture,
    projet: Annotated[str, Form()],
    aaf_id: Annotated[int, Form()],
    suite: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Sign in as one of the invented people, without her password: only who conducts the simulation may."""
    return entrer(request, u, connexion.prendre(u, projet, aaf_id), "Vous êtes connecté.", suite)


def _connexion(
    request: Request,
    u: Unite,
    projet: str = "",
    login: str = "",
    refus: Refus | None = None,
    suite: str = "",
    q: str = "",
) -> Response:
    # Whoever conducts the simulation is known for it where no token is asked for: elsewhere anybody reaches this page.
    conduit = identite(request) is None and not noyau(request).reglages.jeton
    return page_de_projet(
        request,
        "mon_ent_connexion.html",
        "Mon ENT : connexion",
        refus.statut if refus else 200,
        projets=[(p.code, p.libelle) for p in projets.projets(u)],
        projet=projet,
        login=login,
        suite=suite if suite.startswith(SUITES) else "",
        q=q,
        guichets=GUICHETS,
        vers_guichet=lambda code: urlencode({"projet": code, "suite": suite if suite.startswith(SUITES) else ""}),
        roles=connexion.roles(u, q, PAR_ROLE) if conduit else [],
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


@routeur.post(ICI + "/deconnexion")
def se_deconnecter(request: Request) -> Response:
    """Sign out, of the connectors too."""
    return deconnexion.fermer(request)


@routeur.get(ICI)
def mon_ent(request: Request, u: Lecture) -> Response:
    """« Mes classes, mes groupes » of who is signed in, in every school of his; his week, his box, his manuels."""
    seance = session.ouverte(request, u)
    u.perimetre = None  # the ENT's own session says who asks, and shows nothing but what is his
    if seance is None:
        return RedirectResponse(f"{request.state.base}{ICI}/connexion", 303)
    projet, aaf_id = seance.projet, seance.aaf_id
    compte = consultation.compte(u, projet, aaf_id)
    ecoles = compte["etablissements"]
    enfants = compte["profil"] == "responsable"
    vues, lu = listes.vue(u, projet, aaf_id), projets.projet(u, projet)
    return page_de_projet(
        request,
        "mon_ent.html",
        "Mon ENT",
        menu=[Entree("Mon ENT", f"{request.state.base}{ICI}", courant=True)],
        utilisateur=f"{compte['prenom']} {compte['nom']}",
        bandeau=lu.libelle,
        ecoles=lu.degre == rules.PREMIER_DEGRE,
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
