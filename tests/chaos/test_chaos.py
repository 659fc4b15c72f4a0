"""Killed processes: the nights end, and leave what undisturbed nights leave."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import psutil
import pytest

from rentree.chaos import DemandeChaos
from rentree.chaos.comparaison import Empreinte, comparer
from rentree.chaos.pannes import GENRES, POSTGRESQL, tirer_plan
from shared.batches.ruptures import POINTS
from shared.contracts.refus import Inconnu
from shared.persistence.embarque_binaires import place_of_data
from shared.persistence.embarque_processus import living_pid

COUPS = (*POINTS, POSTGRESQL)


@pytest.fixture(scope="module")
def racine() -> Iterator[Path]:
    """A home that PostgreSQL's own account can enter, made once: what is killed in it is started again in it."""
    with tempfile.TemporaryDirectory(prefix="rentree-chaos-", ignore_cleanup_errors=True) as dossier:
        Path(dossier).chmod(0o755)
        yield Path(dossier)


@pytest.mark.timeout(300)
def test_one_blow_at_each_point_changes_nothing() -> None:
    """A rentrée struck once at each named point, and in PostgreSQL, leaves the same files and the same contents."""
    commande = [sys.executable, "-m", "rentree", "chaos", "--graine", "3", "--morts", str(len(COUPS))]
    commande += ["--effectif", "60", *(mot for coup in COUPS for mot in ("--point", coup))]
    fait = subprocess.run(commande, capture_output=True, text=True, check=False, env=os.environ | {"COLUMNS": "200"})
    assert fait.returncode == 0, fait.stdout + fait.stderr
    assert "Résultat identique" in fait.stdout
    touches = dict(re.findall(r"│ (\w+) +│.*│ +(\d+) │", fait.stdout))
    assert {coup: touches[coup] for coup in COUPS} == dict.fromkeys(COUPS, "1")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("tout", [False, True], ids=["superviseur", "tout"])
def test_a_step_outlives_the_whole_installation(racine: Path, tout: bool) -> None:
    """Supervisor killed in the middle of a step, alone or with everything: `rentree up` frees, finds and goes on."""
    premier, adresse = _demarrer(racine)
    enfants = psutil.Process(premier.pid).children()
    try:
        depart = _horloge(adresse)
        but = datetime.fromisoformat(str(depart["instant"])) + timedelta(days=25)
        corps = {"mode": "instant", "instant": but.isoformat()}
        assert httpx.post(adresse + "/api/horloge/avance", json=corps, timeout=30).status_code == 202
        _attendre(lambda: _horloge(adresse)["instant"] != depart["instant"])
        assert _horloge(adresse)["etat"] == "advancing"
    finally:
        premier.kill()
        premier.wait()
    base = living_pid(place_of_data(racine))
    assert base is not None
    if tout:
        for processus in enfants:
            if processus.is_running():
                processus.kill()
    _attendre(lambda: not any(_vit(p) for p in enfants if tout or p.pid != base))
    second, adresse = _demarrer(racine)
    try:
        _attendre(lambda: _horloge(adresse)["etat"] == "ready", 120)
        assert datetime.fromisoformat(str(_horloge(adresse)["instant"])) == but
    finally:
        second.send_signal(signal.SIGTERM)
        second.wait(30)
    assert living_pid(place_of_data(racine)) is None


def test_the_plan_is_the_seed_s() -> None:
    """The same seed gives the same blows, in turns that hold every kind; another seed another order."""
    assert tirer_plan(1, 30) == tirer_plan(1, 30)
    assert tirer_plan(1, 30) != tirer_plan(2, 30)
    assert sorted(tirer_plan(5, len(GENRES))) == sorted(GENRES)


def test_an_unknown_point_is_refused() -> None:
    """A point that does not exist is refused before anything starts."""
    with pytest.raises(Inconnu, match="pas un point"):
        DemandeChaos(points=("ailleurs",))


def test_a_difference_is_seen() -> None:
    """A figure, a file or a content that differs, or is missing, is told."""
    a = Empreinte({"liens": 3}, {"x.xml": "1", "y.xml": "2"}, {"ENT": "s"}, {"ENT": ["l"]})
    b = Empreinte({"liens": 4}, {"x.xml": "9"}, {"ENT": "t"}, {"ENT": ["m"]})
    assert comparer(a, a) == []
    assert [e.split(" :")[0] for e in comparer(a, b)] == ["bilan", "fichier", "fichier", "contenu"]


def _demarrer(racine: Path) -> tuple[subprocess.Popen[str], str]:
    """`rentree up` on free ports, ready; its process and the address of pilotage."""
    environnement = os.environ | {"RENTREE_HOME": str(racine), "RENTREE_PORT": "0"}
    processus = subprocess.Popen(
        [sys.executable, "-m", "rentree", "up"], env=environnement, stdout=subprocess.PIPE, text=True
    )
    assert processus.stdout is not None
    ligne = processus.stdout.readline()
    assert "prête" in ligne, ligne
    return processus, ligne.rpartition(" ")[2].strip()


def _horloge(adresse: str) -> dict[str, object]:
    reponse = httpx.get(adresse + "/api/horloge", timeout=30, trust_env=False)
    assert reponse.status_code == 200, reponse.text
    return dict(reponse.json())


def _attendre(condition: Callable[[], bool], delai: float = 120) -> None:
    limite = time.monotonic() + delai
    while not condition():
        assert time.monotonic() < limite, "it never came"
        time.sleep(0.02)


def _vit(processus: psutil.Process) -> bool:
    return processus.is_running() and processus.status() != psutil.STATUS_ZOMBIE
