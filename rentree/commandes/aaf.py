"""`rentree aaf`: the projects, and a feed of the AAF in a folder, for whoever writes an importer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from shared.formats.aaf import Manifeste

application = typer.Typer(help="L'annuaire académique fédérateur.", no_args_is_help=True)


@application.callback()
def racine() -> None:
    """L'annuaire académique fédérateur."""


@application.command("projets")
def projets(bac: Annotated[str, typer.Option(help="Bac à sable.")] = "principal") -> None:
    """Liste les projets d'ENT : leur code, leurs établissements, leur dernière alimentation."""
    from rentree.commandes.connexion import client

    aaf = client("aaf", bac)
    lus = aaf.lire("/api/projets")
    if not lus:
        typer.echo("Aucun projet d'ENT : créez-en un, page Projets de l'AAF.")
    for p in lus:
        ecrites = aaf.lire(f"/api/projets/{p['code']}/alimentations")
        etat = "pas encore d'alimentation"
        if ecrites:
            etat = f"n° {ecrites[-1]['numero']}, {ecrites[-1]['nom']}"
        typer.echo(f"{p['code']} : {', '.join(p['uais'])} ; grammaire {p['grammaire']} ; {etat}")


@application.command("alimenter")
def alimenter(
    projet: Annotated[str, typer.Option("--projet", help="Code du projet d'ENT, tel que le montre la page Projets.")],
    sortie: Annotated[Path, typer.Option("--sortie", "-o", help="Dossier à remplir, ou archive .tar.gz.")],
    complet: Annotated[
        bool, typer.Option("--complet", help="L'annuaire entier, tel qu'il est ; rien n'en reste dans l'AAF.")
    ] = False,
    numero: Annotated[
        int | None, typer.Option("--numero", min=1, help="Une alimentation déjà écrite ; sinon la dernière.")
    ] = None,
    bac: Annotated[str, typer.Option(help="Bac à sable.")] = "principal",
) -> None:
    """Écrit une alimentation dans un dossier : fichiers XML, DTD, manifeste.

    Avec --complet, une alimentation complète faite à l'instant ; sans, la dernière que la nuit a écrite.
    """
    from rentree.commandes.connexion import client
    from shared.contracts.refus import Refus
    from shared.formats.aaf.noms import verifier_projet

    if complet and numero is not None:
        raise Refus(
            "--complet et --numero ne vont pas ensemble.",
            code="ALIMENTER_OPTIONS",
            remede="Gardez --complet pour l'annuaire tel qu'il est, ou --numero pour une alimentation déjà écrite.",
        )
    _verifier_sortie(sortie)
    aaf = client("aaf", bac)
    adresse = f"/api/projets/{verifier_projet(projet)}"
    if complet:
        archive = aaf.demander("GET", f"{adresse}/extraction").content
    else:
        choisie = "latest" if numero is None else str(numero)
        ecrite = aaf.lire(f"{adresse}/alimentations/{choisie}")
        archive = aaf.demander("GET", f"{adresse}/alimentations/{ecrite['numero']}/archive").content
    _raconter(_ecrire(archive, sortie), sortie)


@application.command("ecoles")
def ecoles(
    sortie: Annotated[Path, typer.Option("--sortie", "-o", help="Dossier à remplir, ou archive .tar.gz.")],
    nombre: Annotated[int, typer.Option("--ecoles", help="Écoles, par quatre : élémentaire, maternelle, RPI.")] = 4,
    seed: Annotated[int, typer.Option(help="Graine : la même donne les mêmes personnes.")] = 1,
    annee: Annotated[int, typer.Option(help="Année de la rentrée, qui date l'alimentation.")] = 2021,
    projet: Annotated[str, typer.Option("--projet", help="Code de projet, en tête des noms de fichiers.")] = "ENT1D",
) -> None:
    """Écrit une alimentation complète du premier degré, d'écoles inventées : la chaîne simulée n'en a pas.

    Elle s'importe à la main dans l'ENT, et s'essaie dans tout autre importateur.
    """
    from rentree.population.ecoles import Demande, archiver, inventer
    from shared.formats.aaf import EtabEducNatAaf1d

    _verifier_sortie(sortie)
    demande = Demande(nombre, seed, annee)
    fiches = inventer(demande)
    _raconter(_ecrire(archiver(fiches, projet, demande.rentree), sortie), sortie)
    typer.echo("Écoles : " + ", ".join(f.uai for f in fiches if isinstance(f, EtabEducNatAaf1d) and f.circonscription))


def _archive_demandee(sortie: Path) -> bool:
    return sortie.name.endswith((".tar.gz", ".tgz"))


def _verifier_sortie(sortie: Path) -> None:
    """Refuse what would be mixed with the feed, or written over, before asking for anything."""
    from shared.contracts.refus import Refus

    if sortie.is_dir() and any(sortie.iterdir()):
        raise Refus(
            f"Le dossier « {sortie.name} » n'est pas vide.",
            code="SORTIE_OCCUPEE",
            remede="Donnez un dossier vide ou nouveau : deux alimentations ne se mélangent pas.",
        )
    if sortie.is_file() or (sortie.is_dir() and _archive_demandee(sortie)):
        raise Refus(
            f"« {sortie.name} » existe déjà.",
            code="SORTIE_OCCUPEE",
            remede="Donnez un autre nom, ou retirez-le d'abord.",
        )


def _ecrire(archive: bytes, sortie: Path) -> Manifeste:
    """Write the archive, or its files, once every one of them is what the manifest says."""
    from shared.contracts.refus import Refus

    fichiers, manifeste = _ouvrir(archive)
    try:
        if _archive_demandee(sortie):
            sortie.parent.mkdir(parents=True, exist_ok=True)
            sortie.write_bytes(archive)
        else:
            sortie.mkdir(parents=True, exist_ok=True)
            for nom, contenu in fichiers.items():
                (sortie / nom).write_bytes(contenu)
    except OSError as erreur:
        raise Refus(
            f"« {sortie.name} » ne peut pas être écrit : {erreur.strerror}.",
            code="SORTIE_INACCESSIBLE",
            remede="Choisissez un endroit où vous pouvez écrire.",
        ) from erreur
    return manifeste


def _ouvrir(archive: bytes) -> tuple[dict[str, bytes], Manifeste]:
    import hashlib

    from rentree.alimentations import deplier
    from shared.contracts.refus import Refus
    from shared.formats.aaf.manifeste import NOM_MANIFESTE, lire_manifeste

    fichiers = deplier(archive)
    manifeste = lire_manifeste(fichiers[NOM_MANIFESTE])
    for fichier in manifeste.fichiers:
        if hashlib.sha256(fichiers.get(fichier.nom, b"")).hexdigest() != fichier.sha256:
            raise Refus(
                f"Le fichier « {fichier.nom} » n'est pas arrivé entier.",
                code="ALIMENTATION_ABIMEE",
                remede="Recommencez.",
            )
    return fichiers, manifeste


def _raconter(manifeste: Manifeste, sortie: Path) -> None:
    genre = "complète" if manifeste.type_.value == "Complet" else "Delta"
    typer.echo(
        f"Alimentation {genre} du projet {manifeste.projet} au {manifeste.jour:%d/%m/%Y}, grammaire "
        f"{manifeste.grammaire.value}, écrite dans {sortie}"
    )
    for f in manifeste.fichiers:
        typer.echo(
            f"  {f.nom} : {f.ajouts} ajout(s), {f.modifications} modification(s), {f.suppressions} suppression(s)"
        )
