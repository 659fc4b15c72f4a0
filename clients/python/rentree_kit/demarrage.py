"""Starting an installation once for all the processes of a test run, and ending it with the last of them."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rentree_kit.veilleur import ADRESSES, DEMARRAGE, ECHEC, VEILLEUR, VERROU
from rentree_kit.verrous import Usager, essayer, verrou, vivants

FIN = 20.0
"""Seconds that the end of the installation is waited for by whoever leaves last."""


class PasDeRentree(Exception):
    """No installation could be had; the text says what to do."""


def commande() -> list[str]:
    """The command `rentree`: RENTREE_COMMANDE, else the PATH's, else the one beside this Python.

    Raises `PasDeRentree`.
    """
    if dite := os.environ.get("RENTREE_COMMANDE"):
        return shlex.split(dite)
    trouvee = shutil.which("rentree") or shutil.which("rentree", path=str(Path(sys.executable).parent))
    if trouvee is None:
        raise PasDeRentree(
            "La commande « rentree » n'est pas là. Installez-la à part (uv tool install rentree, ou pipx install "
            "rentree), donnez son chemin par RENTREE_COMMANDE, ou l'adresse d'une installation par RENTREE_URL."
        )
    return [trouvee]


class Partagee:
    """An installation shared by those who give the same `cle`; `adresses`, where its applications are.

    Arguments: `cle`, a name of the test run. Raises `PasDeRentree`.
    """

    def __init__(self, cle: str) -> None:
        lancer = commande()
        sur = "".join(x if x.isalnum() else "-" for x in cle)[:60]
        self._dossier = Path(tempfile.gettempdir()) / f"rentree-kit-{sur}"
        while True:
            self._dossier.mkdir(mode=0o755, exist_ok=True)
            with verrou(self._dossier / VERROU):
                if not (self._dossier / VERROU).exists():
                    continue  # the keeper of those before was taking the folder away
                self._usager = Usager(self._dossier)
                self.adresses = self._entrer(lancer)
                return

    def _entrer(self, lancer: list[str]) -> dict[str, str]:
        attendues = self._dossier / ADRESSES
        if not attendues.exists():
            (self._dossier / ECHEC).unlink(missing_ok=True)
            subprocess.Popen(
                [sys.executable, "-m", "rentree_kit.veilleur", str(self._dossier), *lancer],
                env={**os.environ, "PYTHONPATH": os.pathsep.join([_ici(), os.environ.get("PYTHONPATH", "")])},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        limite = time.monotonic() + DEMARRAGE + FIN
        while time.monotonic() < limite:
            if attendues.exists():
                lues: dict[str, str] = json.loads(attendues.read_bytes())
                return lues
            if (self._dossier / ECHEC).exists():
                raise PasDeRentree("Rentrée n'a pas démarré :\n" + (self._dossier / ECHEC).read_text(encoding="utf-8"))
            time.sleep(0.05)
        raise PasDeRentree("Rentrée n'a pas démarré à temps.")

    def fermer(self) -> None:
        """Leave; the last one waits until nothing runs any more."""
        dernier = False
        with verrou(self._dossier / VERROU):
            self._usager.partir()
            dernier = not vivants(self._dossier)
        limite = time.monotonic() + FIN
        while dernier and time.monotonic() < limite:
            tenu = essayer(self._dossier / VEILLEUR) if self._dossier.exists() else None
            if tenu is not None or not self._dossier.exists():
                if tenu is not None:
                    tenu.close()
                return
            time.sleep(0.05)


def _ici() -> str:
    return str(Path(__file__).resolve().parent.parent)
