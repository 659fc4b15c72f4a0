"""`rentree fichier verifier` and `resumer`: what files are, and everything that is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from shared.formats.examen import DocumentExamine, Gravite, Probleme, RapportExamen

Chemins = Annotated[list[Path], typer.Argument(help="Fichiers, archives ou dossiers.", show_default=False)]
EnJson = Annotated[bool, typer.Option("--json", help="Écrit un document JSON.")]

_COULEURS = {"erreur": "red", "remarque": "yellow", "information": "cyan"}


def verifier(
    fichiers: Chemins,
    en_json: EnJson = False,
    bref: Annotated[bool, typer.Option("--bref", help="Tait les informations, ne dit que les problèmes.")] = False,
) -> None:
    """Dit ce que sont des fichiers et tous leurs problèmes, un par un et entre eux. Sort avec 1 s'il y en a."""
    rapport = _examiner(fichiers, approfondi=True)
    if en_json:
        typer.echo(json.dumps(rapport.as_json(), ensure_ascii=False, indent=1))
    else:
        _raconter(_console(), rapport, bref=bref)
    if not rapport.sans_probleme:
        raise typer.Exit(1)


def resumer(fichiers: Chemins, en_json: EnJson = False) -> None:
    """Dit en un tableau ce que sont des fichiers, de quelle école et de quelle année, et combien de quoi."""
    rapport = _examiner(fichiers, approfondi=False)
    if en_json:
        typer.echo(json.dumps(rapport.as_json(), ensure_ascii=False, indent=1))
        return
    _tableau(_console(), rapport)


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False)


def _examiner(fichiers: list[Path], *, approfondi: bool) -> RapportExamen:
    from rich.console import Console
    from rich.text import Text

    from shared.formats.examen import examiner

    with Console(stderr=True).status("Lecture…") as statut:  # silent when the output is not a terminal
        return examiner(fichiers, approfondi=approfondi, suivi=lambda nom: statut.update(Text(f"Lecture de {nom}")))


def _sorte(document: DocumentExamine) -> str:
    """Family, version, generation and variant, as they are known."""
    variante = (document.variante or "").replace("_", " ")
    details = [d for d in (document.version, _generation(document), variante) if d]
    return f"{document.libelle} ({', '.join(details)})" if details else document.libelle


def _generation(document: DocumentExamine) -> str:
    generation = document.generation
    if not generation or not generation.isdigit():
        return (generation or "").replace("_", " ")
    return f"génération {generation}"


def _ecole(document: DocumentExamine) -> str:
    annee = f"{document.annee}-{document.annee + 1}" if document.annee else ""
    return " ".join(t for t in (document.uai or "", annee) if t)


def _raconter(console: Console, rapport: RapportExamen, *, bref: bool) -> None:
    from shared.formats.examen import Gravite

    for document in rapport.documents:
        console.print(document.nom, style="bold")
        console.print("  " + " · ".join(t for t in (_sorte(document), _ecole(document), document.contenu()) if t))
        _problemes(console, document.problemes, document.nom, bref=bref)
    if rapport.ensemble:
        console.print("Entre les fichiers", style="bold")
        _problemes(console, rapport.ensemble, "", bref=bref)
    if rapport.ecartes and not bref:
        console.print(f"Laissés de côté : {', '.join(rapport.ecartes)}.")
    totaux = [_pluriel(rapport, gravite) for gravite in (Gravite.ERREUR, Gravite.REMARQUE)]
    console.print(f"{len(rapport.documents)} document(s) : {', '.join(totaux)}.", style="bold")


def _pluriel(rapport: RapportExamen, gravite: Gravite) -> str:
    nombre = rapport.nombre(gravite)
    return f"{nombre or 'aucune'} {gravite.value}{'s' if nombre > 1 else ''}"


def _problemes(console: Console, problemes: tuple[Probleme, ...], nom: str, *, bref: bool) -> None:
    from rich.padding import Padding
    from rich.text import Text

    for probleme in problemes:
        if bref and probleme.gravite.value == "information":
            continue
        ou = [probleme.fichier if probleme.fichier != nom else ""]
        ou += [f"ligne {probleme.ligne}" if probleme.ligne else "", probleme.element or ""]
        texte = Text.assemble(
            (probleme.gravite.value, _COULEURS[probleme.gravite.value]), " ", (probleme.code, "bold"), " "
        )
        lieu = ", ".join(t for t in ou if t)
        texte.append(f"{lieu} : " if lieu else "")
        texte.append(probleme.phrase)
        console.print(Padding(texte, (0, 0, 0, 2)))
        if probleme.remede:
            console.print(Padding(Text(f"que faire : {probleme.remede}", style="dim"), (0, 0, 0, 6)))


def _tableau(console: Console, rapport: RapportExamen) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table("Fichier", "Quoi", "École", "Combien")
    for document in rapport.documents:
        illisible = next((p.phrase for p in document.problemes if p.gravite.value == "erreur"), "")
        cellules = (document.nom, _sorte(document), _ecole(document), document.contenu() or illisible)
        table.add_row(*(Text(cellule, overflow="fold") for cellule in cellules))
    console.print(table)
    if rapport.ecartes:
        console.print(f"Laissés de côté : {', '.join(rapport.ecartes)}.")
