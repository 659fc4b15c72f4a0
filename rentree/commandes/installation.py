"""`rentree up`, `demo`, `service`, `worker`, `base`: running the chain."""

from __future__ import annotations

import contextlib
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from shared.persistence.acces import AccesBase

base = typer.Typer(help="La base de données de l'installation.", no_args_is_help=True)


def up() -> None:
    """Démarre la chaîne : PostgreSQL si besoin, les sept services, un ouvrier. Ctrl-C l'arrête."""
    from rentree.installation.reglages import racine_par_defaut
    from rentree.installation.superviseur import Superviseur

    interrompre_par_sigterm()
    superviseur = Superviseur(racine_par_defaut())
    try:
        implantation = superviseur.demarrer(assurer_bac_principal)
        typer.echo(f"Rentrée est prête : {implantation.adresses['pilotage']}")
        attendre_arret()
    finally:
        superviseur.arreter()


def assurer_bac_principal(acces: AccesBase) -> None:
    """Create the bac `principal` of a new installation: what every address without a prefix speaks of."""
    from shared.horloge.profils import profil
    from shared.persistence.acces import BAC_PRINCIPAL
    from shared.persistence.bacs import GestionBacs

    gestion = GestionBacs(acces)
    if not any(b.nom == BAC_PRINCIPAL for b in gestion.lister()):
        choisi = profil("nice-2021")
        gestion.creer(BAC_PRINCIPAL, profil=choisi, graine=1, depart=choisi.debut)


def interrompre_par_sigterm() -> None:
    """Make SIGTERM end the command as Ctrl-C does, whatever it is doing: everything that it started is stopped."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def attendre_arret() -> None:
    """Wait for Ctrl-C or SIGTERM.

    By their exception, not by an Event that a handler sets: set while the main thread is in `wait`, it may take a
    lock that this thread holds.
    """
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            time.sleep(60)


def demo(
    effectif: Annotated[int, typer.Option(min=60, max=3000, help="Élèves du collège inventé.")] = 600,
    seed: Annotated[int, typer.Option(help="Graine : même graine, mêmes octets.")] = 1,
    profil: Annotated[str, typer.Option(help="Profil académique.")] = "nice-2021",
    date: Annotated[str | None, typer.Option(help="Départ de l'horloge (un jour, ou 2021-08-23T08:00).")] = None,
    out: Annotated[Path | None, typer.Option(help="Dossier où laisser les fichiers et bilan.json.")] = None,
    dossier: Annotated[Path | None, typer.Option(help="Dossier de fichiers réels à prendre pour départ.")] = None,
    donnees_reelles: Annotated[bool, typer.Option("--donnees-reelles", help="Garde les identités du dossier.")] = False,
    sans_anomalie: Annotated[bool, typer.Option("--sans-anomalie", help="Sans les cinq anomalies semées.")] = False,
    serve: Annotated[
        bool,
        typer.Option(
            "--serve/--no-serve",
            help="Laisse les pages ouvertes à la fin ; sinon aucun instantané n'est gardé des nuits.",
        ),
    ] = True,
) -> None:
    """Joue une rentrée entière : de STS-Web à l'ENT, en 48 heures simulées."""
    from rentree.demo import DemandeDemo, jouer

    interrompre_par_sigterm()
    jouer(
        DemandeDemo(
            effectif=effectif,
            graine=seed,
            profil=profil,
            date=date,
            out=out,
            dossier=dossier,
            donnees_reelles=donnees_reelles,
            anomalies=not sans_anomalie,
            servir=serve,
        )
    )


def service(
    nom: Annotated[str, typer.Argument(help="Nom du service.")],
    port: Annotated[int | None, typer.Option(help="Port d'écoute.")] = None,
    hote: Annotated[str, typer.Option(help="Adresse d'écoute.")] = "127.0.0.1",
) -> None:
    """Sert un seul service, avec la base de RENTREE_DATABASE_URL (conteneurs)."""
    from rentree.installation.locale import ecouter
    from rentree.installation.metier import servir
    from rentree.installation.reglages import implantation_de_l_environnement, ports_voulus
    from shared.contracts.refus import Refus
    from shared.persistence.acces import SERVICES

    if nom not in SERVICES:
        raise Refus(
            f"Le service « {nom} » n'existe pas.", code="SERVICE_INCONNU", remede=f"Il y a : {', '.join(SERVICES)}."
        )
    implantation, _ = implantation_de_l_environnement()
    if hote not in {"127.0.0.1", "::1", "localhost"} and not implantation.jeton:
        raise Refus(
            "Hors de cette machine, Rentrée demande un jeton.",
            code="JETON_REQUIS",
            remede="Donnez une valeur longue et secrète à RENTREE_JETON, la même pour tous les services.",
        )
    voulu = ports_voulus()[nom] if port is None else port
    try:
        prise = ecouter(voulu, hote)
    except OSError as erreur:
        raise Refus(
            f"Le port {voulu} est déjà pris.", code="PORT_OCCUPE", remede="Choisissez-en un autre avec --port."
        ) from erreur
    _espacer_ramassages()
    servir(nom, implantation, prise)


def worker() -> None:
    """Fait les traitements des nuits, avec la base de RENTREE_DATABASE_URL. Autant qu'on veut."""
    from rentree.installation.metier import servir_ouvrier
    from rentree.installation.reglages import implantation_de_l_environnement

    implantation, _ = implantation_de_l_environnement()
    _espacer_ramassages()
    servir_ouvrier(implantation)


def _espacer_ramassages() -> None:
    """Look for garbage as rarely as the processes that the supervisor forks: a night takes twice as long otherwise."""
    import gc

    from rentree.installation.superviseur import SEUIL_RAMASSAGE

    gc.set_threshold(SEUIL_RAMASSAGE, 20, 20)


@base.command("preparer")
def preparer_base(
    appliquer: Annotated[bool, typer.Option("--appliquer", help="Exécute, au lieu d'afficher.")] = False,
) -> None:
    """Affiche (ou exécute) le SQL qui prépare un serveur PostgreSQL : rôles, bases, modèle des bacs."""
    from rentree.installation import base as preparation
    from rentree.installation.reglages import implantation_de_l_environnement, lire_secret, racine_par_defaut
    from shared.persistence.acces import BASE_CONTROLE, ROLE_GESTION

    if not appliquer:
        sys.stdout.write(";\n".join(preparation.sql_roles(lire_secret(racine_par_defaut()))) + ";\n")
        sys.stdout.write(f'CREATE DATABASE "{BASE_CONTROLE}" OWNER "{ROLE_GESTION}";\n')
        return
    implantation, admin = implantation_de_l_environnement()
    assurer_bac_principal(preparation.preparer(admin, implantation.secret))
    typer.echo("La base est prête.")
