"""`rentree charger DIR`: hundreds of schools' files into a bac of the installation that runs."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rentree.chargement.chargeur import Bac
    from rentree.chargement.rapport import Rapport
    from rentree.installation.reglages import Implantation
    from shared.horloge.profils import ProfilAcademique


def charger(
    dossier: Annotated[Path, typer.Argument(help="Dossier des fichiers, rangés comme on veut, zips compris.")],
    bac: Annotated[str, typer.Option(help="Bac à sable qui les reçoit.")] = "principal",
    creer: Annotated[bool, typer.Option("--creer", help="Crée d'abord ce bac.")] = False,
    profil: Annotated[str | None, typer.Option(help="Profil académique du bac créé.")] = None,
    date: Annotated[str | None, typer.Option(help="Départ de l'horloge du bac créé, par exemple 2021-08-23.")] = None,
    verifier: Annotated[bool, typer.Option("--verifier", help="Dit ce qui serait chargé, ne charge rien.")] = False,
    reelles: Annotated[
        bool, typer.Option("--donnees-reelles", help="Garde les identités des fichiers (bac qui en porte le bandeau).")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Écrit le rapport en un document JSON.")] = False,
) -> None:
    """Charge les fichiers de centaines d'établissements, reconnus par leur contenu.

    Code de sortie : 0 si tout est chargé, 1 si quelque chose est refusé, 2 si rien ne peut être fait.
    """
    from rich.console import Console

    from rentree.chargement import affichage

    with affichage.progression(Console(stderr=True), muette=json or not Console(stderr=True).is_terminal) as avance:
        options = {"creer": creer, "profil": profil, "date": date, "reelles": reelles}
        rapport = _verifier(dossier, bac, options, avance) if verifier else _charger(dossier, bac, options, avance)
    if json:
        import json as json_

        typer.echo(json_.dumps(rapport.as_json(), ensure_ascii=False, indent=1))
    else:
        affichage.afficher(Console(highlight=False), rapport)
    raise typer.Exit(rapport.code)


def _verifier(dossier: Path, nom: str, options: dict[str, Any], avance: Any) -> Rapport:
    """Read only. The profile is the one asked for, else that of the bac if it is there, else the default one."""
    from rentree.chargement import chargeur
    from rentree.chargement.sources import Ouvreur
    from rentree.installation.superviseur import implantation_en_place
    from shared.contracts.refus import Refus
    from shared.horloge.profils import profil

    choisi = profil(options["profil"] or "nice-2021")
    if options["profil"] is None:
        with suppress(Refus):
            choisi = _bac(implantation_en_place(), nom).profil
    with Ouvreur() as ouvreur:
        return chargeur.verifier(chargeur.lire(dossier, choisi, ouvreur, cle=None, avance=avance))


def _charger(dossier: Path, nom: str, options: dict[str, Any], avance: Any) -> Rapport:
    """Read, then load. The bac is checked first, or created once the files are read, at the year they are of."""
    from rentree.chargement import chargeur, ouverture
    from rentree.chargement.identites import cle_de_l_installation
    from rentree.chargement.sources import Ouvreur
    from rentree.installation.superviseur import implantation_en_place
    from shared.horloge.profils import profil

    lieu = implantation_en_place()
    ouverture.verifier_options(**options)
    if options["creer"]:
        ouverture.verifier_libre(_clients(lieu, nom), nom)
        choisi: ProfilAcademique = profil(options["profil"] or "nice-2021")
    else:
        choisi = _bac(lieu, nom).profil
        ouverture.verifier_bandeau(_clients(lieu, nom), nom, reelles=options["reelles"])
    cle = None if options["reelles"] else cle_de_l_installation(lieu.secret)
    with Ouvreur() as ouvreur:
        lu = chargeur.lire(dossier, choisi, ouvreur, cle=cle, avance=avance)
        if options["creer"]:
            depart = ouverture.depart(options["date"], choisi, lu.rapport)
            ouverture.creer_bac(_clients(lieu, nom), nom, choisi, depart, reelles=options["reelles"])
        return chargeur.charger(lu, _bac(lieu, nom), ouvreur, avance=avance)


def _clients(lieu: Implantation, nom: str) -> Any:
    from shared.http.clients import Clients, nouveau_transport

    return Clients(lieu.adresses, lieu.jeton or lieu.jeton_interne, nouveau_transport(), nom)


def _bac(lieu: Implantation, nom: str) -> Bac:
    from rentree.chargement import ouverture

    return ouverture.ouvrir(_clients(lieu, nom), nom)
