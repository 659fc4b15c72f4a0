"""`rentree horloge` and `rentree suivre`: the clock of a bac, and why someone is not there yet."""

from __future__ import annotations

from typing import Annotated

import typer

application = typer.Typer(help="L'horloge simulée d'un bac.", no_args_is_help=True)

Bac = Annotated[str, typer.Option(help="Bac à sable.")]
PATIENCE = 3600
"""Seconds that a step is waited for: the night of an académie takes minutes, more than other answers may."""


@application.command("lire")
def lire(bac: Bac = "principal") -> None:
    """Dit où en est l'horloge."""
    from rentree.commandes.connexion import client

    etat = client("pilotage", bac).lire("/api/horloge")
    typer.echo(f"{etat['local']} ({etat['fuseau']}), {'prête' if etat['etat'] == 'ready' else 'en marche'}.")


@application.command("avancer")
def avancer(
    de: Annotated[str, typer.Argument(help="lot, nuit, 24h, 48h, ou un instant (2021-09-01T08:00).")],
    bac: Bac = "principal",
) -> None:
    """Avance l'horloge et attend qu'elle soit arrivée."""
    from datetime import datetime

    from rentree.commandes.connexion import client, locale
    from shared.contracts.refus import Refus

    corps: dict[str, object] = {"attendre": PATIENCE}
    if de in {"lot", "nuit", "24h", "48h"}:
        corps["mode"] = de
    else:
        try:
            corps |= {"mode": "instant", "instant": datetime.fromisoformat(de).isoformat()}
        except ValueError:
            raise Refus(
                f"« {de} » n'est pas une avance de l'horloge.",
                code="AVANCE_INCONNUE",
                remede="Écrivez lot, nuit, 24h, 48h, ou une date comme 2021-09-01T08:00.",
            ) from None
    pilotage = client("pilotage", bac)
    pilotage.poster("/api/horloge/avance", corps, timeout=2 * PATIENCE)
    etat = pilotage.lire("/api/horloge")
    typer.echo(f"L'horloge est au {locale(etat['instant'], etat['fuseau'])}.")


def suivre(
    quoi: Annotated[str, typer.Argument(help="Un nom, un INE, un groupe ou une division.")], bac: Bac = "principal"
) -> None:
    """Dit où en est une personne ou un groupe dans chaque application, et pourquoi."""
    from rich.console import Console

    from rentree.commandes.connexion import client
    from rentree.commandes.recit import raconter

    pilotage = client("pilotage", bac)
    raconter(Console(highlight=False), pilotage.lire("/api/suivre", q=quoi), pilotage.lire("/api/horloge")["fuseau"])
