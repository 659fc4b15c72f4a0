"""The control room in a browser: every page, wide and narrow, and a map that moves with the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from shared.contracts import echanges as msg
from shared.identifiers import fabriquer_uai
from tests.navigateur.outils import (
    CAPTURES,
    LARGEURS,
    navigateur,  # noqa: F401 - a fixture
    verifier_accessibilite,
    verifier_largeur,
    verifier_page,
)

pytestmark = pytest.mark.navigateur

UAI = fabriquer_uai("096", 7)
PAGES = {
    "carte": "/",
    "calendrier": "/calendrier",
    "horloge": "/horloge",
    "journal": "/journal",
    "suivre": "/suivre?q=talbour",
    "suivre-vide": "/suivre?q=personne",
    "bacs": "/bacs",
    "fichiers": "/fichiers",
    "protection": "/protection-des-donnees",
    "sante": "/sante",
}


def peupler(bac: Any) -> None:
    """A school, an agent and nomenclatures in the rectorat, then one night."""
    ecole = msg.EtablissementMsg(uai=UAI, nom="DES CARTES", commune="VALFONTAINE")
    agents = [
        msg.AgentMsg(
            id=70001 + rang,
            nom_usage=f"TALBOUR{'' if rang == 0 else rang}",
            prenom="Inès",
            date_naissance=date(1980, 5, 4),
            affectations=(msg.AffectationAgentMsg(uai=UAI),) if rang < 2 else (),
        )
        for rang in range(3)
    ]
    rectorat = bac["rectorat"]
    assert rectorat.post("/api/etablissements", json=[ecole.valeurs()]).status_code == 201
    assert rectorat.post("/api/agents", json=[a.valeurs() for a in agents]).status_code == 201
    assert rectorat.post("/api/nomenclatures", json={"jeu": "national"}).status_code == 201


def racine(bac: Any) -> str:
    """The address of the control room of a bac."""
    return f"{bac.installation.implantation.adresses['pilotage']}/b/{bac.nom}"


def ouvrir(page: Page, bac: Any, chemin: str) -> None:
    """Open a page, listening to events."""
    page.set_default_timeout(15_000)
    page.goto(racine(bac) + chemin, wait_until="load")


@pytest.fixture
def adresse(bac: Any) -> str:
    """A bac with something in it, one night old: the address of its control room."""
    peupler(bac)
    bac.avancer("nuit", instantane=True)
    agent = msg.AgentMsg(id=70009, nom_usage="VERNOULT", prenom="Abel", date_naissance=date(1971, 1, 2))
    assert bac["rectorat"].post("/api/agents", json=[agent.valeurs()]).status_code == 201
    return racine(bac)


@pytest.fixture
def page(navigateur: Browser) -> Iterator[Page]:  # noqa: F811
    """A page of its own context."""
    contexte = navigateur.new_context(locale="fr-FR")
    contexte.set_default_timeout(15_000)
    yield contexte.new_page()
    contexte.close()


def test_every_page_is_readable_wide_and_narrow(page: Page, adresse: str, bac: Any) -> None:
    """At 1280 and 390 px no page has a console error, a sideways scroll or an accessibility fault."""
    for nom, chemin in {**PAGES, "bac": f"/bacs/{bac.nom}"}.items():
        verifier_page(page, adresse + chemin, LARGEURS, f"pilotage-{nom}")


def test_pages_hold_in_the_dark(navigateur: Browser, adresse: str) -> None:  # noqa: F811
    """The map and an investigation stay readable in a dark colour scheme."""
    contexte = navigateur.new_context(color_scheme="dark")
    page = contexte.new_page()
    for nom in ("carte", "suivre"):
        verifier_page(page, adresse + PAGES[nom], 1280, f"pilotage-{nom}-sombre")
    contexte.close()


def test_the_map_moves_while_the_clock_advances(page: Page, bac: Any) -> None:
    """Without reloading, an arrow shows what passes on it, then what passed; the clock and its snapshots follow."""
    peupler(bac)
    ouvrir(page, bac, "/")
    page.evaluate("window.temoin = 'la même page'")
    dernier = page.locator('.dessin-large [data-vif="fleche.rectorat-sts_web.dernier"]')
    expect(dernier).to_have_text("pas encore passé")
    page.evaluate(  # the class comes and goes: it is watched from before the step
        """() => { window.vues = new Set(); new MutationObserver(ms => ms.forEach(m => {
             if (m.target.classList.contains('passe')) { window.vues.add(m.target.dataset.fleche); } }))
           .observe(document.getElementById('carte'), {subtree: true, attributeFilter: ['class']}); }"""
    )
    bac.avancer("nuit", instantane=True)
    expect(dernier).to_contain_text("23/08")
    expect(page.locator("#panneau-horloge time")).to_contain_text("mardi 24 août 2021")
    expect(page.locator("#horloge-gestes")).to_be_enabled()
    expect(page.locator("#panneau-retour option")).to_have_count(1)
    expect(page.locator("#annonce")).to_contain_text("L'horloge est arrivée")
    expect(page.locator('.echanges tr[data-etat-de="echange.agents_epp"]')).to_have_attribute("data-etat", "passe")
    assert {"rectorat-sts_web", "rectorat-aaf"} <= set(page.evaluate("[...window.vues]"))
    assert page.evaluate("window.temoin") == "la même page"


def test_a_button_of_the_clock(page: Page, bac: Any) -> None:
    """« Nuit suivante » comes back to its page; when the clock has arrived its buttons are there again."""
    ouvrir(page, bac, "/journal")
    page.get_by_role("button", name="Nuit suivante").click()
    expect(page).to_have_url(f"{racine(bac)}/journal")
    expect(page.locator("#panneau-horloge time")).to_contain_text("mardi 24 août 2021")
    expect(page.locator("#horloge-gestes")).to_be_enabled()
    bac.avancer("24h", instantane=True)
    expect(page.locator("#perime")).to_be_visible()
    page.get_by_role("button", name="Revenir avant la nuit").click()
    page.get_by_role("dialog").get_by_role("button", name="Revenir").click()
    expect(page.locator("#messages")).to_contain_text("Toute la chaîne est revenue au")


def test_the_control_room_works_without_script(navigateur: Browser, bac: Any) -> None:  # noqa: F811
    """Without script a button starts the night, and the page comes back by itself until it is over."""
    contexte = navigateur.new_context(java_script_enabled=False)
    page = contexte.new_page()
    ouvrir(page, bac, "/")
    page.get_by_role("button", name="Nuit suivante").click()
    expect(page.locator("#panneau-horloge time")).to_contain_text("mardi 24 août 2021", timeout=20_000)
    expect(page.locator("#horloge-gestes")).to_be_enabled(timeout=20_000)
    contexte.close()


@pytest.mark.parametrize(("mouvement", "animation"), [("reduce", "none"), ("no-preference", "passer")])
def test_who_wants_no_motion_has_none(
    navigateur: Browser,  # noqa: F811
    bac: Any,
    mouvement: Any,
    animation: str,
) -> None:
    """An arrow on which something passes is animated, except for who asked for less motion."""
    contexte = navigateur.new_context(reduced_motion=mouvement)
    page = contexte.new_page()
    ouvrir(page, bac, "/")
    lue = page.evaluate(
        """() => { const f = document.querySelector('.dessin-large .fleche'); f.classList.add('passe');
             return getComputedStyle(f.querySelector('.trait')).animationName; }"""
    )
    assert lue == animation
    contexte.close()


def test_an_arrival_is_announced_once(page: Page, bac: Any) -> None:
    """The announcements are few: a night of several batches is not read out batch by batch."""
    peupler(bac)
    ouvrir(page, bac, "/")
    page.evaluate(
        """() => { window.dits = []; const a = document.getElementById('annonce');
             new MutationObserver(() => window.dits.push(a.textContent)).observe(a, {childList: true}); }"""
    )
    bac.avancer("nuit", instantane=True)
    expect(page.locator("#annonce")).to_contain_text("L'horloge est arrivée")
    dits = page.evaluate("window.dits")
    assert len([d for d in dits if d.startswith("L'horloge est arrivée")]) == 1
    assert len(dits) <= 4, dits


def test_the_report_on_files_is_readable(page: Page, adresse: str) -> None:
    """Files dropped through the form: the report holds at both widths, with no fault of accessibility."""
    jeu = Path(__file__).parents[1] / "formats" / "siecle" / "data"
    for largeur in LARGEURS:
        page.set_viewport_size({"width": largeur, "height": 900})
        page.goto(adresse + "/fichiers")
        page.get_by_label("Fichiers à vérifier").set_input_files(
            [jeu / "ElevesAvecAdresses.xml", jeu / "ResponsablesAvecAdresses.xml", jeu / "Structures.xml"]
        )
        page.get_by_role("button", name="Vérifier", exact=True).click()
        page.get_by_role("heading", name="Rapport sur les fichiers").wait_for()
        assert "SIECLE Élèves" in page.locator("#documents").inner_text()
        page.screenshot(path=CAPTURES / f"pilotage-fichiers-rapport-{largeur}.png", full_page=True)
        verifier_largeur(page)
        verifier_accessibilite(page)


@pytest.mark.parametrize("quoi", ["comparaison", "chargement"])
def test_what_files_give_is_readable(page: Page, adresse: str, quoi: str) -> None:
    """Two exports compared, a school that would be loaded: the pages hold at both widths."""
    tests = Path(__file__).parents[1]
    siecle, dossier = tests / "formats" / "siecle" / "data", tests / "demo" / "dossier_reel"
    for largeur in LARGEURS:
        page.set_viewport_size({"width": largeur, "height": 900})
        page.goto(adresse + "/fichiers")
        if quoi == "comparaison":
            page.get_by_label("Avant", exact=True).set_input_files(dossier / "ElevesAvecAdresses.xml")
            page.get_by_label("Après", exact=True).set_input_files(siecle / "ElevesAvecAdresses.xml")
            page.get_by_label("Accepter deux établissements").check()
            page.get_by_role("button", name="Comparer", exact=True).click()
            expect(page.get_by_text("Les fichiers diffèrent.")).to_be_visible()
        else:
            page.get_by_label("Fichiers à charger").set_input_files(sorted(dossier.glob("*.xml")))
            page.get_by_label("Dire ce qui serait chargé").check()
            page.get_by_role("button", name="Charger", exact=True).click()
            expect(page.get_by_text("Rien n'a été chargé")).to_be_visible()
        page.screenshot(path=CAPTURES / f"pilotage-fichiers-{quoi}-{largeur}.png", full_page=True)
        verifier_largeur(page)
        verifier_accessibilite(page)
