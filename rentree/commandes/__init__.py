"""The commands of `rentree`, in French, grouped as people use them."""

from __future__ import annotations

from typing import Annotated

import typer

from rentree.commandes import (
    aaf,
    bacs,
    charger,
    conformite,
    ent,
    fautes,
    fichier,
    horloge,
    installation,
    mesures,
    population,
)

application = typer.Typer(
    name="rentree",
    help="Simule la chaîne STS-Web, SIECLE, EDT, AAF, ENT sous une horloge simulée. Personnes et écoles inventées.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
application.command("up")(installation.up)
application.command("demo")(installation.demo)
application.command("service")(installation.service)
application.command("worker")(installation.worker)
application.command("charger")(charger.charger)
application.command("population")(population.population)
application.command("suivre")(horloge.suivre)
application.command("bench")(mesures.bench)
application.command("chaos")(mesures.chaos)
application.add_typer(aaf.application, name="aaf")
application.add_typer(bacs.application, name="bac")
application.add_typer(ent.application, name="ent")
application.add_typer(conformite.application, name="conformite")
application.add_typer(fautes.application, name="fautes")
application.add_typer(fichier.application, name="fichier")
application.add_typer(horloge.application, name="horloge")
application.add_typer(installation.base, name="base")


@application.callback(invoke_without_command=True)
def racine(
    version: Annotated[bool, typer.Option("--version", help="Affiche la version.")] = False,
) -> None:
    """Rentrée."""
    if version:
        from importlib.metadata import version as version_de

        typer.echo(version_de("rentree"))
        raise typer.Exit
