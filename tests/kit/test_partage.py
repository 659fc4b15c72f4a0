"""One installation for all the processes of a run: started once, ended with the last of them, however they end."""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .lancer import environnement, pytest_avec_le_kit

FAUX = Path(__file__).parent / "faux_rentree.py"
USAGER = """
import sys
from rentree_kit.demarrage import Partagee
p = Partagee("essai")
print(p.adresses["pilotage"], flush=True)
sys.stdin.readline()
p.fermer()
print("fini", flush=True)
"""


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A run whose « rentree » is a false one, and whose temporary folder is its own."""
    temporaire = tmp_path / "t"
    temporaire.mkdir()
    commande = shlex.join([sys.executable, str(FAUX)])
    return {"RENTREE_COMMANDE": commande, "FAUX_JOURNAL": str(tmp_path / "journal"), "TMPDIR": str(temporaire)}


@pytest.fixture
def usagers(env: dict[str, str]) -> Iterator[list[subprocess.Popen[str]]]:
    """Three processes of one run, started at the same moment."""
    tous = [
        subprocess.Popen(
            [sys.executable, "-c", USAGER],
            env=environnement(**env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    yield tous
    for u in tous:
        u.kill()
        u.communicate()


def lancees(env: dict[str, str]) -> list[int]:
    """The numbers of the installations that were started."""
    return [int(x) for x in Path(env["FAUX_JOURNAL"]).read_text().split()]


def vit(pid: int) -> bool:
    """Whether a process lives."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def dite(u: subprocess.Popen[str]) -> str:
    """What a process says next."""
    assert u.stdout is not None
    return u.stdout.readline().strip()


def finir(u: subprocess.Popen[str]) -> None:
    """Let a process end in its time."""
    assert u.stdin is not None
    u.stdin.write("\n")
    u.stdin.flush()
    assert dite(u) == "fini"


def test_started_once_and_ended_with_the_last(env: dict[str, str], usagers: list[subprocess.Popen[str]]) -> None:
    """Three at once: one installation; two leave, it stays; the last has left: nothing runs, nothing is on disk."""
    assert len({dite(u) for u in usagers}) == 1
    [pid] = lancees(env)
    finir(usagers[0])
    finir(usagers[1])
    assert vit(pid)
    finir(usagers[2])
    assert not vit(pid)
    assert list(Path(env["TMPDIR"]).glob("rentree*")) == []


def test_killed_users_are_no_longer_waited_for(env: dict[str, str], usagers: list[subprocess.Popen[str]]) -> None:
    """kill -9 of two, then of the last: the installation ends by itself; a new run starts another."""
    for u in usagers:
        dite(u)
    [pid] = lancees(env)
    for u in usagers[:2]:
        u.kill()
        u.wait()
    assert vit(pid)
    usagers[2].kill()
    limite = time.monotonic() + 20
    while vit(pid) and time.monotonic() < limite:
        time.sleep(0.02)
    assert not vit(pid)


def test_an_installation_that_does_not_start_is_told(env: dict[str, str], tmp_path: Path) -> None:
    """The test fails with what the command said."""
    ici = tmp_path / "essais"
    ici.mkdir()
    (ici / "test_un.py").write_text("def test_un(bac): ...\n")
    tombe = pytest_avec_le_kit(ici, **env, FAUX_ECHEC="1")
    assert tombe.returncode == 1
    assert "le port est pris" in tombe.stdout


def test_without_the_command_it_is_said_what_to_install() -> None:
    """Neither in the PATH, nor beside this Python, nor by RENTREE_COMMANDE."""
    texte = "import sys; sys.executable = '/nulle/part'; from rentree_kit.demarrage import commande; commande()"
    env = environnement(PATH=os.devnull)
    dit = subprocess.run([sys.executable, "-c", texte], env=env, capture_output=True, text=True, check=False)
    assert "uv tool install rentree" in dit.stderr


def test_a_real_installation_is_started_and_ended(env: dict[str, str], tmp_path: Path) -> None:
    """`rentree up`, shared by two workers of pytest-xdist: a bac is made in it; then nothing runs, nothing is left."""
    ici = tmp_path / "essais"
    ici.mkdir()
    (ici / "test_deux.py").write_text(
        "import pytest\n\n\n@pytest.mark.parametrize('rang', [1, 2])\ndef test_vide(bac_vide, rang, rentree):\n"
        "    assert bac_vide['ent'].lire('/api/projets') == []\n"
        f"    open({str(tmp_path / 'ports')!r}, 'a').write(rentree.adresses['ent'] + '\\n')\n"
    )
    commande = shlex.join([sys.executable, "-m", "rentree"])
    fait = pytest_avec_le_kit(ici, "-p", "xdist", "-n", "2", **(env | {"RENTREE_COMMANDE": commande}))
    assert fait.returncode == 0, fait.stdout
    [adresse] = set((tmp_path / "ports").read_text().split())
    with pytest.raises(OSError), socket.create_connection(("127.0.0.1", int(adresse.rpartition(":")[2])), 1):
        pass
    assert list(Path(env["TMPDIR"]).glob("rentree*")) == []
