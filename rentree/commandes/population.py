"""`rentree population`: a whole invented académie in a bac of the installation that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rentree.chargement.academie import Projets, Rempli
    from rentree.chargement.chargeur import Bac
    from rentree.installation.reglages import Implantation

PROFIL = "nice-2021"
SEMAINES = 4
"""Weeks between the start of a rentrée and the day on which everything is typed: the middle of September."""


def population(
    etablissements: Annotated[int, typer.Option(help="Collèges et lycées, écoles non comprises.")] = 30,
    eleves: Annotated[int, typer.Option(help="Élèves, tous établissements ensemble, exactement.")] = 15_000,
    seed: Annotated[int, typer.Option(help="Graine : la même donne les mêmes personnes.")] = 1,
    bac: Annotated[str, typer.Option(help="Bac à sable à remplir, sans établissement.")] = "principal",
    creer: Annotated[bool, typer.Option("--creer", help="Crée d'abord ce bac.")] = False,
    profil: Annotated[str | None, typer.Option(help=f"Profil académique du bac créé ({PROFIL}).")] = None,
    date: Annotated[
        str | None, typer.Option(help="Départ de l'horloge du bac créé, par exemple 2021-09-20T08:00.")
    ] = None,
    ent: Annotated[
        str,
        typer.Option(help="academie : un seul ENT ; departements-region : un pour les collèges, un pour les lycées."),
    ] = "academie",
) -> None:
    """Invente une académie : collèges, lycées généraux et professionnels, fratries et professeurs partagés.

    À la fin, tout est saisi, exporté et déposé ; aucune nuit n'est passée : rentree horloge avancer nuit.
    """
    from rich.console import Console

    from rentree.commandes.installation import interrompre_par_sigterm
    from rentree.installation.superviseur import implantation_en_place

    interrompre_par_sigterm()
    projets = _projets(ent)
    lieu = implantation_en_place()
    cible = _bac(lieu, bac, creer=creer, profil=profil, date=date, demande=(etablissements, eleves, seed))
    erreurs = Console(stderr=True)
    rempli = _remplir(cible, (etablissements, eleves, seed), projets, erreurs)
    _dire(Console(highlight=False), bac, rempli)


def _projets(ent: str) -> Projets:
    from shared.contracts.refus import Refus

    if ent == "academie":
        return "academie"
    if ent == "departements-region":
        return "departements-region"
    raise Refus(
        f"« {ent} » n'est pas une façon d'ouvrir les ENT.",
        code="ENT_INCONNUS",
        remede="Écrivez --ent academie, ou --ent departements-region.",
    )


def _bac(
    lieu: Implantation,
    nom: str,
    *,
    creer: bool,
    profil: str | None,
    date: str | None,
    demande: tuple[int, int, int],
) -> Bac:
    """The bac to fill, found or created once everything asked for is known to be possible."""
    from datetime import timedelta

    from rentree.chargement import academie, ouverture
    from rentree.chargement.chargeur import Bac
    from rentree.demo import lire_depart
    from shared.horloge.profils import profil as profil_nomme
    from shared.http.clients import Clients, nouveau_transport

    clients = Clients(lieu.adresses, lieu.jeton or lieu.jeton_interne, nouveau_transport(), nom)
    ouverture.verifier_options(creer=creer, profil=profil, date=date, reelles=False)
    if creer:
        ouverture.verifier_libre(clients, nom)
        choisi = profil_nomme(profil or PROFIL)
        depart = lire_depart(date, choisi) if date else choisi.debut + timedelta(weeks=SEMAINES)
        jour = depart.astimezone(choisi.zone_horaire).date()
        academie.parametres_pour(Bac(nom, clients, choisi, jour), *demande)
        ouverture.creer_bac(clients, nom, choisi, depart, reelles=False)
    return ouverture.ouvrir(clients, nom)


def _remplir(cible: Bac, demande: tuple[int, int, int], projets: Projets, console: object) -> Rempli:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from rentree.chargement import academie

    assert isinstance(console, Console)
    parametres = academie.parametres_pour(cible, *demande)
    colonnes = (TextColumn("{task.description}"), BarColumn(20), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*colonnes, console=console, disable=not console.is_terminal) as barre:
        tache = barre.add_task("Établissements chargés", total=parametres.etablissements)
        return academie.remplir(
            cible, parametres, projets=projets, avance=lambda fait, _: barre.update(tache, completed=fait)
        )


def _dire(console: object, bac: str, rempli: Rempli) -> None:
    from rich.console import Console

    assert isinstance(console, Console)
    c = rempli.comptes
    console.print(
        f"Bac « {bac} » rempli : {c['eleves']} élèves, {c['responsables']} fiches de responsables, {c['agents']} "
        f"affectations d'agents, {c['divisions']} divisions, {c['groupes']} groupes, {c['services']} services, "
        f"{c['liens_groupe']} liens élève-groupe déposés."
    )
    for code, nombre in rempli.projets.items():
        console.print(f"Projet {code} : {nombre} établissements.")
    console.print(f"La nuit n'est pas passée : rentree horloge avancer nuit --bac {bac}")
