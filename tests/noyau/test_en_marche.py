"""Commands find the installation that runs in their folder, whatever its ports."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rentree.installation import en_marche
from rentree.installation.superviseur import implantation_en_place
from shared.http.service import PORTS


@pytest.fixture
def prise() -> Iterator[socket.socket]:
    """A listening socket on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as ouverte:
        yield ouverte


@pytest.fixture
def dossier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, and an environment that says nothing of addresses."""
    for nom in [n for n in os.environ if n.startswith("RENTREE_")]:
        monkeypatch.delenv(nom)
    monkeypatch.setenv("RENTREE_HOME", str(tmp_path))
    return tmp_path


def adresses(prise: socket.socket) -> dict[str, str]:
    """What an installation that listens there writes."""
    return {nom: f"http://127.0.0.1:{prise.getsockname()[1]}" for nom in PORTS}


def test_the_ports_of_a_running_installation_are_found(
    dossier: Path, prise: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its addresses are those it wrote; an address of the environment prevails; without it, the usual ports."""
    assert implantation_en_place().adresses["aaf"] == "http://127.0.0.1:8003"
    siennes = adresses(prise)
    en_marche.noter(dossier, siennes)
    assert implantation_en_place().adresses == siennes
    monkeypatch.setenv("RENTREE_ADRESSE_AAF", "http://aaf.invalid")
    assert implantation_en_place().adresses == siennes | {"aaf": "http://aaf.invalid"}


def test_a_dead_installation_is_not_believed(dossier: Path, prise: socket.socket) -> None:
    """A file that a killed installation left, or one that is not ours, changes nothing."""
    en_marche.noter(dossier, adresses(prise))
    prise.close()
    assert implantation_en_place().adresses["ent"] == "http://127.0.0.1:8004"
    (dossier / en_marche.FICHIER).write_text('{"aaf": 3}')
    assert implantation_en_place().adresses["ent"] == "http://127.0.0.1:8004"


def test_who_stops_takes_away_his_own_addresses(dossier: Path, prise: socket.socket) -> None:
    """The file goes with the installation that wrote it, not with another one."""
    en_marche.noter(dossier, adresses(prise))
    en_marche.effacer(dossier, dict.fromkeys(PORTS, "http://127.0.0.1:1"))
    assert en_marche.adresses_en_marche(dossier) == adresses(prise)
    en_marche.effacer(dossier, adresses(prise))
    assert list(dossier.glob("*en-marche*")) == []


def test_a_command_speaks_to_the_ports_that_are_written(dossier: Path, prise: socket.socket) -> None:
    """`rentree horloge lire` knocks at the port written in the folder, with nothing in the environment."""
    en_marche.noter(dossier, adresses(prise))
    commande = [sys.executable, "-m", "rentree", "horloge", "lire"]
    with subprocess.Popen(commande, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as processus:
        prise.settimeout(60)
        while True:
            client, _ = prise.accept()
            with client:
                demande = client.recv(1000)
                if demande:  # the first knock only looks whether somebody is there
                    client.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                    break
        assert b"/api/horloge" in demande
        processus.kill()
