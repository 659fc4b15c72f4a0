"""OneRoster 1.1 and 1.2: tokens, and every reading of rostering, under the addresses that clients know.

Source: connectors reference §6.1. Refusals are told as the standard tells them (imsx_StatusInfo).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Iterable
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from fastapi import Form, Request
from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from services.ent.rules import oneroster as rules
from services.ent.rules.oneroster import ReglagesOneRoster
from services.ent.screens import echanges, session
from services.ent.use_cases import connecteurs, jetons_registre, oneroster, registre
from services.ent.use_cases.connecteurs import Cahier
from services.ent.use_cases.jetons_registre import NonAutorise, Porteur
from services.ent.use_cases.memoire_registre import MEMOIRE, Gardee
from services.ent.use_cases.oneroster import Demande, Ensemble, Page
from shared.contracts.refus import NuitEnCours, Refus
from shared.formats.oneroster.fiches import Genre, Version
from shared.formats.oneroster.filtre import ErreurOneRoster, statut
from shared.http.dependances import Ecriture, noyau
from shared.http.routes import Routeur
from shared.persistence.breve import Executant, ouvrir_breve
from shared.persistence.unite import Unite

routeur = Routeur(prefix="/ims/oneroster", tags=["oneroster"])

PREFIXES: dict[Version, tuple[str, ...]] = {
    "v1p1": ("/v1p1",),
    "v1p2": ("/rostering/v1p2", "/v1p2/rostering/v1p2"),  # the second: as Google's notebook asks (§6.1)
}
COEUR = frozenset({"orgs", "academicSessions", "courses", "classes", "users", "enrollments"})
"""What the scope roster-core opens, without what is nested."""
MINEURS = {401: "unauthorisedrequest", 403: "forbidden", 404: "unknownobject", 429: "server_busy"}


@routeur.post("/token")
def jeton(
    request: Request,
    u: Ecriture,
    grant_type: Annotated[str, Form()] = "",
    scope: Annotated[str, Form()] = "",
    client_id: Annotated[str, Form()] = "",
    client_secret: Annotated[str, Form()] = "",
) -> JSONResponse:
    """A token for a client that shows its secret (client_credentials); the errors of RFC 6749."""
    from authlib.oauth2.rfc6749.util import extract_basic_authorization  # type: ignore[import-untyped]

    basic: tuple[str | None, str | None] = extract_basic_authorization(request.headers)
    code, secret = basic if basic[0] else (client_id, client_secret)
    demande = f"POST {request.url.path}\n\ngrant_type={grant_type}&scope={scope}"
    try:
        connecteur = jetons_registre.client(u, code or "", secret or "", "oneroster")
    except NonAutorise as refus:
        reponse = _refuser_jeton("invalid_client", f"{refus.phrase} {refus.remede}", 401)
        return garder(u, refus.connecteur, "jeton", demande, reponse, refus)
    if grant_type != "client_credentials":
        mauvais = _octroi_refuse(request, grant_type)
        reponse = _refuser_jeton("unsupported_grant_type", f"{mauvais.phrase} {mauvais.remede}", 400)
        return garder(u, connecteur.code, "jeton", demande, reponse, mauvais)
    try:
        texte, duree, portees = jetons_registre.donner(u, session.secret(request), connecteur, scope)
    except Refus as refus:
        reponse = _refuser_jeton("invalid_scope", f"{refus.phrase} {refus.remede}", 400)
        return garder(u, connecteur.code, "jeton", demande, reponse, refus)
    dit = {"token_type": "Bearer", "expires_in": duree, "scope": " ".join(portees)}
    garder(u, connecteur.code, "jeton", demande, JSONResponse({"access_token": "…", **dit}))
    return JSONResponse({"access_token": texte, **dit}, headers={"Cache-Control": "no-store"})


def _octroi_refuse(request: Request, grant_type: str) -> Refus:
    annonce = request.headers.get("content-type", "").partition(";")[0]
    formulaire = annonce == "application/x-www-form-urlencoded"
    return Refus(
        f"grant_type est « {grant_type[:60]} »." if grant_type else "La demande ne dit pas de grant_type.",
        code="UNSUPPORTED_GRANT_TYPE",
        remede="Envoyez grant_type=client_credentials"
        + ("." if formulaire else f", en application/x-www-form-urlencoded (reçu : « {annonce[:60]} »)."),
    )


def _refuser_jeton(code: str, phrase: str, statut_http: int) -> JSONResponse:
    entetes = {"Cache-Control": "no-store"} | ({"WWW-Authenticate": "Basic"} if statut_http == 401 else {})
    return JSONResponse({"error": code, "error_description": phrase}, statut_http, entetes)


# --- one request -----------------------------------------------------------------------------------------------------


_R = TypeVar("_R", bound=Response)


class _Appel(Struct, frozen=True):
    """A reading: of what, in which version, under which root, as it was asked."""

    request: Request
    version: Version
    racine: str
    chemin: str
    quoi: Ensemble
    sid: str | None
    texte: str
    """As the last exchanges show it."""


async def _repondre(
    request: Request, version: Version, prefixe: str, chemin: str, quoi: Ensemble, sid: str | None = None
) -> Response:
    """Answer a reading; whatever happens, as OneRoster says it."""
    lue, entetes = request.scope, request.headers
    texte_appel = f"{lue['method']} {lue['path']}?{lue['query_string'].decode(errors='replace')}"
    appel = _Appel(request, version, racine_de(request, prefixe), chemin, quoi, sid, texte_appel)
    entete = entetes.get("authorization", "")
    signe = jetons_registre.signe(entete)
    texte = "" if signe else _jeton(entete)
    try:
        verifier_adresse(request)
        gardee = await _de_memoire(appel, texte) if texte else None
        return await run_in_threadpool(_de_la_base, appel, texte, signe) if gardee is None else gardee
    except Refus as refus:  # no such bac, a night under way
        return refuser(refus)


def racine_de(request: Request, prefixe: str) -> str:
    """The root of the addresses under a prefix, as it was asked; an URL of Starlette's costs more than all this."""
    return f"{request.scope['scheme']}://{request.headers['host']}{request.state.base}/ims/oneroster{prefixe}"


def verifier_adresse(request: Request) -> None:
    """Raises `ErreurOneRoster` invaliddata (400) where the database could not hold what is asked."""
    if "\0" in request.scope["path"] or b"%00" in request.scope["query_string"]:
        raise ErreurOneRoster("Un caractère nul n'est d'aucune fiche.", "invaliddata", 400)


def _de_la_base(appel: _Appel, texte: str, signe: bool) -> Response:
    """The answer to a token, or to a request that is signed, as the database has it."""
    fabrique, bac = noyau(appel.request).fabrique, appel.request.state.bac
    if not signe:
        with ouvrir_breve(fabrique, bac) as b:
            reponse = _juger(b, appel, lambda: jetons_registre.par_jeton(b, texte))
            if reponse is not None:
                return reponse
    # A request that is signed, or the first one since the directory changed: the register is made again.
    with fabrique.ouvrir(bac, ecriture=True) as u:
        lue = _juger(u, appel, lambda: porteur_de(appel.request, u))
        assert lue is not None
        return lue


async def _de_memoire(appel: _Appel, texte: str) -> Response | None:
    """A page that was told since the directory last changed, to a token of the same scopes; None for any other."""
    bac: str = appel.request.state.bac
    parametres = jetons_registre.parametres_du_jeton(bac, texte)
    lus = await noyau(appel.request).executer(bac, jetons_registre.PAR_JETON, parametres, ecriture=False)
    try:
        porteur = jetons_registre.lire_jeton(lus, texte)
    except NonAutorise:
        return None  # told, and kept, where everything is
    gardee = MEMOIRE.page(_cle(appel, porteur)) if porteur.a_jour and not porteur.en_faute else None
    if gardee is None:
        return None
    reponse = Response(gardee.corps, media_type="application/json", headers=dict(gardee.entetes))
    cahier = Cahier(bac, porteur.base, porteur.code, porteur.maintenant, porteur.numero, None)
    await echanges.garder(appel.request, cahier, "lecture", appel.texte, _dite(reponse))
    return reponse


def _cle(appel: _Appel, porteur: Porteur) -> Hashable:
    return (
        porteur.base,
        porteur.projet,
        porteur.marque,
        str(porteur.reglages),
        porteur.portees,
        appel.racine,
        appel.texte,
    )


def _juger(u: Executant, appel: _Appel, qui: Callable[[], Porteur]) -> Response | None:
    """The answer, kept among the exchanges; None when the register must be made again, and this unit cannot."""
    try:
        porteur = qui()
    except NonAutorise as refus:
        return garder(u, refus.connecteur, "lecture", appel.texte, refuser(refus), refus)
    if not porteur.a_jour:
        if not isinstance(u, Unite):
            return None
        registre.rafraichir(u, porteur.projet)
    try:
        reponse = _lire(u, appel, porteur)
    except Refus as refus:
        return garder(u, porteur.code, "lecture", appel.texte, refuser(refus), refus)
    return garder(u, porteur.code, "lecture", appel.texte, reponse)


def _lire(u: Executant, appel: _Appel, porteur: Porteur) -> Response:
    """The answer to who may have it."""
    quoi, version, projet = appel.quoi, appel.version, porteur.projet
    _verifier_portee(porteur.portees, appel)
    ine = ReglagesOneRoster.model_validate(porteur.reglages).ine
    demande = oneroster.lire_demande(appel.request.query_params, quoi.genre, version, ine=ine)
    if appel.sid is not None:
        lue = oneroster.une(u, projet, version, quoi, appel.sid, demande, appel.racine)
        return Response(lue.corps, media_type="application/json")
    lue = oneroster.page(u, projet, version, quoi, demande, appel.racine)
    adresse = f"{appel.racine}{appel.chemin}"
    entetes = entetes_de_page(adresse, appel.request.query_params.multi_items(), lue, demande)
    if porteur.a_jour and porteur.base:
        MEMOIRE.garder(_cle(appel, porteur), Gardee(lue.corps, entetes))
    return Response(lue.corps, media_type="application/json", headers=entetes)


def _jeton(entete: str) -> str:
    return entete[7:] if entete[:7].lower() == "bearer " else ""


def porteur_de(request: Request, u: Unite) -> Porteur:
    """Who asks. Raises `NonAutorise`."""
    entete = request.headers.get("authorization", "")
    if jetons_registre.signe(entete):
        adresse = f"{str(request.base_url).rstrip('/')}{request.state.base}{request.url.path}"
        if request.url.query:
            adresse += f"?{request.url.query}"
        return jetons_registre.par_signature(u, session.secret(request), request.method, adresse, entete)
    return jetons_registre.par_jeton(u, _jeton(entete))


def _verifier_portee(portees: frozenset[str], appel: _Appel) -> None:
    """A scope of either version opens both: what it opens is the same. Raises `ErreurOneRoster` forbidden (403)."""
    noms = {p.rsplit("/", 1)[1] for p in portees}
    collection = appel.chemin.split("/")[1]
    if appel.quoi.genre == "demographics":
        voulue = {rules.DEMOGRAPHIE}
    elif collection in COEUR and appel.chemin.count("/") == (1 if appel.sid is None else 2):
        voulue = {rules.NOYAU, rules.REGISTRE}
    else:
        voulue = {rules.REGISTRE}
    if not voulue & noms:
        raise ErreurOneRoster(
            f"Ce jeton n'a pas la portée {' ou '.join(sorted(voulue))}.",
            "forbidden",
            403,
            "Demandez-la avec le jeton, et ouvrez-la dans les réglages du connecteur.",
        )


def exiger_registre(porteur: Porteur) -> None:
    """Raises `ErreurOneRoster` forbidden (403) without the scope roster."""
    if not any(p.endswith(f"/{rules.REGISTRE}") for p in porteur.portees):
        raise ErreurOneRoster(f"Ce jeton n'a pas la portée {rules.REGISTRE}.", "forbidden", 403)


def entetes_de_page(adresse: str, parametres: Iterable[tuple[str, str]], lue: Page, demande: Demande) -> dict[str, str]:
    """How many there are in all, and the addresses of the first, previous, next and last pages."""
    limite, debut, total = demande.limite, demande.debut, lue.total
    derniere = max((total - 1) // limite, 0) * limite
    pages = {"first": 0, "last": derniere}
    if debut + lue.recues < total:
        pages["next"] = debut + limite
    if debut > 0:
        pages["prev"] = max(debut - limite, 0)
    gardes = [(n, v) for n, v in parametres if n not in ("limit", "offset")]
    liens = [
        f'<{adresse}?{urlencode([*gardes, ("limit", limite), ("offset", ou)])}>; rel="{rel}"'
        for rel, ou in sorted(pages.items())
    ]
    return {"X-Total-Count": str(total), "Link": ", ".join(liens)}


def refuser(refus: Refus) -> JSONResponse:
    """A refusal as OneRoster tells it."""
    mineur = refus.mineur if isinstance(refus, ErreurOneRoster) else MINEURS.get(refus.statut, "internal_server_error")
    http = refus.statut
    if isinstance(refus, NuitEnCours):
        mineur, http = "server_busy", 429
    dit = " ".join(x for x in (refus.phrase, refus.remede) if x)
    entetes = {"WWW-Authenticate": "Bearer"} if http == 401 else {}
    return JSONResponse(statut("failure", "error", dit, mineur), http, entetes)


def garder(u: Executant, code: str, genre: str, demande: str, reponse: _R, refus: Refus | None = None) -> _R:
    """Keep an exchange, if it can be told whose it is; a refusal says why. The answer, to be sent."""
    if code:
        dit = " ".join(x for x in (refus.phrase, refus.remede) if x) if refus else ""
        connecteurs.noter(u, code, genre, demande, _dite(reponse), refus.code if refus else "", dit)
    return reponse


def _dite(reponse: Response) -> str:
    """An answer as the exchanges show it: status, the headers that say something, body."""
    corps = bytes(reponse.body)[: connecteurs.TEXTE].decode(errors="ignore")
    entetes = "".join(f"{n}: {reponse.headers[n]}\n" for n in ("X-Total-Count", "Link") if n in reponse.headers)
    return f"{reponse.status_code}\n{entetes}\n{corps}"


# --- the addresses ---------------------------------------------------------------------------------------------------

Trouver = Callable[[dict[str, str]], tuple[Ensemble, str | None]]


def tous(genre: Genre, role: str = "") -> Trouver:
    return lambda p: (Ensemble(genre, role), p.get("sid"))


def dans(genre: Genre, role: str = "", **noms: str) -> Trouver:
    """`noms`: how records are within what → the parameter of the path, or a word after « = »."""

    def trouver(p: dict[str, str]) -> tuple[Ensemble, str | None]:
        dans = tuple((nom, de[1:] if de[0] == "=" else p[de]) for nom, de in noms.items())
        return Ensemble(genre, role, dans), None

    return trouver


_COLLECTIONS: tuple[tuple[str, Genre, str], ...] = (
    ("orgs", "org", ""),
    ("schools", "org", "school"),
    ("academicSessions", "academicSession", ""),
    ("terms", "academicSession", "term"),
    ("gradingPeriods", "academicSession", "gradingPeriod"),
    ("courses", "course", ""),
    ("classes", "class", ""),
    ("users", "user", ""),
    ("students", "user", "student"),
    ("teachers", "user", "teacher"),
    ("enrollments", "enrollment", ""),
    ("demographics", "demographics", ""),
)
ADRESSES: dict[str, Trouver] = {
    **{
        f"/{collection}{suite}": tous(genre, role)
        for collection, genre, role in _COLLECTIONS
        for suite in ("", "/{sid}")
    },
    "/terms/{id}/classes": dans("class", terme="id"),
    "/terms/{id}/gradingPeriods": dans("academicSession", "gradingPeriod", parent="id"),
    "/schools/{id}/courses": dans("course", ecole="id"),
    "/schools/{id}/classes": dans("class", ecole="id"),
    "/schools/{id}/enrollments": dans("enrollment", ecole="id"),
    "/schools/{id}/students": dans("user", "student", ecole="id"),
    "/schools/{id}/teachers": dans("user", "teacher", ecole="id"),
    "/schools/{id}/terms": dans("academicSession", "term", ecole="id"),
    "/schools/{id}/classes/{classe}/enrollments": dans("enrollment", ecole="id", classe="classe"),
    "/schools/{id}/classes/{classe}/students": dans(
        "user", "student", ecole="id", inscrits="classe", inscrits_role="=student"
    ),
    "/schools/{id}/classes/{classe}/teachers": dans(
        "user", "teacher", ecole="id", inscrits="classe", inscrits_role="=teacher"
    ),
    "/courses/{id}/classes": dans("class", cours="id"),
    "/classes/{id}/students": dans("user", "student", inscrits="id", inscrits_role="=student"),
    "/classes/{id}/teachers": dans("user", "teacher", inscrits="id", inscrits_role="=teacher"),
    "/users/{id}/classes": dans("class", personne="id"),
    "/students/{id}/classes": dans("class", personne="id", personne_role="=student"),
    "/teachers/{id}/classes": dans("class", personne="id", personne_role="=teacher"),
}
"""Every reading: its address → what it speaks of."""


def _route(version: Version, prefixe: str, motif: str, trouver: Trouver) -> Callable[[Request], Awaitable[Response]]:
    async def lire(request: Request) -> Response:
        quoi, sid = trouver(request.path_params)
        return await _repondre(request, version, prefixe, motif.format(**request.path_params), quoi, sid)

    lire.__doc__ = f"OneRoster {version[1]}.{version[3]} : {motif}."
    return lire


for _version, _prefixes in PREFIXES.items():
    for _prefixe in _prefixes:
        for _motif, _trouver in ADRESSES.items():
            routeur.add_api_route(_prefixe + _motif, _route(_version, _prefixe, _motif, _trouver), methods=["GET"])


@routeur.get("/{reste:path}", include_in_schema=False)
def inconnue(reste: str) -> Response:
    """Any other address under this one."""
    import difflib  # for the few who are lost

    from services.ent.api import oneroster_carnet as carnet

    services = ((PREFIXES, ADRESSES), (carnet.PREFIXES, carnet.LECTURES))
    connues = [p + m for prefixes, adresses in services for v in prefixes.values() for p in v for m in adresses]
    proche = next(iter(difflib.get_close_matches(f"/{reste[:120]}", connues, 1, 0.8)), "")
    remede = f"La plus proche est {proche}." if proche else "docs/connecteurs-oneroster.md les donne toutes."
    return refuser(ErreurOneRoster(f"Rien n'est à l'adresse /{reste[:120]}.", "unknownobject", 404, remede))
