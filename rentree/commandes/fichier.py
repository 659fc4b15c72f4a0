"""`rentree fichier …`: reading the files of the chain, wherever they come from.

A command of another module is added by one line below the group: `application.command("nom")(module.fonction)`.
"""

from __future__ import annotations

import typer

from rentree.commandes import fichier_anonymiser, fichier_comparer, fichier_convertir, fichier_verifier

application = typer.Typer(
    help="Les fichiers de la chaîne : vérifier, résumer, comparer, convertir.", no_args_is_help=True
)
application.command("verifier")(fichier_verifier.verifier)
application.command("resumer")(fichier_verifier.resumer)
application.command("comparer")(fichier_comparer.comparer)
application.command("convertir")(fichier_convertir.convertir)
application.command("anonymiser")(fichier_anonymiser.anonymiser)
