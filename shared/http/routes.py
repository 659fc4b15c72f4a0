"""Routes declared once, made by the one process that serves them, each when it is first asked for.

FastAPI analyses a route where it is declared, and again at each inclusion of its router. Here the seven services are
imported together, before they are forked: their three hundred routes would be made three times each, and kept by every
process. A declaration is kept as it is written, and handed to the application, flat.

Source: architecture, "How it runs".
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import partial
from threading import RLock
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from msgspec import Struct
from starlette.routing import BaseRoute, Match, compile_path, get_name
from starlette.types import Receive, Scope, Send

_ANALYSE = RLock()


class Declaration(Struct, frozen=True):
    """A route as a decorator declared it: whole path, function, options of `APIRouter.add_api_route`."""

    chemin: str
    fonction: Callable[..., Any]
    options: dict[str, Any]


class Routeur(APIRouter):
    """An `APIRouter` that only keeps what is declared: prefix, tags and presence in the schema are applied."""

    def __init__(self, prefix: str = "", tags: list[str] | None = None, include_in_schema: bool = True) -> None:
        super().__init__(prefix=prefix, tags=[*tags] if tags else None, include_in_schema=include_in_schema)
        self.declarations: list[Declaration] = []

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """Keep a declaration."""
        options["tags"] = [*self.tags, *(options.get("tags") or ())]
        options["include_in_schema"] = self.include_in_schema and options.get("include_in_schema", True)
        self.declarations.append(Declaration(self.prefix + path, endpoint, options))

    def include_router(self, router: APIRouter, **options: Any) -> None:
        """Take the declarations of another `Routeur`, under our own prefix and tags. No option is known."""
        if options or not isinstance(router, Routeur):
            raise TypeError("a Routeur includes a Routeur, without options")
        for d in router.declarations:
            self.add_api_route(d.chemin, d.fonction, **d.options)

    def installer(self, app: FastAPI) -> None:
        """Give an application these routes, in their order."""
        for d in self.declarations:
            app.router.add_api_route(d.chemin, d.fonction, route_class_override=RouteTardive, **d.options)


class Aiguillage:
    """The routes of an application by the words of their paths: a service has hundreds, and a router asks each.

    Stands behind the application's router, and hands a request to one that only has the routes it may be for, in their
    order. Put when every route is declared, made at the first request.
    """

    def __init__(self, app: FastAPI) -> None:
        self._entier = app.router
        self._par_mot: dict[str, APIRouter] = {}
        self._par_chemin: dict[str, APIRouter | None] = {}
        if app.router.middleware_stack != app.router.app:
            raise TypeError("a router with middleware of its own would lose it")
        app.router.middleware_stack = self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["router"] = self._entier
        await self.choisir(scope).app(scope, receive, send)

    def choisir(self, scope: Scope) -> APIRouter:
        """The router of a request: that of its path when it is one that was declared, else of the first word of it."""
        if scope["type"] != "http" or scope.get("root_path"):
            return self._entier
        if not self._par_mot:
            self._ranger()
        chemin: str = scope["path"]
        choisi = self._par_chemin.get(chemin)
        if choisi is None:
            choisi = self._par_mot.get(_premier(chemin)) or self._par_mot[QUELCONQUE]
            if chemin in self._par_chemin:
                siennes = [r for r in choisi.routes if r.matches(scope)[0] != Match.NONE]
                choisi = self._par_chemin[chemin] = self._restreint(siennes)
        return choisi

    def _ranger(self) -> None:
        chemins = [str(getattr(route, "path", "")) for route in self._entier.routes]
        debuts = [_premier(chemin) for chemin in chemins]
        for mot in dict.fromkeys([*debuts, QUELCONQUE]):
            siennes = [r for r, d in zip(self._entier.routes, debuts, strict=True) if d in (mot, QUELCONQUE)]
            self._par_mot[mot] = self._restreint(siennes)
        self._par_chemin = {c: None for c in chemins if c and "{" not in c}

    def _restreint(self, routes: list[BaseRoute]) -> APIRouter:
        routeur = copy(self._entier)
        routeur.routes = routes
        return routeur


QUELCONQUE = "{"
"""In place of the first word of a path, when it may be any."""


def _premier(chemin: str) -> str:
    mot = chemin.split("/", 2)[1] if chemin[:1] == "/" else QUELCONQUE
    return QUELCONQUE if QUELCONQUE in mot else mot


class RouteTardive(APIRoute):
    """A route that is matched by its path and methods, and analysed when something else of it is first wanted."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        self._analyser = partial(super().__init__, path, endpoint, **options)
        self.path, self.endpoint = path, endpoint
        self.path_regex, self.path_format, self.param_convertors = compile_path(path)
        self.name = options.get("name") or get_name(endpoint)
        self.methods = {m.upper() for m in options.get("methods") or ["GET"]}

    def __getattr__(self, nom: str) -> Any:
        """Called for what is not there yet: analyse, once (the event loop may ask, or the thread that makes /docs)."""
        with _ANALYSE:
            analyser = self.__dict__.pop("_analyser", None)
            if analyser is not None:
                analyser()
        try:
            return self.__dict__[nom]
        except KeyError:
            raise AttributeError(nom) from None
