"""`rentree fichier comparer`: what changed between two exports, two sets of them, two AAF feeds."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from shared.formats.comparaison import CategorieComparee, Comparaison, DocumentCompare, PaireComparee

_MONTREES = 10


class Designation(StrEnum):
    """What designates a pupil."""

    FORMAT = "format"
    INE = "ine"


def comparer(
    a: Annotated[Path, typer.Argument(help="Fichier, archive, dossier ou alimentation AAF de départ.", metavar="A")],
    b: Annotated[Path, typer.Argument(help="Celui d'arrivée ; un delta AAF est appliqué à A.", metavar="B")],
    cle: Annotated[
        Designation, typer.Option("--cle", help="Désigne les élèves par l'identifiant du format, ou par l'INE.")
    ] = Designation.FORMAT,
    valeurs: Annotated[bool, typer.Option("--valeurs", help="Montre les valeurs : des données personnelles.")] = False,
    autre_ecole: Annotated[bool, typer.Option("--autre-ecole", help="Admet deux établissements différents.")] = False,
    appliquer: Annotated[
        Path | None, typer.Option("--appliquer", help="Applique d'abord ce delta AAF à A.", metavar="DELTA")
    ] = None,
    delta: Annotated[
        Path | None, typer.Option("--delta", help="Écrit aussi le delta AAF qui mène de A à B.", metavar="DIR")
    ] = None,
    remplacer: Annotated[bool, typer.Option("--remplacer", help="Remplace le dossier de --delta.")] = False,
    cle_privee: Annotated[
        Path | None, typer.Option(help="Clé privée (PEM ou DER) des emplois du temps chiffrés.", metavar="FICHIER")
    ] = None,
    tout: Annotated[bool, typer.Option("--tout", help="Montre toutes les fiches, sans en abréger la liste.")] = False,
    en_json: Annotated[bool, typer.Option("--json", help="Écrit un document JSON.")] = False,
) -> None:
    """Dit ce qui a changé de A à B : ajouté, supprimé, modifié, par catégorie. Sort avec 1 s'il y a des différences."""
    import json

    from rich.console import Console

    from rentree.commandes.cle_lue import lire_fichier_de_cle
    from shared.formats.comparaison import Cle, Reglages, ecrire_delta
    from shared.formats.comparaison import comparer as comparer_fichiers

    reglages = Reglages(Cle(cle.value), autre_ecole, valeurs, lire_fichier_de_cle(cle_privee), appliquer)
    with Console(stderr=True).status("Comparaison…"):  # silent when the output is not a terminal
        comparaison = comparer_fichiers(a, b, reglages)
        ecrit = ecrire_delta(a, b, delta, remplacer=remplacer) if delta is not None else None
    if en_json:
        document = comparaison.as_json()
        if ecrit is not None:
            document["delta"] = {"ajouts": ecrit.ajouts, "modifications": ecrit.modifications}
            document["delta"]["suppressions"] = ecrit.suppressions
        typer.echo(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        console = Console(highlight=False, markup=False, emoji=False)
        _raconter(console, comparaison, None if tout else _MONTREES)
        if ecrit is not None:
            console.print(
                f"Delta écrit dans « {ecrit.dossier} » : {ecrit.ajouts} ajouts, {ecrit.modifications} modifications, "
                f"{ecrit.suppressions} suppressions."
            )
    if not comparaison.identique:
        raise typer.Exit(1)


def _raconter(console: Console, comparaison: Comparaison, montrees: int | None) -> None:
    for paire in comparaison.paires:
        _paire(console, paire, montrees)
    for nom in comparaison.seuls_a:
        console.print(f"Seulement dans A : {nom}.", style="yellow")
    for nom in comparaison.seuls_b:
        console.print(f"Seulement dans B : {nom}.", style="yellow")
    for remarque in comparaison.remarques:
        console.print(f"Remarque : {remarque.phrase}")
    console.print("Identiques." if comparaison.identique else "Différents.", style="bold")


def _quoi(document: DocumentCompare) -> str:
    annee = f"{document.annee}-{document.annee + 1}" if document.annee else ""
    variante = (document.variante or "").replace("_", " ")
    details = [document.uai or "", annee, document.version or "", document.generation or "", variante]
    return f"{document.nom} ({', '.join(d for d in details if d)})" if any(details) else document.nom


def _paire(console: Console, paire: PaireComparee, montrees: int | None) -> None:
    from rich.table import Table

    console.print(paire.libelle, style="bold")
    console.print(f"  A : {_quoi(paire.a)}")
    console.print(f"  B : {_quoi(paire.b)}")
    for remarque in paire.remarques:
        console.print(f"  Remarque : {remarque.phrase}")
    table = Table("Catégorie", title_justify="left")
    for titre in ("Ajoutées", "Supprimées", "Modifiées", "Inchangées"):
        table.add_column(titre, justify="right")
    for c in paire.categories:
        nombres = (len(c.ajoutees), len(c.supprimees), len(c.modifiees))
        table.add_row(c.nom, *(str(n) if n else "" for n in nombres), str(c.inchangees))
    if paire.categories:
        console.print(table)
    for categorie in paire.categories:
        _categorie(console, categorie, montrees)


def _categorie(console: Console, categorie: CategorieComparee, montrees: int | None) -> None:
    from rich.padding import Padding
    from rich.text import Text

    if any(categorie.doublons):
        console.print(
            f"  {categorie.nom} : clés en double, {categorie.doublons[0]} dans A, {categorie.doublons[1]} dans B."
        )
    if categorie.identique:
        return
    lignes: list[str] = []
    if categorie.ajoutees:
        lignes.append(f"ajoutées : {_abrege(categorie.ajoutees, montrees)}")
    if categorie.supprimees:
        lignes.append(f"supprimées : {_abrege(categorie.supprimees, montrees)}")
    if categorie.modifiees:
        champs = [f"{nom} ({nombre})" for nom, nombre in categorie.champs.items()]
        lignes.append(f"champs modifiés : {_abrege(champs, montrees)}")
    for fiche in categorie.modifiees[:montrees]:
        champs = [c.champ if c.avant is None else f"{c.champ} « {c.avant} » → « {c.apres} »" for c in fiche.changements]
        lignes.append(f"{fiche.cle} : {', '.join(champs)}")
    if montrees is not None and len(categorie.modifiees) > montrees:
        lignes.append(f"et {len(categorie.modifiees) - montrees} autres fiches modifiées (--tout les montre)")
    console.print(f"  {categorie.nom}", style="bold")
    for ligne in lignes:
        console.print(Padding(Text(ligne), (0, 0, 0, 4)))


def _valeur(valeur: str | None) -> str:
    return f"« {valeur} »" if valeur else "(vide)"


def _abrege(elements: Sequence[str], montrees: int | None) -> str:
    """The first elements, and how many there are besides."""
    if montrees is None or len(elements) <= montrees:
        return "; ".join(elements)
    return f"{'; '.join(elements[:montrees])}; et {len(elements) - montrees} autres"
