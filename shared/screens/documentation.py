"""The page of a service's web API, made here from its OpenAPI document: no CDN, no script.

Source: architecture, "How it runs": API pages work offline. Refusals: RFC 9457 and shared.contracts.refus.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI, Request
from msgspec import Struct
from starlette.responses import HTMLResponse

from shared.contracts.refus import Refus
from shared.screens.pages import rendre_commun

METHODES = ("get", "post", "put", "patch", "delete")
TYPES = {
    "string": "texte",
    "integer": "entier",
    "number": "nombre",
    "boolean": "oui ou non",
    "object": "objet",
    "null": "vide",
    "array": "liste",
}
FORMATS = {
    "date": "date",
    "date-time": "instant",
    "binary": "fichier",
    "uuid": "identifiant",
    "uri": "adresse",
}
# FastAPI declares these for a request that does not validate; our applications answer a refusal instead.
DE_FASTAPI = frozenset({"HTTPValidationError", "ValidationError"})
PLACES = {"path": "chemin", "query": "requête", "header": "en-tête", "cookie": "cookie"}


class Ligne(Struct, frozen=True):
    """A parameter of a route, or a member of a schema."""

    nom: str
    place: str
    genre: str
    requis: bool
    texte: str


class Route(Struct, frozen=True):
    """One operation of the API, ready to print."""

    methode: str
    chemin: str
    titre: str
    texte: str
    parametres: tuple[Ligne, ...]
    corps: str | None
    reponses: tuple[tuple[str, str, str], ...]

    @property
    def ancre(self) -> str:
        """An identifier for links to this route."""
        return f"{self.methode}{self.chemin}".replace("/", "-").replace("{", "").replace("}", "").lower()


class Schema(Struct, frozen=True):
    """One named schema of the API."""

    nom: str
    texte: str
    membres: tuple[Ligne, ...]
    valeurs: tuple[str, ...]


def documentation_hors_ligne(app: FastAPI) -> None:
    """Serve the page at /docs, instead of FastAPI's own (which load scripts from a CDN)."""
    app.router.routes[:] = [r for r in app.router.routes if getattr(r, "path", "") not in _pages_fastapi(app)]
    app.docs_url = app.redoc_url = None

    @app.get("/docs", include_in_schema=False)
    def page(request: Request) -> HTMLResponse:
        """The page, made anew from the OpenAPI document (which FastAPI keeps)."""
        document = app.openapi()
        return rendre_commun(
            request,
            "documentation.html",
            titre="Services web",
            menu=(),
            info=document["info"],
            groupes=groupes_de_routes(document),
            schemas=list(schemas(document)),
            codes=codes_de_refus(),
            openapi=app.openapi_url,
        )


def _pages_fastapi(app: FastAPI) -> set[str]:
    pages = (app.docs_url, app.redoc_url, app.swagger_ui_oauth2_redirect_url)
    return {page for page in pages if page}


def groupes_de_routes(document: Mapping[str, Any]) -> list[tuple[str, list[Route]]]:
    """Return the operations of an OpenAPI document by first tag, in order of first appearance."""
    groupes: dict[str, list[Route]] = {}
    for chemin, operations in document.get("paths", {}).items():
        for methode in METHODES:
            if operation := operations.get(methode):
                etiquette = (operation.get("tags") or ["Routes"])[0]
                groupes.setdefault(etiquette, []).append(_route(methode, chemin, operation))
    return list(groupes.items())


def _route(methode: str, chemin: str, operation: Mapping[str, Any]) -> Route:
    parametres = tuple(
        Ligne(
            p["name"],
            PLACES.get(p["in"], p["in"]),
            genre(p.get("schema", {})),
            bool(p.get("required")),
            p.get("description", ""),
        )
        for p in operation.get("parameters", [])
    )
    contenu = operation.get("requestBody", {}).get("content", {})
    corps = ", ".join(f"{genre(c.get('schema', {}))} ({media})" for media, c in contenu.items())
    reponses = tuple(_reponse(statut, r) for statut, r in operation.get("responses", {}).items())
    return Route(
        methode.upper(),
        chemin,
        operation.get("summary", ""),
        operation.get("description", ""),
        parametres,
        corps or None,
        reponses,
    )


def _reponse(statut: str, reponse: Mapping[str, Any]) -> tuple[str, str, str]:
    contenus = [(genre(c.get("schema", {})), media) for media, c in reponse.get("content", {}).items()]
    if any(nom in DE_FASTAPI for nom, _ in contenus):
        return statut, "Demande mal formée", "refus (application/problem+json)"
    texte = str(reponse.get("description", "")).replace("Successful Response", "Réponse")
    return statut, texte, ", ".join(f"{nom} ({media})" for nom, media in contenus)


def schemas(document: Mapping[str, Any]) -> Iterator[Schema]:
    """Yield the named schemas of an OpenAPI document, by name."""
    for nom, schema in sorted(document.get("components", {}).get("schemas", {}).items()):
        if nom in DE_FASTAPI:
            continue
        requis = set(schema.get("required", []))
        membres = tuple(
            Ligne(m, "", genre(s), m in requis, s.get("description", ""))
            for m, s in schema.get("properties", {}).items()
        )
        yield Schema(nom, schema.get("description", ""), membres, tuple(str(v) for v in schema.get("enum", ())))


def genre(schema: Mapping[str, Any]) -> str:
    """Say a JSON schema in a few French words: « liste de Division », « texte ou vide »."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    for union in ("anyOf", "oneOf", "allOf"):
        if union in schema:
            return " ou ".join(dict.fromkeys(genre(s) for s in schema[union]))
    if "const" in schema:
        return f"« {schema['const']} »"
    if "enum" in schema:
        return " ou ".join(f"« {v} »" for v in schema["enum"])
    nature = schema.get("type", "")
    if nature == "array":
        return f"liste de {genre(schema.get('items', {}))}"
    if "contentMediaType" in schema or schema.get("format") in FORMATS:
        return FORMATS.get(schema.get("format", ""), "fichier")
    return TYPES.get(nature, nature or "quelconque")


def codes_de_refus() -> list[tuple[str, int]]:
    """Return the refusal codes that the shared classes fix, with their HTTP status, by code."""
    codes: dict[str, int] = {}
    attente = [Refus]
    while attente:
        classe = attente.pop()
        attente.extend(classe.__subclasses__())
        if classe.__module__.startswith("shared."):
            codes[classe.code] = classe.statut
    return sorted(codes.items())
