"""`make bench`: what is measured, beside what, and the page that says it.

Each measure stands beside a floor taken in the same run: a slow machine slows both.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rentree.bench.mesure import Mesure
from shared.contracts.refus import Refus

if TYPE_CHECKING:
    from rich.console import Console


def mesurer(
    console: Console,
    *,
    rapide: bool = False,
    seulement: Sequence[str] = (),
    page: Path = Path("docs/benchmarks.md"),
) -> None:
    """Take every measure, print the table, write `page` when its folder is there.

    Arguments: `rapide`, once each; `seulement`, names of `FAMILLES`: these alone, and `page`, which holds them all,
    is left as it was. Raises `Refus` MESURE_INCONNUE, MESURE_MANQUEE.
    """
    from rentree.bench.page import ecrire, tableau

    for nom in seulement:
        if nom not in FAMILLES:
            raise Refus(
                f"Aucune mesure ne s'appelle « {nom} ».",
                code="MESURE_INCONNUE",
                remede=f"Choisissez parmi : {', '.join(FAMILLES)}.",
            )
    mesures = []
    for nom, famille in FAMILLES.items():
        if seulement and nom not in seulement:
            continue
        for mesure in famille(1 if rapide else 3):
            console.print(f"  {mesure.nom} : {mesure.valeur:.3g} {mesure.unite}")
            mesures.append(mesure)
    console.print(tableau(mesures))
    if page.parent.is_dir() and not seulement:
        ecrire(page, mesures, rapide=rapide)
        console.print(f"Écrit dans {page}.")


def _demo(fois: int) -> Iterator[Mesure]:
    from rentree.bench.processus import mesurer_demo

    with tempfile.TemporaryDirectory(prefix="rentree-bench-") as temporaire:
        yield from mesurer_demo(fois, Path(temporaire) / "out")


def _aide(fois: int) -> Iterator[Mesure]:
    from rentree.bench.processus import mesurer_aide

    return mesurer_aide(5 * fois)


def _demarrage(fois: int) -> Iterator[Mesure]:
    from rentree.bench.processus import mesurer_demarrage

    return mesurer_demarrage(fois)


def _nuit(fois: int) -> Iterator[Mesure]:
    from rentree.bench.processus import mesurer_nuit

    return mesurer_nuit()


def _formats(fois: int) -> Iterator[Mesure]:
    from rentree.bench.formats import mesurer_formats

    return mesurer_formats(fois)


def _aaf(fois: int) -> Iterator[Mesure]:
    from rentree.bench.aaf import mesurer_memoire

    return mesurer_memoire()


def _siecle(fois: int) -> Iterator[Mesure]:
    from rentree.bench.siecle import mesurer_siecle

    return mesurer_siecle(fois)


FAMILLES: Mapping[str, Callable[[int], Iterator[Mesure]]] = {
    "demo": _demo,
    "aide": _aide,
    "demarrage": _demarrage,
    "nuit": _nuit,
    "formats": _formats,
    "aaf": _aaf,
    "siecle": _siecle,
}
"""What `--seulement` chooses from: each takes its measures so many times; imports wait until it is asked for."""
