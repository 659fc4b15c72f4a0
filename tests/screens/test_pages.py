"""Rendering pages: what every page holds, refusals, messages, the offline API page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from pydantic import BaseModel
from starlette.responses import Response

from shared.contracts.refus import Inconnu, NuitEnCours, Refus
from shared.horloge.horloge import HorlogeFixe
from shared.screens.composants import Entree
from shared.screens.documentation import documentation_hors_ligne, genre
from shared.screens.pages import COMMUNS, STATIQUE, Gabarits, gabarits, monter_statique, rediriger, rendre, rendre_refus


class Division(BaseModel):
    """A division of the test API."""

    code: str
    effectif: int | None = None


def _menu(request: Request) -> list[Entree]:
    return [Entree("Accueil de l'essai", f"{getattr(request.state, 'base', '')}/")]


@pytest.fixture
def essai(tmp_path: Path) -> Gabarits:
    """Templates of a service called « essai »."""
    textes = {
        "simple.html": "<p>{{ nom }}</p>{{ c.pastille(nom) }}",
        "absent.html": "{{ rien }}",
        "page.html": '{% extends "base.html" %}'
        "{% block contenu %}<p>{{ 1234567|nombre }} {{ jour|instant }}</p>{% endblock %}",
    }
    for nom, texte in textes.items():
        (tmp_path / nom).write_text(texte, encoding="utf-8")
    return gabarits("essai", tmp_path, titre="Essai", menu=_menu)


@pytest.fixture
def client(essai: Gabarits) -> Iterator[TestClient]:
    """A small application with these templates."""
    app = FastAPI(title="Essai")
    app.state.service = "essai"

    @app.get("/nue", include_in_schema=False)
    def nue(request: Request) -> Response:
        return rendre(request, "page.html", titre="Nue", jour=None)

    @app.get("/complete", include_in_schema=False)
    def complete(request: Request) -> Response:
        request.state.base, request.state.bac = "/b/noumea", "noumea"
        request.state.horloge = HorlogeFixe(datetime(2018, 7, 23, 22, 13, tzinfo=UTC), ZoneInfo("Pacific/Noumea"))
        return rendre(request, "page.html", titre="Complète", jour=datetime(2018, 2, 18, 21, 0, tzinfo=UTC))

    @app.get("/refus/{statut}", include_in_schema=False)
    def refus(request: Request, statut: int) -> Response:
        return rendre_refus(request, Refus("Non <b>.", code="NON", statut=statut, remede="Autrement."))

    @app.post("/poster", include_in_schema=False)
    def poster(request: Request) -> Response:
        return rediriger(request, "/nue", "Enregistré <i>.", "avertissement")

    @app.get("/divisions/{code}", tags=["Structure"], summary="Lire une division")
    def lire(code: str, annee: int | None = None) -> list[Division]:
        return []

    monter_statique(app)
    documentation_hors_ligne(app)
    with TestClient(app) as client:
        yield client


def test_a_page_is_made_even_when_the_kernel_left_nothing(client: TestClient) -> None:
    """Without bac nor clock the page comes out, with the simulation banner, language and skip link."""
    reponse = client.get("/nue")
    assert reponse.status_code == 200
    assert '<html lang="fr">' in reponse.text
    assert "Ceci est une simulation : établissement et personnes inventés" in reponse.text
    assert 'href="#contenu"' in reponse.text
    assert "Horloge simulée" not in reponse.text
    assert "Nue - Essai - Rentrée" in reponse.text


def test_a_page_of_a_bac_shows_its_local_time_and_keeps_its_prefix(client: TestClient) -> None:
    """Clock and instants are local to the académie; every link and file of the page keeps the prefix."""
    texte = client.get("/complete").text.replace("\xa0", " ")
    assert "mardi 24 juillet 2018 à 09 h 13" in texte
    assert 'datetime="2018-07-24T09:13:00+11:00"' in texte
    assert "19/02/2018 08:00" in texte
    assert "1\N{NARROW NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567" in texte
    liens = re.findall(r'(?:href|src)="(/[^"]*)"', texte)
    assert liens
    assert all(lien.startswith("/b/noumea/") for lien in liens)


def test_no_page_may_load_anything_from_elsewhere(client: TestClient) -> None:
    """Templates, style and script name no other host, and the policy forbids it."""
    for fichier in sorted([*COMMUNS.iterdir(), *STATIQUE.iterdir()]):
        texte = fichier.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"(https?:)?//[a-z0-9-]+\.[a-z]", texte), fichier.name
    assert client.get("/nue").headers["content-security-policy"].startswith("default-src 'self'; script-src 'self';")


def test_static_files_are_served_under_a_versioned_address(client: TestClient) -> None:
    """The addresses that pages give for style, script and icon answer."""
    adresses = re.findall(r'"(/_static/[^"]+)"', client.get("/nue").text)
    assert len(adresses) == 3
    for adresse in adresses:
        assert re.search(r"\?v=[0-9a-f]{10}$", adresse)
        assert client.get(adresse).status_code == 200


def test_values_are_escaped_in_pages_and_in_components(essai: Gabarits) -> None:
    """A value that looks like a tag stays text, in a template and through a macro."""
    rendu = essai.env.get_template("simple.html").render(nom="<script>x</script>")
    assert "<script>" not in rendu
    assert rendu.count("&lt;script&gt;") == 2


def test_a_missing_value_is_an_error(essai: Gabarits) -> None:
    """A name that the page was not given is an error, not an empty string."""
    with pytest.raises(jinja2.UndefinedError):
        essai.env.get_template("absent.html").render()


@pytest.mark.parametrize("statut", [409, 422, 500])
def test_refusals_are_pages(client: TestClient, statut: int) -> None:
    """A refusal keeps its status, says what to do, is escaped; a breakdown shows no menu."""
    reponse = client.get(f"/refus/{statut}")
    assert reponse.status_code == statut
    assert "Non &lt;b&gt;." in reponse.text
    assert "Autrement." in reponse.text
    assert "<code>NON</code>" in reponse.text
    assert ("Accueil de l&#39;essai" in reponse.text) == (statut < 500)


def test_a_message_follows_a_redirection_and_is_shown_once(client: TestClient) -> None:
    """The message left by a form is on the next page, escaped, and no more on the one after."""
    reponse = client.post("/poster")
    assert reponse.status_code == 200
    assert "Enregistré &lt;i&gt;." in reponse.text
    assert "message-avertissement" in reponse.text
    assert "Enregistré" not in client.get("/nue").text


@pytest.mark.parametrize("valeur", ["zut", "W10", "e30=", "WzFd", "bnVsbA==", "%%%"])
def test_a_forged_message_cookie_does_no_harm(client: TestClient, valeur: str) -> None:
    """A cookie that cannot be read is ignored."""
    reponse = client.get("/nue", headers={"Cookie": f"rentree_essai_message={valeur}"})
    assert reponse.status_code == 200
    assert 'class="message ' not in reponse.text


def test_api_page_is_offline_and_tells_routes_schemas_and_codes(client: TestClient) -> None:
    """/docs is ours, /redoc is gone, and every documented route, parameter, schema and common code is there."""
    reponse = client.get("/docs")
    assert reponse.status_code == 200
    for morceau in (
        "/divisions/{code}",
        "Lire une division",
        "annee",
        "liste de Division",
        "effectif",
        "entier ou vide",
    ):
        assert morceau in reponse.text
    for code in (Inconnu.code, NuitEnCours.code):
        assert f"<code>{code}</code>" in reponse.text
    assert "HTTPValidationError" not in reponse.text
    assert "swagger" not in reponse.text.lower()
    assert client.get("/redoc").status_code == 404
    assert client.get("/openapi.json").json()["info"]["title"] == "Essai"


@pytest.mark.parametrize(
    ("schema", "attendu"),
    [
        ({"type": "array", "items": {"$ref": "#/components/schemas/Groupe"}}, "liste de Groupe"),
        ({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}, "date ou vide"),
        ({"enum": ["48h", "48-72h"]}, "« 48h » ou « 48-72h »"),
        ({"const": 8}, "« 8 »"),
        ({"type": "string", "contentMediaType": "application/octet-stream"}, "fichier"),
        ({}, "quelconque"),
    ],
)
def test_schemas_are_said_in_french(schema: dict[str, Any], attendu: str) -> None:
    """A JSON schema is said in a few French words."""
    assert genre(schema) == attendu
