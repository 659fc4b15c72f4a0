"""The gradebook of OneRoster 1.1 and 1.2: categories, line items and results, read and written by publishers.

Source: connectors reference §6.1, Google's cases. Who asks, how pages are told and how one refuses: `api.oneroster`.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from services.ent.api.oneroster import (
    Trouver,
    dans,
    entetes_de_page,
    garder,
    porteur_de,
    racine_de,
    refuser,
    tous,
    verifier_adresse,
)
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
LECTURES: dict[str, Trouver] = {
    **{f"/{COLLECTIONS[genre]}{suite}": tous(genre) for genre in CARNET for suite in ("", "/{sid}")},
    "/classes/{classe}/lineItems": dans("lineItem", classe="classe"),
    "/classes/{classe}/lineitems": dans("lineItem", classe="classe"),  # as StrongMind's client writes it
    "/classes/{classe}/results": dans("result", classe="classe"),
    "/classes/{classe}/lineItems/{devoir}/results": dans("result", classe="classe", devoir="devoir"),
    "/classes/{classe}/students/{eleve}/results": dans("result", classe="classe", note_de="eleve"),
}
"""Every reading: its address → what it speaks of, as in rostering."""
CORPS_MAX = 64 * 1024

Faire = Callable[[Unite, Porteur, bytes], Response]
"""What a request wants done: by whom, with what body."""
_Route = Callable[[Request], Awaitable[Response]]


async def _repondre(request: Request, portee: str, faire: Faire) -> Response:
    """Do something for who may have it done; whatever happens, as OneRoster says it, and among the last exchanges."""
    try:
        verifier_adresse(request)
        return await run_in_threadpool(_dans_la_base, request, portee, faire, await _corps(request))
    except Refus as refus:  # no such bac, a night under way
        return refuser(refus)


async def _corps(request: Request) -> bytes:
    """The body, or enough of it to see that it is too long."""
    lu = bytearray()
    async for morceau in request.stream():
        lu += morceau[: CORPS_MAX + 1 - len(lu)]
    return bytes(lu)


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
                reponse = faire(u, porteur, corps)
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


def _lecture(version: Version, prefixe: str, motif: str, trouver: Trouver) -> _Route:
    async def lire(request: Request) -> Response:
        quoi, sid = trouver(request.path_params)

        def faire(u: Unite, porteur: Porteur, _: bytes) -> Response:
            demande = oneroster.lire_demande(request.query_params, quoi.genre, version, ine=False)
            racine = racine_de(request, prefixe)
            if sid is not None:
                une = oneroster.une(u, porteur.projet, version, quoi, sid, demande, racine)
                return Response(une.corps, media_type="application/json")
            lue = oneroster.page(u, porteur.projet, version, quoi, demande, racine)
            adresse = racine + motif.format(**request.path_params)
            entetes = entetes_de_page(adresse, request.query_params.multi_items(), lue, demande)
            return Response(lue.corps, media_type="application/json", headers=entetes)

        return await _repondre(request, rules.LIRE, faire)

    return lire


def _ecriture(version: Version, prefixe: str, genre: Genre) -> _Route:
    async def ecrire(request: Request) -> Response:
        sid: str = request.path_params["sid"]

        def faire(u: Unite, porteur: Porteur, corps: bytes) -> Response:
            if len(corps) > CORPS_MAX:
                raise rules.invalide(genre, f"Le corps dépasse {CORPS_MAX // 1024} Kio.")
            try:
                lu = json.loads(corps)
            except (ValueError, RecursionError):
                raise rules.invalide(genre, "Le corps n'est pas du JSON.") from None
            neuve = carnet.ecrire(u, porteur.projet, genre, sid, lu)
            demande = oneroster.lire_demande({}, genre, version, ine=False)
            racine = racine_de(request, prefixe)
            une = oneroster.une(u, porteur.projet, version, Ensemble(genre), sid, demande, racine)
            return Response(une.corps, 201 if neuve else 200, media_type="application/json")

        return await _repondre(request, rules.ECRIRE, faire)

    return ecrire


def _retrait(genre: Genre) -> _Route:
    async def retirer(request: Request) -> Response:
        def faire(u: Unite, porteur: Porteur, _: bytes) -> Response:
            carnet.retirer(u, porteur.projet, genre, request.path_params["sid"])
            return Response(status_code=204)

        return await _repondre(request, rules.RETIRER, faire)

    return retirer


def _ajouter(version: Version, methode: str, chemin: str, faire: _Route) -> None:
    faire.__doc__ = f"OneRoster {version[1]}.{version[3]}, carnet de notes : {methode} {chemin}."
    routeur.add_api_route(chemin, faire, methods=[methode])


for _version, _prefixes in PREFIXES.items():
    for _prefixe in _prefixes:
        for _motif, _trouver in LECTURES.items():
            _ajouter(_version, "GET", _prefixe + _motif, _lecture(_version, _prefixe, _motif, _trouver))
        for _genre in CARNET:
            _une = f"{_prefixe}/{COLLECTIONS[_genre]}/{{sid}}"
            _ajouter(_version, "PUT", _une, _ecriture(_version, _prefixe, _genre))
            _ajouter(_version, "DELETE", _une, _retrait(_genre))
