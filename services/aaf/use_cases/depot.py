"""The drop folder of a project: each archive written is also left there, as an académie does for a partner.

`RENTREE_HOME/depots/<bac>/<projet>/`, one file per feed under its real name. A file that the reader took away is not
put back; those of a future that was abandoned (the bac went back) are taken out.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from sqlalchemy import select

from services.aaf.models import Alimentation, Projet
from shared.persistence.menage import DEPOT_AAF
from shared.persistence.unite import Unite

TEMOIN = ".depot.json"
"""What was left in the folder: name → SHA-256."""


def dossier_de_depot(u: Unite, code: str) -> Path:
    """Where the archives of a project are left."""
    return u.fichiers.racine.parent / DEPOT_AAF / u.bac.nom / code


def deposer(u: Unite, projet: Projet) -> None:
    """Leave the archives that the folder did not have yet. A folder that cannot be written stops no feed."""
    ecrites = select(Alimentation.nom, Alimentation.digest).where(Alimentation.projet == projet.code)
    voulus = dict(u.session.execute(ecrites.order_by(Alimentation.numero)).all())
    dossier = dossier_de_depot(u, projet.code)
    try:
        _accorder(u, dossier, voulus)
    except (OSError, ValueError) as erreur:
        u.journaliser(
            "aaf_depot",
            f"Le dossier de dépôt du projet {projet.code} n'a pas pu être écrit : nouvel essai à la prochaine "
            "alimentation",
            sens="lot",
            nb_refus=1,
            resume={"projet": projet.code, "code": "DEPOT_IMPOSSIBLE", "cause": type(erreur).__name__},
        )


def _accorder(u: Unite, dossier: Path, voulus: dict[str, str]) -> None:
    dossier.mkdir(parents=True, exist_ok=True)
    temoin = dossier / TEMOIN
    deposes: dict[str, str] = json.loads(temoin.read_bytes()) if temoin.exists() else {}
    for nom in sorted(set(deposes) - set(voulus)):
        (dossier / Path(nom).name).unlink(missing_ok=True)
    for nom, digest in sorted(voulus.items()):
        if deposes.get(nom) != digest:
            provisoire = dossier / f".{nom}"
            with u.fichiers.ouvrir(digest) as source, provisoire.open("wb") as sortie:
                shutil.copyfileobj(source, sortie, 1 << 20)
            provisoire.chmod(0o640)
            os.replace(provisoire, dossier / nom)  # a reader sees a whole archive or none
    provisoire = dossier / f".{TEMOIN}"
    provisoire.write_text(json.dumps(voulus, sort_keys=True, indent=1) + "\n", encoding="ascii")
    os.replace(provisoire, temoin)
