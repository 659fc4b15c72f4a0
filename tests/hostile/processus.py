"""Read hostile files in a process of its own: `python -m tests.hostile.processus DOSSIER` prints what it cost.

The files of the folder are named `<case>.xml` or `<case>.zip`. The one line printed is JSON: the greatest memory used
beyond that of the start, in bytes, and the exceptions that are no refusal.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
from pathlib import Path

from shared.contracts.refus import FichierRefuse
from shared.formats.reconnaissance import reconnaitre
from tests.hostile.lecteurs import LECTEURS_XML, LECTEURS_ZIP, code_de


def _memoire() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _lire(chemin: Path, echecs: list[str]) -> None:
    octets = chemin.read_bytes()
    if chemin.suffix == ".zip":
        lecteurs = {nom: (lire, octets) for nom, lire in LECTEURS_ZIP.items()}
    else:
        lecteurs = {nom: (lire, octets.replace(b"STS_EDT", lire.racine.encode())) for nom, lire in LECTEURS_XML.items()}
    for nom, (lire, contenu) in lecteurs.items():
        try:
            code_de(lire, contenu)
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
    depart = _memoire()
    for chemin in sorted(dossier.iterdir()):
        _lire(chemin, echecs)
    sys.stdout.write(json.dumps({"memoire": _memoire() - depart, "echecs": echecs}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
