"""The report for people: a line per school, then what was refused and what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from rentree.chargement import envoi
from rentree.chargement.rapport import Part, Rapport, RapportEcole
from rentree.chargement.regroupement import manquants
from shared.contracts.refus import Refus

_MARQUES = {"charge": "oui", "deja": "déjà", "refuse": "[red]refusé[/red]", "sans_fichier": "-", "lisible": "lu"}
_ETATS = {
    "charge": "chargé",
    "deja": "déjà chargé",
    "partiel": "[yellow]en partie[/yellow]",
    "refuse": "[red]refusé[/red]",
}
_ETATS |= {"lisible": "lisible"}
_COLONNES = ((envoi.STS, "STS"), (envoi.BEE, "BEE"), (envoi.EMPLOI_DU_TEMPS, "EDT"), (envoi.LIENS, "Liens"))
_TITRES = {"inventaire": "Fichiers reconnus", "lecture": "Établissements lus", "chargement": "Établissements chargés"}
_CITES = 4
_ECARTES = 10


@contextmanager
def progression(console: Console, *, muette: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A bar per stage, on the console given; nothing when `muette`."""
    if muette:
        yield lambda etape, fait, total: None
        return
    colonnes = (TextColumn("{task.description}"), BarColumn(20), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*colonnes, console=console) as barres:
        taches: dict[str, TaskID] = {}

        def avance(etape: str, fait: int, total: int) -> None:
            if etape not in taches:
                taches[etape] = barres.add_task(_TITRES[etape], total=total)
            barres.update(taches[etape], completed=fait, total=total)

        yield avance


def afficher(console: Console, r: Rapport) -> None:
    """Print a report, 80 columns wide at most but for names of files."""
    if r.ecoles:
        console.print(_tableau(r))
    _dire_refus(console, r)
    _dire_manques(console, r)
    _dire_ecartes(console, r)
    _dire_bilan(console, r)


def _tableau(r: Rapport) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for titre in ("UAI", "Année", "État", *(titre for _, titre in _COLONNES)):
        table.add_column(titre, no_wrap=True)
    for nom in ("Élèves", "Div.", "Gr."):
        table.add_column(nom, justify="right", no_wrap=True)
    for ecole in r.ecoles:
        for rang, jeu in enumerate(ecole.jeux):
            parts = {p.nom: p for p in jeu.parts}
            marques = [_marque(parts.get(nom)) for nom, _ in _COLONNES]
            effectifs = [str(jeu.comptes.get(n, "")) for n in ("eleves", "divisions", "groupes")]
            etat = "" if rang else _ETATS[ecole.etat]
            table.add_row("" if rang else ecole.ecole.uai, str(jeu.lu.jeu.annee), etat, *marques, *effectifs)
        if not ecole.jeux:
            table.add_row(ecole.ecole.uai, "", _ETATS[ecole.etat], *["-"] * len(_COLONNES))
    return table


def _marque(part: Part | None) -> str:
    return _MARQUES[part.etat] if part is not None else "-"


def _dire_refus(console: Console, r: Rapport) -> None:
    for ecole in r.ecoles:
        if ecole.refus:
            console.print(f"\n[bold]{ecole.ecole.uai}[/bold] {escape(ecole.nom)}")
            for nom, refus in ecole.refus:
                _dire_un_refus(console, nom, refus)
    if r.rejets or r.refus:
        console.print("\n[bold]Sans établissement reconnu[/bold]")
        for rejet in r.rejets:
            _dire_un_refus(console, rejet.nom, rejet.refus)
        for refus in r.refus:
            _dire_un_refus(console, "", refus)


def _dire_un_refus(console: Console, nom: str, refus: Refus) -> None:
    console.print(f"  [red]{refus.code}[/red] {escape(refus.phrase)}")
    lieu = str(refus.lieu) if refus.lieu else nom
    if lieu and f"« {lieu} »" not in refus.phrase:
        console.print(f"    où : {escape(lieu)}")
    if refus.remede:
        console.print(f"    que faire : {escape(refus.remede)}")


def _dire_manques(console: Console, r: Rapport) -> None:
    absents: dict[tuple[str, str], list[str]] = {}
    for ecole in r.ecoles:
        for jeu in ecole.jeux:
            for manque in manquants(jeu.lu.jeu):
                absents.setdefault(manque, []).append(ecole.ecole.uai)
    if not absents:
        return
    console.print("\n[bold]Fichiers absents[/bold]")
    for (libelle, sans), uais in absents.items():
        cites = ", ".join(uais[:_CITES]) + (f" et {len(uais) - _CITES} autres" if len(uais) > _CITES else "")
        console.print(f"  {escape(libelle)} : {sans} ({cites})")


def _dire_ecartes(console: Console, r: Rapport) -> None:
    ecartes = [*r.ecartes, *(x for e in r.ecoles for x in _ecartes_de(e))]
    if not ecartes:
        return
    console.print(f"\n[bold]Fichiers non utilisés[/bold] ({len(ecartes)})")
    for nom, pourquoi in ecartes[:_ECARTES]:
        console.print(f"  {escape(nom)} : {escape(pourquoi)}")
    if len(ecartes) > _ECARTES:
        console.print("  … la liste entière est dans le rapport de --json.")


def _ecartes_de(e: RapportEcole) -> list[tuple[str, str]]:
    return [*e.ecole.ecartes, *(x for j in e.jeux for x in j.lu.ecartes)]


def _dire_bilan(console: Console, r: Rapport) -> None:
    mots = {
        "charge": "chargés",
        "deja": "déjà chargés",
        "partiel": "en partie",
        "refuse": "refusés",
        "lisible": "lisibles",
    }
    comptes = ", ".join(f"{n} {mots[etat]}" for etat, n in r.totaux.items()) or "aucun"
    console.print(f"\n{r.fichiers} fichiers, {len(r.ecoles)} établissements : {comptes}.")
    if r.bac is not None:
        console.print(f"Identités : {r.identites}.")
    remarques = sum(len(j.remarques) + len(j.lu.remarques) for e in r.ecoles for j in e.jeux)
    if remarques:
        console.print(f"{remarques} remarques des applications, une à une dans le rapport de --json.")
    if r.projet is not None:
        console.print(f"Projet d'ENT {r.projet} ouvert : rentree horloge avancer nuit --bac {r.bac}")
