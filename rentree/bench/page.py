"""The table of measures, in the terminal and in docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from rentree.bench.mesure import Mesure

COLONNES = ("mesure", "valeur", "visée", "plancher", "valeur du plancher", "rapport")

ENTETE = """# Benchmarks

Written by the command below; run it again to have this machine's figures replaced by yours.

    {commande}

Machine: {machine}.

Each figure stands beside a floor measured in the same run (medians of {fois}): the least that doing the same
thing could cost. The demo is a whole process, from `python -m rentree` to its end: seven services and a worker,
inventing the school, twelve steps and two simulated nights; a first time in a fresh home, where it creates the
database cluster, then again. A virtual machine has its cores only when its host lends them: how much of them it kept
meanwhile is said below.

"""


def tableau(mesures: Sequence[Mesure]) -> Table:
    """For the terminal."""
    table = Table(title="Mesures", title_style="bold")
    for i, colonne in enumerate(COLONNES):
        table.add_column(colonne, justify="right" if i in {1, 4, 5} else "left")
    for mesure in mesures:
        table.add_row(*_cases(mesure))
    return table


def _cases(m: Mesure) -> list[str]:
    plancher = "" if m.plancher is None else _nombre(m.plancher, m.unite)
    rapport = "" if m.rapport is None else f"{m.rapport:.{2 if m.rapport < 10 else 0}f} ×".replace(".", ",")
    return [m.nom, _nombre(m.valeur, m.unite), m.visee, m.plancher_nom, plancher, rapport]


def _nombre(valeur: float, unite: str) -> str:
    chiffres = 3 if valeur < 0.1 else 2 if valeur < 10 else 1 if valeur < 1000 else 0
    return f"{valeur:.{chiffres}f} {unite}".replace(".", ",")


def ecrire(page: Path, mesures: Sequence[Mesure], *, rapide: bool) -> None:
    """Write the page."""
    lignes = [f"| {' | '.join(COLONNES)} |", "|---|---:|---|---|---:|---:|"]
    lignes += [f"| {' | '.join(_cases(m))} |" for m in mesures]
    entete = ENTETE.format(
        commande="make bench ARGS=--rapide" if rapide else "make bench",
        machine=machine(),
        fois="one run" if rapide else "three runs",
    )
    page.write_text(entete + "\n".join(lignes) + "\n", encoding="utf-8")


def machine() -> str:
    """What it was measured on: system, processor, cores, Python."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {sys.version.split()[0]}"
