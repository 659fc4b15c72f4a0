"""`rentree bac create|list|snapshot|restore|drop|menage`: the sandboxes of a running installation."""

from __future__ import annotations

from typing import Annotated

import typer

application = typer.Typer(help="Les bacs à sable : créer, lister, copier, restaurer, supprimer.", no_args_is_help=True)

Nom = Annotated[str, typer.Argument(help="Nom du bac.")]


@application.command("create")
def creer(
    nom: Nom,
    profil: Annotated[str, typer.Option(help="Profil académique.")] = "nice-2021",
    seed: Annotated[int, typer.Option(help="Graine du hasard.")] = 1,
    date: Annotated[str | None, typer.Option(help="Départ de l'horloge, par exemple 2021-08-23T08:00.")] = None,
) -> None:
    """Crée un bac vide, horloge au départ."""
    from rentree.commandes.connexion import client

    corps = {"nom": nom, "profil": profil, "graine": seed, "depart": date}
    fait = client("pilotage", "principal").poster("/api/bacs", corps)
    typer.echo(f"Bac « {fait['nom']} » créé, horloge au {fait['depart']}.")


@application.command("list")
def lister() -> None:
    """Liste les bacs et leurs instantanés."""
    from rich.console import Console
    from rich.table import Table

    from rentree.commandes.connexion import client

    pilotage = client("pilotage", "principal")
    table = Table("Bac", "Profil", "Graine", "Départ", "Instantanés")
    for bac in pilotage.lire("/api/bacs"):
        copies = pilotage.lire(f"/api/bacs/{bac['nom']}/instantanes")
        numeros = ", ".join(str(c["numero"]) for c in copies)
        table.add_row(bac["nom"], bac["profil"], str(bac["graine"]), bac["depart"], numeros)
    Console().print(table)


@application.command("snapshot")
def instantane(nom: Nom, libelle: Annotated[str, typer.Option(help="Pour s'y retrouver.")] = "à la main") -> None:
    """Copie un bac tel qu'il est."""
    from rentree.commandes.connexion import client

    fait = client("pilotage", "principal").poster(f"/api/bacs/{nom}/instantanes", {"libelle": libelle})
    typer.echo(f"Instantané {fait['numero']} du bac « {nom} » pris ({fait['instant']}).")


@application.command("restore")
def restaurer(
    nom: Nom, numero: Annotated[int | None, typer.Option(help="Numéro de l'instantané (le dernier sinon).")] = None
) -> None:
    """Remet un bac dans l'état d'un instantané."""
    from rentree.commandes.connexion import client

    fait = client("pilotage", nom).poster("/api/horloge/retour", {"numero": numero})
    typer.echo(f"Bac « {nom} » revenu à l'instantané {fait['numero']} ({fait['instant']}).")


@application.command("drop")
def supprimer(nom: Nom) -> None:
    """Supprime un bac et ses instantanés."""
    from rentree.commandes.connexion import client

    client("pilotage", "principal").demander("DELETE", f"/api/bacs/{nom}")
    typer.echo(f"Bac « {nom} » supprimé.")


@application.command("menage")
def faire_le_menage() -> None:
    """Efface les fichiers qu'aucun bac ni instantané ne cite plus (bacs supprimés, exports anciens)."""
    from rentree.commandes.connexion import client

    fait = client("pilotage", "principal").poster("/api/bacs/menage", {})
    typer.echo(f"{fait['fichiers']} fichier(s) effacé(s), {fait['octets'] / 1e6:.1f} Mo.")
