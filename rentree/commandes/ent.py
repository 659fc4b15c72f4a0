"""`rentree ent`: the export of an ENT for the GAR, in a folder; an SFTP drop that plays the GAR's."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

application = typer.Typer(help="L'ENT.", no_args_is_help=True)


@application.callback()
def racine() -> None:
    """L'ENT."""


@application.command("gar")
def gar(
    projet: Annotated[str, typer.Option("--projet", help="Code du projet d'ENT.")],
    sortie: Annotated[Path, typer.Option("--sortie", "-o", help="Dossier à remplir.")],
    connecteur: Annotated[
        str | None, typer.Option("--connecteur", help="Celui dont suivre les réglages, s'il y en a plusieurs.")
    ] = None,
    bac: Annotated[str, typer.Option(help="Bac à sable.")] = "principal",
) -> None:
    """Écrit dans un dossier l'export GAR d'un projet tel qu'il est : fichiers, archive, .md5, compte rendu."""
    from urllib.parse import quote

    from rentree.alimentations import deplier
    from rentree.commandes.connexion import client
    from shared.contracts.refus import Refus
    from shared.formats.gar import empreinte, lire_nom_archive
    from shared.formats.gar.verification import verifier_archive

    if sortie.is_dir() and any(sortie.iterdir()):
        raise Refus(
            f"Le dossier « {sortie.name} » n'est pas vide.",
            code="SORTIE_OCCUPEE",
            remede="Donnez un dossier vide ou nouveau : deux exports ne se mélangent pas.",
        )
    adresse = f"/api/projets/{quote(projet, safe='')}/gar/extraction"
    if connecteur is not None:
        adresse += f"?connecteur={quote(connecteur, safe='')}"
    reponse = client("ent", bac).demander("GET", adresse)
    nom = lire_nom_archive(reponse.headers["content-disposition"].partition('filename="')[2].rstrip('"'))
    assert nom is not None, "the name that the ENT gives is that of an export"
    try:
        sortie.mkdir(parents=True, exist_ok=True)
        archive = sortie / nom.archive
        archive.write_bytes(reponse.content)
        (sortie / nom.md5).write_text(empreinte(archive), encoding="ascii")
        for membre, contenu in deplier(reponse.content).items():
            (sortie / membre).write_bytes(contenu)
        rapport = verifier_archive(archive)
        (sortie / f"{nom.export}_rapport.txt").write_text(rapport.en_texte(), encoding="utf-8")
    except OSError as erreur:
        raise Refus(
            f"« {sortie.name} » ne peut pas être écrit : {erreur.strerror}.",
            code="SORTIE_INACCESSIBLE",
            remede="Choisissez un endroit où vous pouvez écrire.",
        ) from erreur
    typer.echo(f"Export GAR du projet {projet}, écrit dans {sortie} : {nom.archive}")
    for element, nombre in sorted(rapport.comptes.items()):
        typer.echo(f"  {element} : {nombre}")
    typer.echo(
        "Conforme." if rapport.conforme else f"{sum(rapport.nombres.values())} anomalie(s) : voir le compte rendu."
    )


@application.command("depot-sftp")
def depot_sftp(
    dossier: Annotated[Path, typer.Option("--dossier", help="Où arrivent les dépôts, et les comptes rendus.")],
    cle: Annotated[Path, typer.Option("--cle", help="Clés publiques admises, une par ligne.")],
    hote: Annotated[str, typer.Option("--hote", help="Adresse d'écoute.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port ; 0 : un port libre.")] = 2222,
) -> None:
    """Tient un dépôt SFTP comme celui du GAR.

    À l'arrivée d'un .md5, l'archive est vérifiée et le compte rendu déposé à côté. La clé du dépôt est faite la
    première fois, à côté du dossier (<dossier>.cle_hote).
    """
    import asyncio

    from shared.contracts.refus import Refus
    from shared.sftp import serveur

    try:
        dossier.mkdir(parents=True, exist_ok=True)
        admises = [ligne for ligne in cle.read_text(encoding="utf-8").splitlines() if ligne.strip()]
        fichier = dossier.with_name(dossier.name + ".cle_hote")
        if not fichier.exists():
            fichier.touch(mode=0o600)
            fichier.write_text(serveur.nouvelle_cle(), encoding="ascii")
        privee = fichier.read_text(encoding="ascii")
    except OSError as erreur:
        raise Refus(
            f"« {Path(erreur.filename or dossier).name} » : {erreur.strerror}.",
            code="DEPOT_INACCESSIBLE",
            remede="Vérifiez le dossier et le fichier des clés.",
        ) from erreur
    depot = serveur.Depot(dossier, privee, admises, recevoir)

    async def tenir() -> None:
        ecoute = await depot.ouvrir(hote, port)
        typer.echo(f"Dépôt SFTP : {hote}, port {ecoute.get_port()}, dossier {dossier}")
        typer.echo(f"Clé publique du dépôt, à déclarer au connecteur : {serveur.cle_publique(privee)}")
        await ecoute.wait_closed()

    asyncio.run(tenir())


def recevoir(chemin: Path) -> None:
    """What the GAR does of a file that arrived: once the checksum is there, the archive is judged."""
    from shared.formats.gar.verification import verifier_archive

    archive = chemin.with_name(chemin.name.removesuffix(".md5") + ".tar.gz")
    if chemin.suffix != ".md5" or not archive.is_file():
        return
    with chemin.open("rb") as flux:
        md5 = flux.read(1024).decode("ascii", "replace")
    rapport = verifier_archive(archive, md5)
    chemin.with_name(f"{chemin.stem}_rapport.txt").write_text(rapport.en_texte(), encoding="utf-8")
    typer.echo(f"{archive.name} : {'conforme' if rapport.conforme else f'{sum(rapport.nombres.values())} anomalie(s)'}")
