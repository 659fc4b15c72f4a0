"""Invented pupils of an AAF feed, and the memory that writing or reading a feed of them takes.

`python -m rentree.bench.aaf ecrire NOMBRE DOSSIER` writes a complete feed of so many pupils into a folder,
`python -m rentree.bench.aaf lire NOMBRE DOSSIER` reads it back into typed records; both print the memory of the
whole process, in bytes.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from rentree.bench.memoire import memoire_maximale
from rentree.bench.mesure import Mesure
from shared.formats import aaf
from shared.formats.aaf.valeurs import DansStructure, DateDeClasse, LienResponsable, Lignes
from shared.identifiers.ine import fabriquer_ine

JOUR = date(2021, 8, 28)
ACADEMIE = "23"
GRAND, PETIT = 300_000, 30_000
PLAFOND_MO = 150
_MO = 1_000_000
_RENTREE = date(2021, 9, 2)
_INES = 9_000_000
_ENSEIGNEMENTS = (
    ("020700", "FRANCAIS"),
    ("061300", "MATHEMATIQUES"),
    ("043700", "HISTOIRE-GEOGRAPHIE"),
    ("030201", "ANGLAIS LV1"),
    ("030602", "ESPAGNOL LV2"),
    ("062900", "SCIENCES DE LA VIE ET DE LA TERRE"),
    ("070800", "TECHNOLOGIE"),
    ("081300", "EDUCATION MUSICALE"),
    ("090100", "ARTS PLASTIQUES"),
    ("100100", "EDUCATION PHYSIQUE ET SPORTIVE"),
)


def inventer(nombre: int) -> Iterator[aaf.EleveAaf]:
    """As many pupils as asked, by schools of 600, one after the other; always the same."""
    for rang in range(nombre):
        structure, division = 4000 + rang // 600, f"{3 + rang % 4}{'ABCDE'[rang // 4 % 5]}"
        parent = 20_000_000 + 2 * rang
        yield aaf.EleveAaf(
            jointure=10_000_000 + rang,
            ine=fabriquer_ine(990_000_001 + rang % _INES),
            eleve_id=700_000 + rang,
            naissance=date(2006, 1, 1) + timedelta(days=rang % 2000),
            nom_famille=f"FICTIF-MODÈLE{rang}",
            nom_usage=f"FICTIF-MODÈLE{rang}",
            prenom="Zoé-Anaïs",
            prenoms=("Zoé-Anaïs", "Ada"),
            civilite="Mme",
            liens=(
                LienResponsable(parent, 10, True, 1, False, True),
                LienResponsable(parent + 1, 20, False, 1, False, False),
            ),
            regime="DEMI-PENSIONNAIRE DANS L'ETABLISSEMENT",
            adresse=Lignes(f"{rang % 97 + 1} rue de l'Île aux Cœurs", "", "", ""),
            code_postal="97000",
            ville="VILLE IMAGINAIRE",
            pays="FRANCE",
            adresse_de=parent,
            mef="10310019110",
            libelle_mef="3EME",
            niveau="3EME",
            filiere="3EME",
            enseignements=_ENSEIGNEMENTS,
            structure=structure,
            entrees=(DateDeClasse(structure, _RENTREE, division),),
            classes=(DansStructure(structure, division),),
            groupes=(DansStructure(structure, f"{division} GR1"), DansStructure(structure, f"{division[0]}ESP2")),
        )


def mesurer_memoire() -> Iterator[Mesure]:
    """The memory of a process that writes, then of one that reads, many pupils, beside ten times fewer."""
    with tempfile.TemporaryDirectory(prefix="rentree-bench-") as temporaire:
        for geste, quoi in (("ecrire", "écrire"), ("lire", "lire en fiches")):
            pics = [memoire(geste, nombre, Path(temporaire) / str(nombre)) for nombre in (GRAND, PETIT)]
            yield Mesure(
                f"AAF, {quoi} {GRAND} élèves, mémoire du processus",
                pics[0] / _MO,
                "Mo",
                f"{PLAFOND_MO} Mo, 1,2 ×",
                f"{PETIT} élèves",
                pics[1] / _MO,
            )


def memoire(geste: str, nombre: int, dossier: Path) -> int:
    """Bytes that a process of its own needs, in all, to write (`ecrire`) or read (`lire`) so many pupils."""
    commande = [sys.executable, "-m", "rentree.bench.aaf", geste, str(nombre), str(dossier)]
    return int(subprocess.run(commande, check=True, capture_output=True, text=True).stdout)


def main(arguments: Sequence[str]) -> None:
    """Write or read; print the memory of this process, in bytes."""
    geste, nombre, dossier = arguments[0], int(arguments[1]), Path(arguments[2])
    if geste == "ecrire":
        with aaf.EcrivainAlimentation(dossier, "BENCH", ACADEMIE, JOUR, aaf.TypeAlimentation.COMPLET) as ecrivain:
            ecrivain.ecrire(eleve.vers_enregistrement() for eleve in inventer(nombre))
    else:
        lus = sum(1 for _ in aaf.lire_fiches_alimentation(dossier))
        assert lus == nombre, lus
    sys.stdout.write(str(memoire_maximale()))


if __name__ == "__main__":
    main(sys.argv[1:])
