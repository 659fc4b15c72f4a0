"""`make bench`: what is measured, beside what, and the page that says it.

Each measure stands beside a floor taken in the same run: a slow machine slows both.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rentree.bench.mesure import Mesure
from shared.contracts.refus import Refus

if TYPE_CHECKING:
    from rich.console import Console

Famille = Callable[[int], Iterator[Mesure]]


def mesurer(
    console: Console,
    *,
    rapide: bool = False,
    seulement: Sequence[str] = (),
    taille: tuple[int, int] = (6, 3000),
    page: Path = Path("docs/benchmarks.md"),
) -> None:
    """Take every measure, print the table, write `page` when its folder is there.

    Arguments: `rapide`, once each; `seulement`, names of `FAMILLES` or `ACADEMIE`: these alone, and `page`, which holds
    them all, is left as it was; `taille`, schools and pupils of the académie whose night is measured: it has a page of
    its own.
    Raises `Refus` MESURE_INCONNUE, MESURE_MANQUEE, POPULATION_PARAMETRES.
    """
    from rentree.bench.page import ecrire, tableau

    familles: dict[str, Famille] = {**FAMILLES, ACADEMIE: partial(_academie, console, taille)}
    for nom in seulement:
        if nom not in familles:
            raise Refus(
                f"Aucune mesure ne s'appelle « {nom} ».",
                code="MESURE_INCONNUE",
                remede=f"Choisissez parmi : {', '.join(familles)}.",
            )
    prises: dict[str, list[Mesure]] = {}
    # The académie first: its services are forked from this process, and would carry all that the others import.
    for nom in sorted(familles, key=lambda nom: nom != ACADEMIE):
        if seulement and nom not in seulement:
            continue
        for mesure in familles[nom](1 if rapide else 3):
            console.print(f"  {mesure.nom} : {mesure.valeur:.3g} {mesure.unite}")
            prises.setdefault(nom, []).append(mesure)
    mesures = [mesure for nom in familles for mesure in prises.get(nom, [])]
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


def _bee(fois: int) -> Iterator[Mesure]:
    from rentree.bench.bee import mesurer_bee

    return mesurer_bee(fois)


def _connecteurs(fois: int) -> Iterator[Mesure]:
    from rentree.bench.connecteurs import mesurer_connecteurs

    return mesurer_connecteurs(fois)


def _academie(console: Console, taille: tuple[int, int], fois: int) -> Iterator[Mesure]:
    """The night of an académie of that size, once whatever `fois`; its page is written if there is a folder."""
    from rentree.bench.nuit import mesurer_academie
    from rentree.bench.nuit_page import PAGE, ecrire, mesures

    releve = mesurer_academie(*taille, console.print)
    if PAGE.parent.is_dir():
        options = f"--seulement {ACADEMIE} --etablissements {taille[0]} --eleves {taille[1]}"
        ecrire(PAGE, releve, f'make bench ARGS="{options}"')
    return mesures(releve)


ACADEMIE = "academie"
"""The family that has a size, a page of its own, and takes minutes."""
FAMILLES: Mapping[str, Famille] = {
    "demo": _demo,
    "aide": _aide,
    "demarrage": _demarrage,
    "nuit": _nuit,
    "formats": _formats,
    "aaf": _aaf,
    "siecle": _siecle,
    "bee": _bee,
    "connecteurs": _connecteurs,
}
"""What `--seulement` chooses from: each takes its measures so many times; imports wait until it is asked for."""
