"""Browser harness: finds Chromium, serves an application, checks a page (console, width, accessibility).

Tests that use it are marked `navigateur` and live in this folder. Without Chromium they are skipped with the
command to type, and fail where CI is set: a green CI must not hide that no page was looked at.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakSet

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright, ViewportSize, sync_playwright

CAPTURES = Path(__file__).parents[2] / "captures"
DRAPEAUX = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LARGEURS = (1280, 390)
REMEDE = "Chromium is missing: type « apt-get install -y chromium », or set RENTREE_CHROMIUM to its path."

_OUVERTS: list[tuple[Playwright, Browser]] = []


def trouver_chromium() -> str | None:
    """Return the path of Chromium (RENTREE_CHROMIUM, else the PATH), or None."""
    donne = os.environ.get("RENTREE_CHROMIUM")
    if donne:
        return donne if Path(donne).is_file() else None
    return next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)


@pytest.fixture(scope="session")
def navigateur() -> Iterator[Browser]:
    """A headless browser for the whole session. Import it by name in a test module of this folder."""
    chemin = trouver_chromium()
    if chemin is None:
        if os.environ.get("CI"):
            pytest.fail(REMEDE)
        pytest.skip(REMEDE)
    # Each module that imports the fixture has one of its own, but Playwright starts once in a thread.
    if not _OUVERTS:
        outil = sync_playwright().start()
        _OUVERTS.append((outil, outil.chromium.launch(executable_path=chemin, args=DRAPEAUX, headless=True)))
    outil, navigateur = _OUVERTS[0]
    _OUVERTS.append((outil, navigateur))
    yield navigateur
    _OUVERTS.pop()
    if len(_OUVERTS) == 1:
        _OUVERTS.clear()
        navigateur.close()
        outil.stop()


@contextmanager
def servir(app: Any) -> Iterator[str]:
    """Serve an ASGI application on a free port in a thread; gives its base URL, stops it at the end."""
    prise = socket.socket()
    prise.bind(("127.0.0.1", 0))
    serveur = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    fil = threading.Thread(target=serveur.run, kwargs={"sockets": [prise]}, daemon=True)
    fil.start()
    limite = time.monotonic() + 10
    while not serveur.started:
        if not fil.is_alive() or time.monotonic() > limite:
            raise RuntimeError("the server did not start")
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{prise.getsockname()[1]}"
    finally:
        serveur.should_exit = True
        fil.join(10)
        prise.close()


def verifier_page(
    page: Page, url: str, largeurs: int | Sequence[int], nom: str | None = None, statut: int = 200
) -> None:
    """Open `url` in a window of the first of `largeurs` (pixels), check it, then check it in the others.

    Checks: the HTTP status, no error in the console, no failed sub-request, no horizontal scroll, no violation found
    by axe-core (contrasts in the first width alone: colours do not depend on it). With RENTREE_CAPTURES set, a
    screenshot of each goes to captures/; `nom` names it (by default, the path).
    """
    toutes = (largeurs,) if isinstance(largeurs, int) else tuple(largeurs)
    ennuis: list[str] = []

    def console(message: Any) -> None:
        # Chromium also writes the page's own status in the console; `statut` is checked apart.
        if message.type == "error" and not (statut >= 400 and f"status of {statut}" in message.text):
            ennuis.append(f"console: {message.text}")

    def panne(erreur: Any) -> None:
        ennuis.append(f"script: {erreur}")

    page.on("console", console)
    page.on("pageerror", panne)
    try:
        _elargir(page, toutes[0])
        if page not in _AVEC_AXE:
            page.add_init_script(AXE.axe_script)
            _AVEC_AXE.add(page)
        reponse = page.goto(url, wait_until="load")
        assert reponse is not None
        assert reponse.status == statut, f"{url}: status {reponse.status}, {statut} expected"
        for largeur in toutes:
            _elargir(page, largeur)
            if os.environ.get("RENTREE_CAPTURES"):
                CAPTURES.mkdir(exist_ok=True)
                stem = nom or re.sub(r"[^a-z0-9]+", "-", url.split("/", 3)[3].lower()).strip("-") or "accueil"
                page.screenshot(path=CAPTURES / f"{stem}-{largeur}.png", full_page=True)
            verifier_largeur(page)
            _passer_axe(page, {} if largeur == toutes[0] else {"rules": {"color-contrast": {"enabled": False}}})
        assert not ennuis, f"{url}: " + "\n".join(ennuis)
    finally:
        page.remove_listener("console", console)
        page.remove_listener("pageerror", panne)


AXE = Axe()
_AVEC_AXE: WeakSet[Page] = WeakSet()
"""Tabs whose pages all come with axe-core: sent again to each, its half a megabyte is a sixth of the check's time."""
DEVANT: dict[str, list[list[str]]] = {"exclude": [["tbody tr:nth-child(n+6)"]]}
"""The lines of a table come from one loop: the first five stand for all."""


def _elargir(page: Page, largeur: int) -> None:
    """Give the window that width, unless it has it: Chromium would lay the page out again."""
    voulue: ViewportSize = {"width": largeur, "height": 900}
    if page.viewport_size != voulue:
        page.set_viewport_size(voulue)


def verifier_largeur(page: Page) -> None:
    """Check that the page does not scroll sideways; names the elements that stick out."""
    large, fenetre = page.evaluate("[document.scrollingElement.scrollWidth, window.innerWidth]")
    if large > fenetre:
        coupables = page.evaluate(
            """() => [...document.querySelectorAll('body *')]
                 .filter(e => e.getBoundingClientRect().right > window.innerWidth + 1)
                 .slice(0, 8).map(e => e.tagName + '.' + e.className + '#' + e.id)"""
        )
        raise AssertionError(f"{page.url}: {large} px wide in a window of {fenetre}: {coupables}")


def verifier_accessibilite(page: Page) -> None:
    """Check the page, as it is now, with axe-core and all its rules; of a long table, its first lines."""
    _poser_axe(page)
    _passer_axe(page, {})


def verifier_contrastes(page: Page) -> None:
    """Check the colours of the page, as it is now, and nothing else."""
    _poser_axe(page)
    _passer_axe(page, {"runOnly": ["color-contrast"]})


def _poser_axe(page: Page) -> None:
    """Give axe-core to a page that came without it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)


def _passer_axe(page: Page, options: dict[str, Any]) -> None:
    toutes = {"resultTypes": ["violations"], **options}
    violations = page.evaluate(
        "([devant, options]) => axe.run(devant, options).then(r => r.violations)", [DEVANT, toutes]
    )
    detail = "\n".join(
        f"{v['id']} ({v['impact']}): {v['help']}: {[n['target'] for n in v['nodes'][:4]]}" for v in violations
    )
    assert not violations, f"{page.url}:\n{detail}"
