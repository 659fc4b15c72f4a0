"""`rentree chaos` and `rentree bench`: what the chain withstands, and how fast it is."""

from __future__ import annotations

import os
from typing import Annotated

import typer


def chaos(
    graine: Annotated[int, typer.Option(help="Graine : mêmes coups, dans le même ordre.")] = 1,
    morts: Annotated[int, typer.Option(min=1, max=500, help="Processus à tuer.")] = 30,
    effectif: Annotated[int, typer.Option(min=60, max=3000, help="Élèves du collège inventé.")] = 120,
    point: Annotated[list[str] | None, typer.Option(help="Où frapper, tour à tour ; partout, par défaut.")] = None,
) -> None:
    """Joue une rentrée en tuant des processus, et vérifie qu'elle laisse ce que laisse une rentrée tranquille."""
    from rich.console import Console

    from rentree.chaos import DemandeChaos, eprouver
    from rentree.chaos.pannes import GENRES
    from rentree.chaos.recit import raconter
    from rentree.commandes.installation import interrompre_par_sigterm
    from shared.http.journaux import regler

    interrompre_par_sigterm()
    os.environ.setdefault("RENTREE_JOURNAL", "critical")  # what is killed complains at every level below
    regler("chaos")
    console = Console(highlight=False)
    resultat = eprouver(DemandeChaos(graine, morts, effectif, tuple(point or GENRES)), console.print)
    raconter(console, resultat)
    if not resultat.reussi:
        raise typer.Exit(1)


def bench(
    rapide: Annotated[bool, typer.Option("--rapide", help="Une seule fois chaque mesure.")] = False,
    seulement: Annotated[
        list[str] | None, typer.Option(help="Cette famille de mesures seule (répétable) ; la page n'est pas écrite.")
    ] = None,
    etablissements: Annotated[int, typer.Option(help="Établissements de l'académie dont la nuit est mesurée.")] = 6,
    eleves: Annotated[int, typer.Option(help="Ses élèves : 15000 et 150000 prennent des minutes.")] = 3000,
) -> None:
    """Mesure la démonstration, le démarrage, les nuits et les formats ; écrit docs/benchmarks.md."""
    from rich.console import Console

    from rentree.bench import mesurer
    from rentree.commandes.installation import interrompre_par_sigterm
    from shared.http.journaux import regler

    interrompre_par_sigterm()
    regler("bench")
    mesurer(Console(highlight=False), rapide=rapide, seulement=seulement or (), taille=(etablissements, eleves))
