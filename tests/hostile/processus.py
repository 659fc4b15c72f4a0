"""Read hostile files in a process of its own: `python -m tests.hostile.processus DOSSIER` prints what it cost.

The files of the folder are named `<case>.xml` or `<case>.zip`. The one line printed is JSON: the greatest memory used
beyond that of the start, in bytes, and the exceptions that are no refusal.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from rentree.bench.memoire import memoire_maximale
from shared.contracts.refus import FichierRefuse
from shared.formats.reconnaissance import reconnaitre
from tests.hostile.lecteurs import LECTEURS_XML, LECTEURS_ZIP, code_de


def _lire(chemin: Path, echecs: list[str]) -> None:
    octets = chemin.read_bytes()
    lecteurs: Mapping[str, Callable[[bytes], object]] = LECTEURS_ZIP if chemin.suffix == ".zip" else LECTEURS_XML
    for nom, lire in lecteurs.items():
        racine = getattr(lire, "racine", "STS_EDT").encode()
        try:
            code_de(lire, octets if racine == b"STS_EDT" else octets.replace(b"STS_EDT", racine))
        except Exception as erreur:
            echecs.append(f"{chemin.name} {nom} : {type(erreur).__name__}")
    try:
        reconnaitre(chemin, chemin.name)
    except FichierRefuse:
        pass
    except Exception as erreur:
        echecs.append(f"{chemin.name} reconnaitre : {type(erreur).__name__}")


def main(dossier: Path) -> None:
    """Read each file of the folder by every reader that takes it."""
    echecs: list[str] = []
    gc.collect()
    depart = memoire_maximale()
    for chemin in sorted(dossier.iterdir()):
        _lire(chemin, echecs)
    sys.stdout.write(json.dumps({"memoire": memoire_maximale() - depart, "echecs": echecs}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
