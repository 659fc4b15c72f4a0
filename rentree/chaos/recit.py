"""Telling a chaos run: the hits, point by point, and the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from rentree.chaos.pannes import GENRES, LIBELLES

if TYPE_CHECKING:
    from rich.console import Console

    from rentree.chaos import ResultatChaos

ECARTS_MONTRES = 40


def raconter(console: Console, resultat: ResultatChaos) -> None:
    """Print the table of hits, the processes started again, and « résultat identique » or the differences."""
    compte = resultat.compte
    table = Table(title=f"Coups portés (graine {resultat.demande.graine})", title_style="bold")
    table.add_column("point")
    table.add_column("où")
    table.add_column("touchés", justify="right")
    for genre in GENRES:
        table.add_row(genre, LIBELLES[genre], str(compte.par_genre[genre]))
    table.add_row("total", "", str(compte.total), style="bold")
    console.print(table)
    processus = ", ".join(f"{nom} {n}" for nom, n in sorted(compte.par_processus.items()))
    console.print(f"Processus tués : {processus}.")
    console.print(f"{resultat.relances} relances, {resultat.jours} jours joués après la rentrée.")
    if compte.total < resultat.demande.morts:
        console.print(f"Il manque des coups : {compte.total} portés sur {resultat.demande.morts} demandés.")
    if not resultat.ecarts:
        console.print("Résultat identique à celui de la rentrée tranquille.")
        return
    console.print(f"Résultat différent : {len(resultat.ecarts)} écarts.")
    for ecart in resultat.ecarts[:ECARTS_MONTRES]:
        console.print(f"  {ecart}")
