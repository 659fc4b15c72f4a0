"""`rentree fichier anonymiser`: a school's files, given back with invented people (pseudonymisation, RGPD 4(5))."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from shared.formats.pseudonymes.rapport import Rapport

_RARES_MONTRES = 6
_NOMS = {
    "nom": "noms",
    "nom_complet": "noms et prénoms dans un seul champ",
    "prenom": "prénoms",
    "naissance": "dates de naissance",
    "ine": "INE",
    "telephone": "téléphones",
    "mel": "adresses électroniques",
    "voie": "voies",
    "complement": "compléments d'adresse",
    "lieu": "villes saisies à la main",
    "vider": "boîtes postales et mentions, vidées",
}
"""What is counted, in the order in which it is told; identifiers are added up."""

_NON_IDENTIFIANTS = frozenset(
    {
        *("division", "groupe", "structure", "libelle", "libelle_groupe", "libelle_national", "texte", "garder"),
        *("uai", "etablissement", "nom_etablissement"),
    }
)


def anonymiser(
    dossier: Annotated[Path, typer.Argument(help="Dossier des fichiers d'un établissement.", metavar="DIR")],
    sortie: Annotated[Path, typer.Option("--sortie", "-o", help="Dossier où les rendre : absent, ou vide.")],
    secret_fichier: Annotated[
        Path | None, typer.Option(help="Fichier du secret (sinon RENTREE_SECRET_PSEUDONYMES, sinon tiré au hasard).")
    ] = None,
    uai: Annotated[
        bool, typer.Option("--uai", help="Remplace aussi les UAI, par des UAI réservés ; ils sont gardés sinon.")
    ] = False,
    en_json: Annotated[bool, typer.Option("--json", help="Le rapport en un document JSON.")] = False,
) -> None:
    """Rend les mêmes fichiers avec d'autres personnes (pseudonymisation, RGPD art. 4, 5°)."""
    import json

    from rich.console import Console

    from rentree.commandes.secret_pseudonymes import lire_cle
    from shared.formats.pseudonymes.dossier import pseudonymiser

    cle = lire_cle(secret_fichier)
    rapport = pseudonymiser(dossier, sortie, cle.octets, remplacer_uai=uai)
    if en_json:
        typer.echo(json.dumps(rapport.as_json() | {"cle": cle.origine}, ensure_ascii=False, indent=2))
        return
    console = Console(highlight=False)
    console.print(f"[bold]Pseudonymisation[/bold] (RGPD, article 4, 5°) dans « {sortie.name} »", soft_wrap=True)
    _dire_fichiers(console, rapport)
    _dire_cle(console, cle.origine)
    _dire_restes(console, rapport)


def _dire_fichiers(console: Console, r: Rapport) -> None:
    from rich.table import Table

    table = Table("Fichier rendu", "Famille")
    table.add_column("Fiches", justify="right")
    for f in r.fichiers:
        table.add_row(f.nom, ", ".join(f.familles), str(f.fiches) if f.fiches else "")
    console.print(table)
    for e in r.ecartes:
        console.print(f"  laissé de côté : {e.nom} ; {e.raison}.", markup=False)
    comptes = [f"{r.remplaces[role]} {nom}" for role, nom in _NOMS.items() if r.remplaces.get(role)]
    numeros = sum(n for role, n in r.remplaces.items() if role not in _NOMS and role not in _NON_IDENTIFIANTS)
    if numeros:
        comptes.append(f"{numeros} identifiants")
    console.print("Remplacés : " + ", ".join(comptes) + ".", markup=False)
    for v in r.vides:
        console.print(f"  vidé, champ inconnu : {v.champ} ({v.famille}), {v.nombre} fois.", markup=False)
    if r.oublis:
        console.print(f"  {r.oublis} commentaires ou textes hors des champs n'ont pas été repris.")


def _dire_cle(console: Console, origine: str) -> None:
    phrases = {
        "hasard": "La clé a été tirée au hasard et n'est gardée nulle part : une autre fois, d'autres noms.",
        "fichier": "La clé vient du fichier de --secret-fichier : même secret, mêmes fichiers, mêmes octets.",
        "environnement": "La clé vient de RENTREE_SECRET_PSEUDONYMES : même secret, mêmes fichiers, mêmes octets.",
    }
    console.print(phrases[origine])
    if origine != "hasard":
        console.print("Qui a ce secret et une liste de noms peut retrouver les personnes : gardez-le à part.")


def _dire_restes(console: Console, r: Rapport) -> None:
    console.print("\n[bold]Ce qui peut encore identifier[/bold]")
    uais = ", ".join(r.uais) or "aucun dans les fichiers"
    if r.uai_remplace:
        console.print(f"  UAI remplacé par un UAI réservé : {uais}. Communes et codes postaux disent encore la région.")
    else:
        console.print(
            f"  UAI, nom et commune de l'établissement : gardés ({uais}). --uai les remplace, sauf la commune."
        )
    for rare in r.rares:
        montres = ", ".join(f"{v} ({n})" for v, n in rare.valeurs[:_RARES_MONTRES])
        suite = f", et {len(rare.valeurs) - _RARES_MONTRES} autres" if len(rare.valeurs) > _RARES_MONTRES else ""
        console.print(f"  {rare.quoi} de moins de 3 élèves : {montres}{suite}.", markup=False)
    if r.eleves:
        console.print(
            f"  {r.combinaisons_rares} élèves sur {r.eleves} sont moins de 3 à réunir division, options, nationalité, "
            "commune, régime et sexe."
        )
    if r.sortants:
        console.print(f"  {r.sortants} élèves ont une date de sortie, gardée.")
    if r.homonymes_de_matieres:
        console.print(
            f"  {r.homonymes_de_matieres} personnels portent le nom d'une matière : il reste dans les libellés."
        )
    console.print(
        "  Gardés : sexe, année et commune de naissance, nationalité, communes, régimes, options, professions."
    )
    console.print("Ces fichiers restent des données personnelles : voir docs/protection-des-donnees.md.")
