"""The addresses of the installation that runs, kept in its folder so that the other commands find it.

`rentree up` and `rentree demo` may listen on ports that nobody knew beforehand (RENTREE_PORT=0): they write them in
`en-marche.json` and take the file away when they stop. A file left by a killed installation is seen to be dead.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from shared.http.service import PORTS

FICHIER = "en-marche.json"
DELAI = 0.5
"""Seconds that a loopback port is given to answer."""


def noter(racine: Path, adresses: Mapping[str, str]) -> None:
    """Write the base URL of each service; a reader sees the whole file or none. A folder that refuses is let be."""
    with contextlib.suppress(OSError):
        racine.mkdir(parents=True, exist_ok=True)
        _ecrire(racine, adresses)


def _ecrire(racine: Path, adresses: Mapping[str, str]) -> None:
    provisoire = racine / f".{FICHIER}.{os.getpid()}"
    provisoire.write_text(json.dumps(dict(adresses), sort_keys=True, indent=1) + "\n", encoding="ascii")
    os.replace(provisoire, racine / FICHIER)


def effacer(racine: Path, adresses: Mapping[str, str]) -> None:
    """Take the file away, unless another installation has written its own since."""
    if _lues(racine) == dict(adresses):
        with contextlib.suppress(OSError):
            (racine / FICHIER).unlink(missing_ok=True)


def adresses_en_marche(racine: Path) -> dict[str, str] | None:
    """The base URL of each service of the installation that runs in this folder; None when none does."""
    adresses = _lues(racine)
    return adresses if adresses is not None and _repond(adresses["pilotage"]) else None


def _lues(racine: Path) -> dict[str, str] | None:
    try:
        lu = json.loads((racine / FICHIER).read_bytes())
    except (OSError, ValueError):
        return None
    entier = isinstance(lu, dict) and set(lu) == set(PORTS) and all(isinstance(a, str) for a in lu.values())
    return lu if entier else None


def _repond(adresse: str) -> bool:
    lieu = urlsplit(adresse)
    try:
        with socket.create_connection((lieu.hostname or "", lieu.port or 80), DELAI):
            return True
    except (OSError, ValueError):
        return False
