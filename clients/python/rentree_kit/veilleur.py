"""The keeper of an installation shared by the processes of a run: `python -m rentree_kit.veilleur FOLDER COMMAND…`.

It starts `rentree up`, says where it is, and ends it once none of its users lives any more, killed ones included: they
hold locks that the system lets go of.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from rentree_kit.verrous import essayer, vivants

PAUSE = 0.1
DEMARRAGE = 120.0
"""Seconds that an installation is given to start."""
ARRET = 15.0
"""Seconds that it is given to stop before it is killed."""
ADRESSES, ECHEC, JOURNAL, VERROU, VEILLEUR = "adresses.json", "echec.txt", "rentree.log", "verrou", "veilleur.verrou"


def main(dossier: Path, commande: list[str]) -> None:
    """Keep the installation of a folder until nobody uses it."""
    tenu = essayer(dossier / VEILLEUR)
    if tenu is None:
        return  # another keeps it already
    donnees = dossier / "donnees"
    donnees.mkdir(exist_ok=True)
    donnees.chmod(0o755)  # PostgreSQL runs as another user when we are root
    env = {**os.environ, "RENTREE_HOME": str(donnees), "RENTREE_PORT": "0"}
    with (dossier / JOURNAL).open("ab") as journal:
        lance = subprocess.Popen(
            [*commande, "up"],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=journal,
            stderr=journal,
            preexec_fn=_mourir_avec_moi if sys.platform == "linux" else None,
        )
    try:
        if _attendre(dossier, lance):
            _veiller(dossier, lance)
    finally:
        _arreter(lance)
        with contextlib.suppress(OSError):
            (dossier / ADRESSES).unlink()
        tenu.close()
        if not (dossier / ECHEC).exists():
            shutil.rmtree(dossier, ignore_errors=True)


def _mourir_avec_moi() -> None:
    """Linux: whoever kills the keeper ends the installation (PR_SET_PDEATHSIG)."""
    import ctypes

    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _attendre(dossier: Path, lance: subprocess.Popen[bytes]) -> bool:
    """Wait until it says where it is; False when it falls, and why is written."""
    limite = time.monotonic() + DEMARRAGE
    trouve = dossier / "donnees" / "en-marche.json"
    while lance.poll() is None and time.monotonic() < limite:
        if trouve.exists():
            provisoire = dossier / f".{ADRESSES}"
            provisoire.write_text(json.dumps(json.loads(trouve.read_bytes())), encoding="ascii")
            provisoire.replace(dossier / ADRESSES)
            return True
        time.sleep(PAUSE)
    dit = (dossier / JOURNAL).read_text(encoding="utf-8", errors="replace")[-2000:]
    (dossier / ECHEC).write_text(dit or "L'installation n'a pas démarré à temps.", encoding="utf-8")
    return False


def _veiller(dossier: Path, lance: subprocess.Popen[bytes]) -> None:
    while lance.poll() is None:
        time.sleep(PAUSE)
        tenu = essayer(dossier / VERROU)  # not while somebody comes in
        if tenu is None:
            continue
        try:
            if not vivants(dossier):
                with contextlib.suppress(OSError):
                    (dossier / ADRESSES).unlink()
                return
        finally:
            tenu.close()


def _arreter(lance: subprocess.Popen[bytes]) -> None:
    if lance.poll() is None:
        lance.terminate()
        try:
            lance.wait(ARRET)
        except subprocess.TimeoutExpired:
            lance.kill()
            lance.wait()


if __name__ == "__main__":
    for nom in ("SIGINT", "SIGHUP"):
        if hasattr(signal, nom):
            signal.signal(getattr(signal, nom), signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    main(Path(sys.argv[1]), sys.argv[2:])
