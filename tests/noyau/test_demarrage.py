"""What starting is made of: tasks done beside, revisions read without Alembic, routes made when they are wanted."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import psutil
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rentree.installation.revisions import DOSSIER, tete
from rentree.installation.tache import Tache
from shared.contracts.refus import Inconnu, Lieu
from shared.http.routes import RouteTardive, Routeur

MODES = pytest.mark.parametrize("fourche", [True, False], ids=["processus", "fil"])


@MODES
def test_a_task_brings_its_result_back(fourche: bool) -> None:
    """What a task gives, however large, is given to whoever asks, as often as asked."""
    tache = Tache(lambda: ["é" * 1000] * 1000, fourche=fourche)
    assert tache.resultat() == tache.resultat() == ["é" * 1000] * 1000
    tache.abandonner()


@MODES
def test_a_task_brings_its_refusal_back(fourche: bool) -> None:
    """A refusal raised in a task is raised, whole, where its result is wanted."""

    def refuser() -> None:
        raise Inconnu("Rien de tel.", code="RIEN", remede="Cherchez.", lieu=Lieu("f.xml", 3))

    with pytest.raises(Inconnu, match=r"Rien de tel\.") as leve:
        Tache(refuser, fourche=fourche).resultat()
    assert (leve.value.code, leve.value.statut, leve.value.remede) == ("RIEN", 404, "Cherchez.")
    assert leve.value.lieu == Lieu("f.xml", 3)


def test_a_task_whose_result_cannot_travel_fails() -> None:
    """A forked task that cannot send its result is an error, not a wait without end."""
    with pytest.raises(RuntimeError, match="brought nothing"):
        Tache(lambda: lambda: None, fourche=True).resultat()


def test_a_task_given_up_leaves_no_process() -> None:
    """A task that nobody waits for any more is ended and reaped."""
    avant = {p.pid for p in psutil.Process().children()}
    tache = Tache(lambda: time.sleep(60), fourche=True)
    assert len({p.pid for p in psutil.Process().children()} - avant) == 1
    tache.abandonner()
    assert {p.pid for p in psutil.Process().children()} == avant


def test_a_forked_task_is_another_process() -> None:
    """A forked task runs beside us; a thread runs in us."""
    assert Tache(os.getpid, fourche=True).resultat() != os.getpid()
    assert Tache(os.getpid, fourche=False).resultat() == os.getpid()


def test_the_latest_revision_is_alembic_s() -> None:
    """The latest revision that the files' headings tell is the one that Alembic would run to."""
    config = Config()
    config.set_main_option("script_location", str(DOSSIER))
    config.set_main_option("path_separator", "os")
    assert tete() == ScriptDirectory.from_config(config).get_current_head()


def _application() -> FastAPI:
    dedans = Routeur()

    @dedans.get("/jours/{jour}")
    def lire(jour: date, suivants: int = 0) -> dict[str, Any]:
        """A day."""
        return {"jour": jour, "suivants": suivants}

    @dedans.post("/jours/{jour}", status_code=201, tags=["ecriture"])
    def ecrire(jour: date) -> date:
        return jour

    @dedans.get("/jours/premier-non-atteint")
    def masquee() -> str:
        return "masked by the route above it"

    api = Routeur(prefix="/api", tags=["jours"])
    api.include_router(dedans)
    pages = Routeur(include_in_schema=False)

    @pages.get("/page")
    def page() -> str:
        return "page"

    app = FastAPI()
    for routeur in (api, pages):
        routeur.installer(app)
    return app


def test_declared_routes_answer_as_fastapi_s() -> None:
    """Routes declared in nested routers answer in the order of their declaration: values, refusals, wrong methods."""
    client = TestClient(_application())
    assert client.get("/api/jours/2021-09-02?suivants=2").json() == {"jour": "2021-09-02", "suivants": 2}
    assert client.post("/api/jours/2021-09-02").status_code == 201
    assert client.get("/api/jours/premier-non-atteint").status_code == 422
    assert client.delete("/api/jours/2021-09-02").status_code == 405
    assert client.get("/jours/2021-09-02").status_code == 404
    assert client.get("/page").json() == "page"


def test_declared_routes_are_documented() -> None:
    """The OpenAPI document tells the paths, tags and texts of what was declared, and nothing of the pages."""
    document = TestClient(_application()).get("/openapi.json").json()
    assert list(document["paths"]) == ["/api/jours/{jour}", "/api/jours/premier-non-atteint"]
    jours = document["paths"]["/api/jours/{jour}"]
    assert jours["get"]["tags"] == ["jours"]
    assert jours["get"]["description"] == "A day."
    assert jours["post"]["tags"] == ["jours", "ecriture"]


def test_a_route_is_analysed_once_for_all_who_ask() -> None:
    """Threads that want the same route at its first use all find it whole."""
    for _ in range(20):
        route = next(r for r in _application().routes if isinstance(r, RouteTardive))
        with ThreadPoolExecutor(8) as fils:
            assert len({id(x) for x in fils.map(lambda _, r=route: r.dependant, range(8))}) == 1
        with pytest.raises(AttributeError):
            _ = route.rien_de_tel


def test_a_router_includes_its_like_alone() -> None:
    """What a `Routeur` would forget (an option of FastAPI's own inclusion) is refused."""
    with pytest.raises(TypeError):
        Routeur().include_router(Routeur(), prefix="/x")


def test_a_thread_says_when_it_is_done() -> None:
    """A task in a thread is under way until its function ends, whatever it brings back."""
    feu = threading.Event()
    tache = Tache(lambda: feu.wait(10), fourche=False)
    assert not tache.finie
    feu.set()
    assert tache.resultat() is True
    assert tache.finie


def test_a_database_out_of_reach_is_a_sentence(tmp_path: Path) -> None:
    """`rentree up` on a closed port: its code, what to check, exit code 2, no traceback."""
    prise = socket.socket()
    prise.bind(("127.0.0.1", 0))  # bound and not listening: nobody else takes it, nobody answers
    with prise:
        adresse = f"postgresql://x@127.0.0.1:{prise.getsockname()[1]}/postgres"
        env = os.environ | {"RENTREE_DATABASE_URL": adresse, "RENTREE_SECRET": "s" * 32, "RENTREE_PORT": "0"}
        fait = subprocess.run(
            [sys.executable, "-m", "rentree", "up"],
            env=env | {"RENTREE_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert fait.returncode == 2
    assert "BASE_INJOIGNABLE" in fait.stderr
    assert "Traceback" not in fait.stderr


def test_a_child_ended_while_it_is_forked_says_nothing() -> None:
    """SIGTERM that reaches a child before it has its own handlers ends it without a traceback of its parent's."""
    programme = """
import os, signal
from rentree.installation.fourche import fourcher
signal.signal(signal.SIGTERM, signal.default_int_handler)
os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), signal.SIGTERM))
pid = fourcher()
if not pid:
    os._exit(0)
print(-os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""
    fait = subprocess.run([sys.executable, "-c", programme], capture_output=True, text=True, check=False, timeout=60)
    assert (fait.stdout.strip(), fait.stderr) == (str(int(signal.SIGTERM)), "")
