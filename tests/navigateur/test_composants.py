"""Every component of shared/screens on one page, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI, Form, Query, Request
from playwright.sync_api import Browser, Page
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.responses import HTMLResponse, RedirectResponse, Response

from shared.contracts.refus import FichierRefuse, Lieu
from shared.horloge.horloge import HorlogeFixe
from shared.persistence.acces import SERVICES
from shared.screens.composants import Colonne, Entree, Message, Pagination, Tri
from shared.screens.documentation import documentation_hors_ligne
from shared.screens.pages import gabarits, monter_statique, rediriger, rendre, rendre_refus
from tests.navigateur.outils import (
    CAPTURES,
    LARGEURS,
    navigateur,
    servir,
    verifier_accessibilite,
    verifier_contrastes,
    verifier_largeur,
    verifier_page,
)

__all__ = ["navigateur"]
pytestmark = pytest.mark.navigateur

PAGE = """{% extends "commun/base.html" %}
{% block contenu %}
{{ c.aide("Cette page montre tous les composants ; la vraie application n'en a pas de telle.") }}
{{ c.message("info", "De nouvelles nomenclatures ont été chargées pour votre établissement.", masquable=true) }}
{{ c.message("avertissement", "Les groupes seront réinitialisés.") }}
{{ c.message("erreur", "Le fichier n'est pas celui de l'année.", code="MILLESIME_AUTRE", remede="Refaites-le.") }}
{{ c.onglets([onglet("Structure", True), onglet("Services"), onglet("Ressources")], "Parties de la page") }}
<h2>Liste</h2>
{% call(l) c.tableau("divisions", "Divisions", colonnes, lignes, tri=tri, consigne=true) %}
<th scope="row"><a href="{{ base }}/">{{ l.code }}</a></th><td>{{ l.libelle }}</td><td>{{ l.mef }}</td>
<td class="nombre">{{ l.effectif|nombre }}</td><td>{{ c.pastille("à exporter", "avertissement") }}</td>
{% endcall %}
{{ c.pagination(pages) }}
{% call(l) c.tableau("rien", "Groupes", ["Code", "Libellé"], []) %}{% endcall %}
<div class="colonnes">
<section class="panneau" aria-labelledby="t-fiche"><h2 id="t-fiche">Fiche</h2>
{{ c.definitions([("Nom", "OUVRAGE"), ("Né le", instant|instant), ("Dernière division", None)]) }}
{{ c.progression("Parts de la nuit", 3, 8) }}
<p>{{ c.pastille("dans l'ENT", "succes") }} {{ c.pastille("refusé", "erreur") }} {{ c.pastille("neutre") }}
{{ c.pastille("en cours", "info") }}</p></section>
<section class="panneau" aria-labelledby="t-depot"><h2 id="t-depot">Dépôt</h2>
{% call c.formulaire(base ~ "/depot", confirmation="confirmer-depot") %}
{{ c.depot("fichier", "Fichier", accepte=".zip", requis=false, aide="Un fichier .zip.") }}
{% call c.boutons() %}{{ c.bouton("DÉPOSER") }}{{ c.lien_bouton("Abandonner", base ~ "/") }}{% endcall %}
{% endcall %}
{{ c.confirmation("confirmer-depot", "Confirmation", ["Pour confirmer ce dépôt, cliquer sur le bouton OK."]) }}
</section></div>
<h2>Formulaire</h2>
{{ c.resume_erreurs(erreurs) }}
{% call c.formulaire(base ~ "/", methode="get") %}
{{ c.champ("code", "Code de la division", "6A?", requis=true, longueur=8, taille=10, aide="8 caractères au plus.",
           erreur=erreurs.get("code")) }}
{{ c.champ("libelle", "Libellé") }}
{{ c.choix("mef", "MEF", [("1001", "6EME"), ("1002", "5EME")], valeur="1002", invite="Choisir") }}
{{ c.radios("reprise", "Ce qui est repris à la bascule", [("d", "Divisions"), ("g", "Divisions et groupes")], "d") }}
{{ c.case("exportable", "Exportable", cochee=true, aide="Décocher pour ne pas l'exporter.") }}
{{ c.zone_texte("note", "Note") }}
{% call c.boutons() %}{{ c.bouton("Valider") }}{{ c.bouton("Supprimer", "danger", "action", "supprimer") }}{% endcall %}
{% endcall %}
<p id="compteur" data-flux="{{ base }}/flux" data-flux-cibles="compteur">Visite {{ visite }}</p>
{% endblock %}
"""

LIGNES = [
    {"code": f"{niveau}{lettre}", "libelle": f"{niveau}e {lettre}", "mef": f"1001{n:07}", "effectif": 20 + n}
    for n, (niveau, lettre) in enumerate((n, a) for n in (6, 5, 4, 3) for a in "ABC")
]
INSTANT = datetime(2021, 8, 23, 6, 0, tzinfo=UTC)


class Bac(BaseHTTPMiddleware):
    """What the kernel leaves in the request's state, for two bacs: with invented and with real data."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        """Take the prefix off."""
        chemin = request.scope["path"]
        if chemin.startswith("/b/"):
            _, _, bac, reste = chemin.split("/", 3)
            request.state.bac, request.state.base = bac, f"/b/{bac}"
            request.scope["path"] = "/" + reste
            request.state.donnees_reelles = bac == "reel"
        request.state.horloge = HorlogeFixe(INSTANT, ZoneInfo("Europe/Paris"))
        return await call_next(request)


def menu(request: Request) -> list[Entree]:
    """A menu two levels deep."""
    base = getattr(request.state, "base", "")
    return [
        Entree("Tableau de bord", f"{base}/", court="TdB", pastille=42),
        Entree(
            "Importations",
            enfants=[
                Entree("Dossiers depuis autre EPLE", f"{base}/composants", courant=True),
                Entree("Liens élève-groupe depuis logiciel privé", f"{base}/composants"),
            ],
        ),
        Entree("HSA", infobulle="Sans effet dans la chaîne"),
    ]


@pytest.fixture(scope="module")
def adresse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demonstration application, served."""
    dossier: Path = tmp_path_factory.mktemp("gabarits")
    (dossier / "composants.html").write_text(PAGE, encoding="utf-8")
    (dossier / "page.html").write_text(PAGE, encoding="utf-8")
    app = FastAPI(title="Démonstration", docs_url=None, redoc_url=None)
    app.state.service = "demonstration"
    app.state.visites = 0
    gabarits("demonstration", dossier, titre="Démonstration", menu=menu)

    @app.get("/")
    @app.get("/composants")
    def page(request: Request, forme: Annotated[str, Query(description="Forme du menu")] = "gauche") -> HTMLResponse:
        """Every component."""
        app.state.visites += 1
        tri = Tri.depuis(request.query_params, ["code", "effectif"], "code")
        pages = Pagination.depuis(request.query_params, 240, 12)
        cles = {"code": lambda x: x["code"], "effectif": lambda x: x["effectif"]}
        return rendre(
            request,
            "page.html",
            titre="Composants",
            bandeau="COLLEGE DES EXEMPLES (0961234A - Année en cours 2021-2022)",
            utilisateur="Gestionnaire",
            menu_forme=forme,
            fil=[Entree("Accueil", "/"), Entree("Composants")],
            messages=[Message("Fichier déposé.")],
            onglet=lambda t, courant=False: Entree(t, "?", courant),
            colonnes=[
                Colonne("Code", "code"),
                Colonne("Libellé long de la division"),
                Colonne("Module élémentaire de formation"),
                Colonne("Effectif", "effectif", nombre=True),
                Colonne("État"),
            ],
            lignes=tri.appliquer(LIGNES, cles),
            tri=tri,
            pages=pages,
            instant=INSTANT,
            erreurs={"code": "Le code a un caractère interdit."},
            visite=app.state.visites,
        )

    @app.post("/depot")
    def depot(request: Request, confirme: Annotated[str, Form()] = "non") -> RedirectResponse:
        """A deposit."""
        return rediriger(request, "/composants", f"Fichier déposé. Confirmé : {confirme}.")

    @app.get("/refus", include_in_schema=False)
    def refus(request: Request) -> HTMLResponse:
        """A refusal."""
        return rendre_refus(
            request,
            FichierRefuse("Le fichier est illisible.", remede="Refaites-le.", lieu=Lieu("a.xml", 12, "ELEVE")),
        )

    @app.get("/flux", include_in_schema=False)
    def flux() -> Response:
        """One event, then the end: the browser comes back by itself after a while."""
        return Response("retry: 60000\ndata: nuit\n\n", media_type="text/event-stream")

    monter_statique(app)
    documentation_hors_ligne(app)
    app.add_middleware(Bac)
    with servir(app) as url:
        yield url


@pytest.fixture
def page(navigateur: Browser) -> Iterator[Page]:
    """A page of a fresh context."""
    contexte = navigateur.new_context(locale="fr-FR")
    yield contexte.new_page()
    contexte.close()


@pytest.mark.parametrize("chemin", ["/composants", "/b/reel/composants?forme=haut", "/b/essai/docs"])
def test_pages_are_sound_in_wide_and_narrow_windows(page: Page, adresse: str, chemin: str) -> None:
    """Every component is accessible, quiet in the console and within the window, in both menu shapes."""
    verifier_page(page, adresse + chemin, LARGEURS)


def test_dark_theme_has_enough_contrast(navigateur: Browser, adresse: str) -> None:
    """The dark colours pass the same accessibility rules."""
    contexte = navigateur.new_context(color_scheme="dark")
    verifier_page(contexte.new_page(), f"{adresse}/b/essai/composants", 1280, "composants-sombre")
    contexte.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_accents_have_enough_contrast(navigateur: Browser, adresse: str, theme: str) -> None:
    """Each application's accent colour is readable in both themes."""
    contexte = navigateur.new_context(color_scheme="dark" if theme == "dark" else "light")
    page = contexte.new_page()
    page.goto(f"{adresse}/composants?forme=gauche")
    for service in SERVICES:
        page.evaluate("s => { document.body.className = 'app-' + s; }", service)
        verifier_contrastes(page)
    contexte.close()


def test_api_page_unfolded(page: Page, adresse: str) -> None:
    """With every route and schema unfolded the API page is still accessible and within a narrow window."""
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{adresse}/docs")
    page.eval_on_selector_all("details", "es => es.forEach(e => { e.open = true; })")
    assert page.is_visible("text=Forme du menu >> nth=0")
    page.screenshot(path=CAPTURES / "docs-depliee-390.png", full_page=True)
    verifier_largeur(page)
    verifier_accessibilite(page)


def test_a_refusal_is_a_page(page: Page, adresse: str) -> None:
    """A refusal says what, where, what to do and its code, with its HTTP status."""
    verifier_page(page, f"{adresse}/b/essai/refus", 390, statut=422)
    texte = page.inner_text("main")
    for morceau in ("Le fichier est illisible.", "a.xml, ligne 12, ELEVE", "Refaites-le.", "FICHIER_REFUSE"):
        assert morceau in texte


def test_banners(page: Page, adresse: str) -> None:
    """Every page says that it is a simulation; a bac with real data says so too."""
    page.goto(f"{adresse}/b/essai/composants")
    banniere = "Ceci est une simulation : établissement et personnes inventés"
    assert page.inner_text(".banniere") == banniere
    assert "lundi 23 août 2021 à 08 h 00" in page.inner_text(".horloge").replace("\xa0", " ")
    assert "essai" in page.inner_text(".bac")
    page.goto(f"{adresse}/b/reel/composants")
    assert "données réelles" in page.inner_text(".banniere-reelle")
    assert banniere not in page.inner_text(".entete")


def test_links_keep_the_bac(page: Page, adresse: str) -> None:
    """From a page of a bac, no link of the application leads out of it."""
    page.goto(f"{adresse}/b/essai/composants")
    liens = page.eval_on_selector_all("a[href], link[href]", "es => es.map(e => e.getAttribute('href'))")
    sortants = [x for x in liens if x.startswith("/") and not x.startswith("/b/essai/")]
    assert sortants == ["/"], "only the breadcrumb of this test is written without a prefix"


def test_sorting_by_column_titles(page: Page, adresse: str) -> None:
    """A click on a title sorts, a second one reverses, and the other parameters stay."""
    page.goto(f"{adresse}/composants?forme=haut")
    premier = "#divisions tbody tr:first-child th"
    assert page.get_attribute("#divisions th:first-child", "aria-sort") == "ascending"
    assert page.inner_text(premier) == "3A"
    page.click("text=Effectif")
    assert page.inner_text(premier) == "6A"
    page.click("text=Effectif")
    assert page.inner_text(premier) == "3C"
    assert page.get_attribute("#divisions th:nth-child(4)", "aria-sort") == "descending"
    assert "forme=haut" in page.url


def test_a_confirmation_asks_before_sending(page: Page, adresse: str) -> None:
    """« Annuler » sends nothing; « OK » sends with confirme=oui, and the message is shown once."""
    page.goto(f"{adresse}/b/essai/composants")
    page.click("text=DÉPOSER")
    assert page.is_visible("#confirmer-depot")
    verifier_accessibilite(page)
    page.click("#confirmer-depot button[value=annuler]")
    assert page.is_hidden("#confirmer-depot")
    assert page.url.endswith("/b/essai/composants")
    page.click("text=DÉPOSER")
    with page.expect_navigation():
        page.click("#confirmer-depot button[value=ok]")
    assert "Confirmé : oui." in page.inner_text("#messages")
    page.reload()
    assert "Confirmé" not in page.inner_text("#messages")


def test_without_script_the_form_is_sent_unconfirmed(navigateur: Browser, adresse: str) -> None:
    """A browser without script sends the form too: the service sees that nobody confirmed."""
    contexte = navigateur.new_context(java_script_enabled=False)
    page = contexte.new_page()
    page.goto(f"{adresse}/composants")
    page.click("text=DÉPOSER")
    assert "Confirmé : non." in page.inner_text("#messages")
    assert page.is_visible("nav.menu >> text=Tableau de bord")
    contexte.close()


def test_narrow_menu_unfolds(page: Page, adresse: str) -> None:
    """In a narrow window the menu is folded behind a button that tells its state."""
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{adresse}/composants")
    assert page.is_hidden("#menu-liste")
    page.click(".menu-bouton")
    assert page.is_visible("#menu-liste")
    assert page.get_attribute(".menu-bouton", "aria-expanded") == "true"
    page.screenshot(path=CAPTURES / "menu-390.png")
    verifier_largeur(page)
    verifier_accessibilite(page)


def test_submenus_of_the_bar(page: Page, adresse: str) -> None:
    """A submenu of the bar opens over the page, and Escape closes it and gives the focus back."""
    page.goto(f"{adresse}/composants?forme=haut")
    page.click("summary >> text=Importations")
    assert page.is_visible("text=Liens élève-groupe depuis logiciel privé")
    page.screenshot(path=CAPTURES / "menu-haut-1280.png")
    verifier_accessibilite(page)
    page.keyboard.press("Escape")
    assert page.is_hidden("text=Liens élève-groupe depuis logiciel privé")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_an_event_renews_its_targets(page: Page, adresse: str) -> None:
    """At an event of the live stream the page fetches itself again and renews what it names."""
    page.goto(f"{adresse}/composants")
    avant = page.inner_text("#compteur")
    page.wait_for_function("t => document.getElementById('compteur').innerText !== t", arg=avant, timeout=5000)


def test_hideable_message_and_focus_on_errors(page: Page, adresse: str) -> None:
    """« Ne plus afficher » removes the message; the summary of errors has the focus and leads to the field."""
    page.goto(f"{adresse}/composants")
    assert page.evaluate("document.activeElement.getAttribute('data-focus')") is not None
    page.click("text=Le code a un caractère interdit. >> nth=0")
    assert page.evaluate("document.activeElement.id") == "champ-code"
    page.click("text=Ne plus afficher")
    assert page.is_hidden("text=De nouvelles nomenclatures")
