"""`make bench`: what is measured, beside what, and the page that says it.

Each measure stands beside a floor taken in the same run: a slow machine slows both.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rentree.bench.mesure import Mesure

if TYPE_CHECKING:
    from rich.console import Console


def mesurer(console: Console, *, rapide: bool = False, page: Path = Path("docs/benchmarks.md")) -> None:
    """Take every measure, print the table, write `page` when its folder is there.

    Arguments: `rapide`, once each. Raises `Refus` MESURE_MANQUEE.
    """
    from rentree.bench.page import ecrire, tableau

    mesures = []
    for mesure in _toutes(1 if rapide else 3):
        console.print(f"  {mesure.nom} : {mesure.valeur:.3g} {mesure.unite}")
        mesures.append(mesure)
    console.print(tableau(mesures))
    if page.parent.is_dir():
        ecrire(page, mesures, rapide=rapide)
        console.print(f"Écrit dans {page}.")


def _toutes(fois: int) -> Iterator[Mesure]:
    from rentree.bench import aaf, formats, processus, siecle

    with tempfile.TemporaryDirectory(prefix="rentree-bench-") as temporaire:
        out = Path(temporaire) / "out"
        yield from processus.mesurer_demo(fois, out)
        yield from processus.mesurer_aide(5 * fois)
        yield from processus.mesurer_demarrage(fois)
        yield from processus.mesurer_nuit()
    yield from formats.mesurer_formats(fois)
    yield from aaf.mesurer_memoire()
    yield from siecle.mesurer_siecle(fois)
