"""`rentree fautes`: the faults that a tester may ask for, switched on and off."""

from __future__ import annotations

from typing import Annotated

import typer

application = typer.Typer(help="Les fautes qu'on demande : les lister, en poser, les retirer.", add_completion=False)

Bac = Annotated[str, typer.Option(help="Bac à sable.")]
Connecteur = Annotated[str, typer.Option(help="Code du connecteur de l'ENT.")]
Projet = Annotated[str, typer.Option(help="Code du projet.")]


@application.callback(invoke_without_command=True)
def lister(
    contexte: typer.Context, json: Annotated[bool, typer.Option("--json", help="En un document JSON.")] = False
) -> None:
    """Liste les fautes : leur nom, où elles se posent, ce qu'elles font."""
    if contexte.invoked_subcommand is not None:
        return
    from shared.contracts.fautes import CIBLES, FAUTES

    if json:
        import json as json_

        from msgspec.structs import asdict

        typer.echo(json_.dumps([asdict(f) for f in FAUTES.values()], ensure_ascii=False, indent=1))
        return
    for cible, ou in CIBLES.items():
        typer.echo(f"\nSur {ou} :")
        for f in (f for f in FAUTES.values() if f.cible == cible):
            protocoles = f" [{', '.join(f.protocoles)}]" if f.protocoles else ""
            typer.echo(f"  {f.nom:26} {f.quoi}{protocoles}")
            for nom, (defaut, quoi) in f.reglages.items():
                typer.echo(f"  {'':26}   {nom}={defaut} : {quoi}")


@application.command("poser")
def poser(
    nom: Annotated[str, typer.Argument(help="Nom de la faute.")],
    bac: Bac = "principal",
    connecteur: Connecteur = "",
    projet: Projet = "",
    graine: Annotated[int, typer.Option(help="Graine du hasard.")] = 1,
    fois: Annotated[
        int | None, typer.Option(help="Combien de fois (0 : jusqu'à ce qu'on la retire) ; de nuit, une par défaut.")
    ] = None,
    nuit: Annotated[bool, typer.Option("--nuit", help="Sur l'alimentation que l'ENT du bac lira la nuit.")] = False,
    reglage: Annotated[list[str] | None, typer.Option(help="Réglage, par exemple secondes=3.")] = None,
) -> None:
    """Pose une faute : sur un connecteur, les livraisons ou les nuits d'un projet, l'horloge (purge d'un projet)."""
    from rentree.commandes.connexion import client
    from shared.contracts.fautes import FAUTES

    corps = {"faute": nom, "graine": graine, "reglages": dict(_lire(x) for x in reglage or ()), "nuit": nuit}
    corps["fois"] = int(nuit) if fois is None else fois
    _exiger_une_cible(connecteur, projet)
    if connecteur:
        client("ent", bac).poster(f"/api/connecteurs/{connecteur}/fautes", corps)
    elif nom in FAUTES and FAUTES[nom].cible == "horloge":
        client("pilotage", bac).poster("/api/fautes", {"faute": corps, "projet": projet})
    else:
        client("aaf", bac).poster(f"/api/projets/{projet}/fautes", corps)
    typer.echo(f"Faute « {nom} » posée sur {connecteur or projet}.")


@application.command("retirer")
def retirer(bac: Bac = "principal", connecteur: Connecteur = "", projet: Projet = "") -> None:
    """Retire les fautes d'un connecteur, ou d'un projet."""
    from rentree.commandes.connexion import client

    _exiger_une_cible(connecteur, projet)
    if connecteur:
        client("ent", bac).demander("DELETE", f"/api/connecteurs/{connecteur}/fautes")
    else:
        client("aaf", bac).demander("DELETE", f"/api/projets/{projet}/fautes")
    typer.echo(f"Fautes retirées de {connecteur or projet}.")


def _exiger_une_cible(connecteur: str, projet: str) -> None:
    from shared.contracts.refus import Refus

    if bool(connecteur) == bool(projet):
        raise Refus(
            "Une faute se pose sur un connecteur, ou sur un projet.",
            code="FAUTE_SANS_CIBLE",
            remede="Donnez --connecteur CODE, ou --projet CODE.",
        )


def _lire(texte: str) -> tuple[str, int]:
    from shared.contracts.refus import Refus

    nom, _, valeur = texte.partition("=")
    if not valeur.isdecimal():
        raise Refus(f"« {texte} » n'est pas un réglage.", code="FAUTE_REGLAGE", remede="Écrivez-le ainsi : secondes=3.")
    return nom, int(valeur)
