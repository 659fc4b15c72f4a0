"""The gradebook of OneRoster 1.1 and 1.2: categories, line items and results, read and written by publishers.

Source: connectors reference §6.1, Google's cases. Who asks, how pages are told and how one refuses: `api.oneroster`.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from services.ent.api.oneroster import entetes_de_page, garder, porteur_de, refuser
from services.ent.rules import carnet as rules
from services.ent.use_cases import carnet, oneroster, registre
from services.ent.use_cases.jetons_registre import NonAutorise, Porteur
from services.ent.use_cases.oneroster import Ensemble
from shared.contracts.refus import Refus
from shared.formats.oneroster.fiches import CARNET, COLLECTIONS, Genre, Version
from shared.formats.oneroster.filtre import ErreurOneRoster
from shared.http.dependances import noyau
from shared.http.routes import Routeur
from shared.persistence.unite import Unite

routeur = Routeur(prefix="/ims/oneroster", tags=["oneroster"])

PREFIXES: dict[Version, tuple[str, ...]] = {
    "v1p1": ("/v1p1",),
    "v1p2": ("/gradebook/v1p2", "/v1p2/gradebook/v1p2"),
}
DANS: dict[str, tuple[Genre, dict[str, str]]] = {
    "/classes/{classe}/lineItems": ("lineItem", {"classe": "classe"}),
    "/classes/{classe}/lineitems": ("lineItem", {"classe": "classe"}),  # as StrongMind's client writes it
    "/classes/{classe}/results": ("result", {"classe": "classe"}),
    "/classes/{classe}/lineItems/{devoir}/results": ("result", {"classe": "classe", "devoir": "devoir"}),
    "/classes/{classe}/students/{eleve}/results": ("result", {"classe": "classe", "note_de": "eleve"}),
}
"""What is read within something else: the kind, how it is within, the parameter of the path."""
ADRESSES = [
    prefixe + motif
    for prefixes in PREFIXES.values()
    for prefixe in prefixes
    for motif in [*(f"/{COLLECTIONS[genre]}" for genre in CARNET), *DANS]
]
CORPS_MAX = 64 * 1024

Faire = Callable[[Unite, Porteur], Response]


async def _repondre(request: Request, portee: str, faire: Faire) -> Response:
    """Do something for who may have it done; whatever happens, as OneRoster says it, and among the last exchanges."""
    corps = await _corps(request) if request.method == "PUT" else b""
    try:
        return await run_in_threadpool(_dans_la_base, request, portee, faire, corps)
    except Refus as refus:  # no such bac, a night under way
        return refuser(refus)


async def _corps(request: Request) -> bytes:
    lu = bytearray()
    async for morceau in request.stream():
        lu += morceau[: CORPS_MAX + 1 - len(lu)]
    request.state.corps = bytes(lu)
    return request.state.corps  # type: ignore[no-any-return]


def _dans_la_base(request: Request, portee: str, faire: Faire, corps: bytes) -> Response:
    genre = "lecture" if request.method == "GET" else "écriture"
    texte = f"{request.method} {request.url.path}?{request.url.query}"
    if corps:
        texte += "\n\n" + corps.decode(errors="replace").replace("\0", "")
    with noyau(request).fabrique.ouvrir(request.state.bac, ecriture=True) as u:
        try:
            porteur = porteur_de(request, u)
        except NonAutorise as refus:
            return garder(u, refus.connecteur, genre, texte, refuser(refus), refus)
        if not porteur.a_jour:
            registre.rafraichir(u, porteur.projet)
        try:
            with u.session.begin_nested():
                _exiger(porteur, portee)
                carnet.preparer(u, porteur.projet)
                u.session.flush()
                reponse = faire(u, porteur)
        except Refus as refus:
            return garder(u, porteur.code, genre, texte, refuser(refus), refus)
        return garder(u, porteur.code, genre, texte, reponse)


def _exiger(porteur: Porteur, portee: str) -> None:
    if not any(p.endswith(f"/{portee}") for p in porteur.portees):
        raise ErreurOneRoster(
            f"Ce jeton n'a pas la portée {portee}.",
            "forbidden",
            403,
            "Demandez-la avec le jeton, et ouvrez « Carnet de notes » dans les réglages du connecteur.",
        )


def _racine(request: Request, prefixe: str) -> str:
    lue = request.scope
    return f"{lue['scheme']}://{request.headers['host']}{request.state.base}/ims/oneroster{prefixe}"


def _lire(request: Request, version: Version, prefixe: str, motif: str, quoi: Ensemble, sid: str | None) -> Faire:
    def faire(u: Unite, porteur: Porteur) -> Response:
        if "\0" in request.url.path or "%00" in request.url.query:
            raise ErreurOneRoster("Un caractère nul n'est d'aucune fiche.", "invaliddata", 400)
        demande = oneroster.lire_demande(request.query_params, quoi.genre, version, ine=False)
        racine = _racine(request, prefixe)
        if sid is not None:
            une = oneroster.une(u, porteur.projet, version, quoi, sid, demande, racine)
            return Response(une.corps, media_type="application/json")
        lue = oneroster.page(u, porteur.projet, version, quoi, demande, racine)
        chemin = motif.format(**request.path_params)
        entetes = entetes_de_page(racine + chemin, request.query_params.multi_items(), lue, demande)
        return Response(lue.corps, media_type="application/json", headers=entetes)

    return faire


def _ecrire(request: Request, version: Version, prefixe: str, genre: Genre, sid: str) -> Faire:
    def faire(u: Unite, porteur: Porteur) -> Response:
        if len(request.state.corps) > CORPS_MAX:
            raise rules.invalide(genre, f"Le corps dépasse {CORPS_MAX // 1024} Kio.")
        try:
            corps = json.loads(request.state.corps)
        except (ValueError, RecursionError):
            raise rules.invalide(genre, "Le corps n'est pas du JSON.") from None
        neuve = carnet.ecrire(u, porteur.projet, genre, sid, corps)
        u.session.flush()
        demande = oneroster.lire_demande({}, genre, version, ine=False)
        racine = _racine(request, prefixe)
        une = oneroster.une(u, porteur.projet, version, Ensemble(genre), sid, demande, racine)
        return Response(une.corps, 201 if neuve else 200, media_type="application/json")

    return faire


def _retirer(genre: Genre, sid: str) -> Faire:
    def faire(u: Unite, porteur: Porteur) -> Response:
        carnet.retirer(u, porteur.projet, genre, sid)
        return Response(status_code=204)

    return faire


def _routes(version: Version, prefixe: str) -> None:
    """Every address of the gradebook under a prefix."""
    for genre in CARNET:
        _routes_du_genre(version, prefixe, genre)
    for motif, (genre, dans) in DANS.items():
        _route_dans(version, prefixe, motif, genre, dans)


def _routes_du_genre(version: Version, prefixe: str, genre: Genre) -> None:
    motif = f"/{COLLECTIONS[genre]}"

    async def lister(request: Request) -> Response:
        quoi = Ensemble(genre)
        return await _repondre(request, rules.LIRE, _lire(request, version, prefixe, motif, quoi, None))

    async def lire(request: Request) -> Response:
        sid = request.path_params["sid"]
        return await _repondre(request, rules.LIRE, _lire(request, version, prefixe, motif, Ensemble(genre), sid))

    async def ecrire(request: Request) -> Response:
        sid = request.path_params["sid"]
        return await _repondre(request, rules.ECRIRE, _ecrire(request, version, prefixe, genre, sid))

    async def retirer(request: Request) -> Response:
        return await _repondre(request, rules.RETIRER, _retirer(genre, request.path_params["sid"]))

    for chemin, faire, methode in (
        (motif, lister, "GET"),
        (f"{motif}/{{sid}}", lire, "GET"),
        (f"{motif}/{{sid}}", ecrire, "PUT"),
        (f"{motif}/{{sid}}", retirer, "DELETE"),
    ):
        faire.__doc__ = f"OneRoster {version[1]}.{version[3]}, carnet de notes : {methode} {chemin}."
        routeur.add_api_route(prefixe + chemin, faire, methods=[methode])


def _route_dans(version: Version, prefixe: str, motif: str, genre: Genre, dans: dict[str, str]) -> None:
    async def lire(request: Request) -> Response:
        quoi = Ensemble(genre, "", tuple((nom, request.path_params[de]) for nom, de in dans.items()))
        return await _repondre(request, rules.LIRE, _lire(request, version, prefixe, motif, quoi, None))

    lire.__doc__ = f"OneRoster {version[1]}.{version[3]}, carnet de notes : GET {motif}."
    routeur.add_api_route(prefixe + motif, lire, methods=["GET"])


for _version, _prefixes in PREFIXES.items():
    for _prefixe in _prefixes:
        _routes(_version, _prefixe)
