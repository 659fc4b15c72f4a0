"""The addresses of SAML 2: the ENT as identity provider, under the names that ENTs give them.

Source: connectors reference §4.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import parse_qs, quote, urlencode

from fastapi import Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from services.ent.adresses import adresse_publique
from services.ent.screens import deconnexion, protocoles, session
from services.ent.screens.cadre import page_de_projet
from services.ent.screens.cles import avec_cle
from services.ent.screens.heure import heure_reelle
from services.ent.use_cases import connecteurs
from shared.contracts.refus import Refus
from shared.http.dependances import Lecture, noyau
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Message

if TYPE_CHECKING:
    from services.ent.use_cases.saml import Envoi, Ici

routeur = Routeur()

METADONNEES = ("/saml/metadonnees", "/auth/saml/metadata/{fournisseur}", "/sso/samlMetadata", "/cas/idp/metadata")
PAR_REDIRECTION = (
    "/saml/sso",
    "/auth/saml/redirect/sso/",
    "/sso/samlAuthentication",
    "/cas/idp/profile/SAML2/Redirect/SSO",
)
PAR_FORMULAIRE = ("/saml/sso", "/auth/saml/post/sso/", "/cas/idp/profile/SAML2/POST/SSO")
SORTIES = ("/saml/slo", "/cas/idp/profile/SAML2/Redirect/SLO")
SORTIES_PAR_FORMULAIRE = ("/saml/slo", "/cas/idp/profile/SAML2/POST/SLO")
CORPS_MAXIMUM = 400_000
XML = "application/samlmetadata+xml"


def ici(request: Request) -> Ici:
    """What the provider depends on, for this request."""
    from services.ent.use_cases.saml import Ici as Classe

    return Classe(session.secret(request), adresse_publique(request, ""), heure_reelle())


async def formulaire(request: Request) -> dict[str, str]:
    """The fields of a form, the first value of each. Raises `Refus` FORMULAIRE_REFUSE (413) for one too big."""
    lu = b""
    async for morceau in request.stream():
        lu += morceau
        if len(lu) > CORPS_MAXIMUM:
            raise Refus("Ce formulaire est trop gros.", code="FORMULAIRE_REFUSE", statut=413)
    return premiers(lu.decode("utf-8", errors="replace"))


def premiers(texte: str) -> dict[str, str]:
    """The first value of each field."""
    try:
        return {n: v[0] for n, v in parse_qs(texte, keep_blank_values=True, max_num_fields=20).items()}
    except ValueError:
        raise Refus("Ce formulaire n'est pas lisible.", code="FORMULAIRE_REFUSE") from None


def octets_de(request: Request, champs: dict[str, str]) -> tuple[bytes, str | None]:
    """The message of a request, and the raw query when it came by redirection. Raises `Refus` MESSAGE_ILLISIBLE."""
    from shared.formats.saml import decoder, illisible, inflater

    message = champs.get("SAMLRequest", "")
    if not message:
        raise illisible("le paramètre SAMLRequest y est")
    if request.method == "GET":
        return inflater(message), request.url.query
    return decoder(message), None


def page_refus(request: Request, refus: Refus, titre: str = "Demande refusée") -> Response:
    """What is not sent anywhere."""
    messages = [Message(refus.phrase, "erreur", refus.regle or refus.code, refus.remede)]
    return page_de_projet(request, "saml_refus.html", titre, refus.statut, messages=messages)


def envoyer(request: Request, envoi: Envoi) -> Response:
    """A page whose form carries a response; a browser with scripts sends it by itself."""
    return page_de_projet(request, "saml_envoi.html", "Connexion en cours", envoi=envoi, champ="SAMLResponse")


def decrire(request: Request) -> Response:
    """The metadata of the ENT."""
    from services.ent.use_cases import saml

    return avec_cle(request, saml.USAGE, lambda u: Response(saml.metadonnees(u, ici(request)), media_type=XML))


# --- sign-on ---------------------------------------------------------------------------------------------------------


def entrer_par_redirection(request: Request) -> Response:
    """An AuthnRequest by redirection."""
    return _entrer(request, premiers(request.url.query))


async def entrer_par_formulaire(request: Request) -> Response:
    """An AuthnRequest by POST. It comes from another site, without the cookie: what follows is asked by a link."""
    return await run_in_threadpool(_entrer, request, await formulaire(request))


def _entrer(request: Request, champs: dict[str, str]) -> Response:
    from services.ent.use_cases import saml

    with noyau(request).fabrique.ouvrir(request.state.bac, ecriture=True) as u:
        request.state.horloge = u.horloge
        try:
            octets, requete = octets_de(request, champs)
            cle = saml.recevoir(u, ici(request), octets, requete, champs.get("RelayState", ""))
        except Refus as refus:
            noter_refus(u, champs, refus)
            return page_refus(request, refus)
    return RedirectResponse(f"{request.state.base}/saml/suite?{urlencode({'demande': cle})}", 303)


def noter_refus(u: Unite, champs: dict[str, str], refus: Refus) -> None:
    """Write a refused request on the page of the connector that it names, if it can be read."""
    from services.ent.use_cases import saml
    from shared.formats.saml import decoder, inflater, lire_demande

    for lire in (inflater, decoder):
        try:
            octets = lire(champs.get("SAMLRequest", ""))
            code = saml.par_entite(u, lire_demande(octets).emetteur).code
        except Refus:
            continue
        texte = octets.decode(errors="replace")
        dit = f"{refus.phrase} {refus.remede or ''}".strip()
        connecteurs.noter(u, code, "connexion", texte, str(refus.statut), refus.code, dit)
        return


@routeur.get("/saml/suite")
def suivre(request: Request, demande: str) -> Response:
    """Answer a request that waits; ask to sign in first."""
    from services.ent.use_cases import saml

    with noyau(request).fabrique.ouvrir(request.state.bac, ecriture=True) as u:
        request.state.horloge = u.horloge
        try:
            envoi = saml.repondre(u, ici(request), demande, session.ouverte(request, u))
        except Refus as refus:
            return page_refus(request, refus)
    if envoi is None:
        suite = f"/saml/suite?{urlencode({'demande': demande})}"
        return RedirectResponse(f"{request.state.base}/mon-ent/connexion?suite={quote(suite, safe='')}", 302)
    return envoyer(request, envoi)


@routeur.get("/saml/initier/{code}")
@routeur.get("/auth/saml/sso/{code}")
def initier(request: Request, code: str, RelayState: str = "") -> Response:
    """Sign-on that the ENT begins: a link of its own to a connector."""
    from services.ent.use_cases import saml

    with noyau(request).fabrique.ouvrir(request.state.bac, ecriture=True) as u:
        cle = saml.initier(u, ici(request), code, RelayState)
    return RedirectResponse(f"{request.state.base}/saml/suite?{urlencode({'demande': cle})}", 303)


@routeur.post("/connecteurs/nouveau/saml/metadonnees")
def preremplir(request: Request, u: Lecture, xml: Annotated[str, Form(max_length=400_000)]) -> Response:
    """The form of a connector, filled from the metadata that a publisher pastes. Nothing is declared."""
    from services.ent.use_cases.saml import lire_metadonnees

    try:
        adresses, reglages = lire_metadonnees(xml.strip().encode())
    except Refus as refus:
        return protocoles.page(request, u, "saml", None, refus)
    return protocoles.page(request, u, "saml", saisi=reglages | {"adresses": " ".join(adresses)})


# --- logout ----------------------------------------------------------------------------------------------------------


def sortir_par_redirection(request: Request) -> Response:
    """A LogoutRequest by redirection."""
    return _sortir(request, premiers(request.url.query))


async def sortir_par_formulaire(request: Request) -> Response:
    """A LogoutRequest by POST."""
    return await run_in_threadpool(_sortir, request, await formulaire(request))


def _sortir(request: Request, champs: dict[str, str]) -> Response:
    from services.ent.use_cases import saml
    from shared.formats.saml import deflater
    from shared.formats.saml_signature import signer_requete

    with noyau(request).fabrique.ouvrir(request.state.bac, ecriture=True) as u:
        request.state.horloge = u.horloge
        try:
            octets, requete = octets_de(request, champs)
            faite = saml.recevoir_sortie(u, ici(request), octets, requete, session.ouverte(request, u))
        except Refus as refus:
            return page_refus(request, refus)
        vers = None
        if faite.retour:
            message, relais = deflater(faite.reponse), champs.get("RelayState", "")[:2000]
            lien = "&" if "?" in faite.retour else "?"
            vers = faite.retour + lien + signer_requete("SAMLResponse", message, relais, saml.signataire(u))
    return deconnexion.fermer_seances(request, faite.seances, vers, sauf=faite.connecteur)


ROUTES: tuple[tuple[str, tuple[str, ...], Any], ...] = (
    ("GET", METADONNEES, decrire),
    ("GET", PAR_REDIRECTION, entrer_par_redirection),
    ("POST", PAR_FORMULAIRE, entrer_par_formulaire),
    ("GET", SORTIES, sortir_par_redirection),
    ("POST", SORTIES_PAR_FORMULAIRE, sortir_par_formulaire),
)
for methode, chemins, fonction in ROUTES:
    for chemin in chemins:
        routeur.add_api_route(chemin, fonction, methods=[methode])
