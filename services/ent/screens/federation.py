"""Sign-in from outside: the ENT sends to a guichet, the fake guichet says who comes, the ENT lets in or says why not.

Source: connectors reference §4.2, §4.3; the pages of the guichet are Rentrée's own.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from services.ent import rules
from services.ent.models import Compte
from services.ent.rules.federation import ECHECS
from services.ent.screens import mon_ent
from services.ent.screens.cadre import page_de_projet
from services.ent.screens.cles import avec_cle
from services.ent.screens.saml import XML, envoyer, formulaire, ici, octets_de, page_refus, premiers
from services.ent.use_cases import connexion, consultation, projets
from shared.contracts.refus import Refus
from shared.http.dependances import Ecriture, Lecture, noyau
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Message

routeur = Routeur()
PAR_PROFIL = 5


# --- the ENT asks ----------------------------------------------------------------------------------------------------


@routeur.get("/saml/sp")
def decrire_l_ent(request: Request) -> Response:
    """The metadata of the ENT as service provider."""
    from services.ent.use_cases import federation, saml

    def lire(u: Unite) -> Response:
        return Response(federation.metadonnees_de_l_ent(u, ici(request)), media_type=XML)

    return avec_cle(request, saml.USAGE, lire)


@routeur.get("/saml/federation/{guichet}")
def partir(request: Request, u: Ecriture, guichet: str, projet: str = "", suite: str = "") -> Response:
    """Send the browser to a guichet."""
    from services.ent.use_cases import federation

    connus = projets.projets(u)
    code = projet or (connus[0].code if connus else "")
    projets.projet(u, code)
    return RedirectResponse(federation.partir(u, ici(request), guichet, code, suite[:4000]), 302)


# --- the guichet -----------------------------------------------------------------------------------------------------


@routeur.get("/educonnect/{guichet}/metadonnees")
def decrire(request: Request, guichet: str) -> Response:
    """The metadata of a guichet."""
    from services.ent.use_cases import federation

    def lire(u: Unite) -> Response:
        return Response(federation.metadonnees_du(u, ici(request), guichet), media_type=XML)

    return avec_cle(request, guichet, lire)


@routeur.get("/educonnect/{guichet}/sso")
def entrer(request: Request, guichet: str) -> Response:
    """An AuthnRequest by redirection, of the ENT or of a connector."""
    return _entrer(request, guichet, premiers(request.url.query))


@routeur.post("/educonnect/{guichet}/sso")
async def entrer_par_formulaire(request: Request, guichet: str) -> Response:
    """An AuthnRequest by POST."""
    return await run_in_threadpool(_entrer, request, guichet, await formulaire(request))


def _entrer(request: Request, guichet: str, champs: dict[str, str]) -> Response:
    from services.ent.use_cases import federation

    with noyau(request).fabrique.ouvrir(request.state.bac, ecriture=True) as u:
        try:
            octets, requete = octets_de(request, champs)
            relais = champs.get("RelayState", "")
            cle = federation.recevoir_au_guichet(u, ici(request), guichet, octets, requete, relais)
        except Refus as refus:
            return page_refus(request, refus)
    return RedirectResponse(request.state.base + federation.suite_du_guichet(guichet, cle), 303)


@routeur.get("/educonnect/{guichet}/personne")
def choisir_qui(
    request: Request, u: Lecture, guichet: str, demande: str, q: str = "", projet: str = "", aaf_id: int = 0
) -> Response:
    """Whom the guichet connects, and what it says of her: as it would, or as one writes it to see a failure."""
    from services.ent.use_cases import federation

    quoi = federation.guichet_de(guichet)
    trouve = federation.compte_de(u, projet, aaf_id) if aaf_id else None
    return page_de_projet(
        request,
        "federation_guichet.html",
        quoi.libelle,
        guichet=guichet,
        quoi=quoi,
        demande=demande,
        q=q,
        gens=[] if trouve else _gens(u, quoi.profils, q),
        compte=trouve,
        valeurs=federation.proposer(u, guichet, trouve) if trouve else [],
        echecs=ECHECS[guichet],
        libelles=rules.LIBELLES_PROFIL,
        lien=lambda c: urlencode({"demande": demande, "projet": c["projet"], "aaf_id": c["aaf_id"]}),
    )


def _gens(u: Unite, profils: tuple[str, ...], q: str) -> list[dict[str, object]]:
    """A few people of each profile, in every ENT."""
    return [
        c | {"projet": p.code}
        for p in projets.projets(u)
        for profil in profils
        for c in consultation.comptes(u, p.code, profil, q=q, limite=PAR_PROFIL)[1]
    ]


@routeur.post("/educonnect/{guichet}/personne")
def affirmer(
    request: Request,
    u: Ecriture,
    guichet: str,
    demande: Annotated[str, Form()],
    projet: Annotated[str, Form()],
    aaf_id: Annotated[int, Form()],
    valeurs: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """The guichet's response: only who conducts the simulation says who comes."""
    from services.ent.use_cases import federation

    compte = federation.compte_de(u, projet, aaf_id)
    dites = [v.strip() for v in valeurs.splitlines() if v.strip()]
    return envoyer(request, federation.affirmer(u, ici(request), guichet, demande, compte, dites))


# --- the ENT judges --------------------------------------------------------------------------------------------------


@routeur.post("/saml/acs")
async def recevoir(request: Request) -> Response:
    """A response of a guichet."""
    return await run_in_threadpool(_recevoir, request, await formulaire(request))


def _recevoir(request: Request, champs: dict[str, str]) -> Response:
    from services.ent.use_cases import federation
    from shared.formats.saml import decoder

    with noyau(request).fabrique.ouvrir(request.state.bac, ecriture=True) as u:
        request.state.horloge = u.horloge
        la = ici(request)
        try:
            octets = decoder(champs.get("SAMLResponse", ""))
            jugee = federation.juger(u, la, octets, champs.get("RelayState", ""))
        except Refus as refus:
            return page_refus(request, refus, "Connexion refusée")
        try:
            trouves = federation.rapprocher(u, jugee)
        except Refus as refus:
            return _refusee(request, refus, jugee.guichet.attribut, jugee.attributs.get(jugee.guichet.attribut, []))
        if len(trouves.comptes) > 1:
            cle = federation.garder_choix(u, la, trouves, jugee)
            return _choix(request, trouves.comptes, cle)
        return _ouvrir(request, u, jugee.projet, trouves.comptes[0].aaf_id, jugee.suite)


def _ouvrir(request: Request, u: Unite, projet: str, aaf_id: int, suite: str) -> Response:
    """A first federated sign-in activates the account (entcore)."""
    compte = connexion.prendre(u, projet, aaf_id)
    return mon_ent.entrer(request, u, compte, "Vous êtes connecté.", suite)


def _refusee(request: Request, refus: Refus, attribut: str, valeurs: list[str]) -> Response:
    """Nobody answers: what was received, the code of entcore, what differs from the nearest."""
    return page_de_projet(
        request,
        "federation_refus.html",
        "Connexion refusée",
        refus.statut,
        attribut=attribut,
        valeurs=valeurs,
        messages=[Message(refus.phrase, "erreur", refus.regle or refus.code, refus.remede)],
    )


def _choix(request: Request, comptes: tuple[Compte, ...], cle: str) -> Response:
    return page_de_projet(request, "federation_choix.html", "Choisissez votre compte", comptes=comptes, cle=cle)


@routeur.post("/saml/choix")
def choisir(request: Request, u: Ecriture, cle: Annotated[str, Form()], aaf_id: Annotated[int, Form()]) -> Response:
    """The account that the user takes, among those that answered."""
    from services.ent.use_cases import federation

    projet, numero, suite = federation.choisir(u, cle, aaf_id)
    return _ouvrir(request, u, projet, numero, suite)
