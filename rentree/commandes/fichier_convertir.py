"""`rentree fichier convertir`: a file in another generation of its format, or in the encoding that it declares."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from shared.formats.conversion import Chiffrement, RapportConversion


def convertir(
    source: Annotated[Path, typer.Argument(help="Fichier, son zip, ou alimentation AAF.", metavar="SOURCE")],
    sortie: Annotated[
        Path | None, typer.Option("--sortie", "-o", help="Fichier (.xml, .zip) ; pour l'AAF, dossier ou .tar.gz.")
    ] = None,
    vers: Annotated[
        str | None,
        typer.Option(
            "--vers",
            help="1.3, 1.4 (liens) ; 3.1, 4.0 (dossiers) ; 2018 (SIECLE, sts_emp) ; 2012-2014, 6.1, 6.3, 6.4 (AAF) ; "
            "clair, chiffre (EDT). Sinon la version courante.",
        ),
    ] = None,
    reparer_encodage: Annotated[
        bool, typer.Option("--reparer-encodage", help="Écrit le fichier XML dans l'encodage qu'il déclare.")
    ] = False,
    essai: Annotated[bool, typer.Option("--essai", help="Dit ce qui serait perdu, n'écrit rien.")] = False,
    sans_perte: Annotated[bool, typer.Option("--sans-perte", help="Refuse plutôt que de perdre.")] = False,
    remplacer: Annotated[bool, typer.Option("--remplacer", help="Remplace ce qui porte déjà ce nom.")] = False,
    cle_privee: Annotated[
        Path | None, typer.Option(help="Clé privée (PEM ou DER) d'un emploi du temps chiffré.", metavar="FICHIER")
    ] = None,
    destinataire: Annotated[
        list[str] | None,
        typer.Option(help="Pour chiffrer : partenaire et sa clé publique (deux au plus).", metavar="NOM=FICHIER"),
    ] = None,
    date_heure: Annotated[
        datetime | None,
        typer.Option(
            help="Pour chiffrer : instant inscrit dans le conteneur, sinon celui du fichier.",
            formats=["%Y-%m-%dT%H:%M:%S%z"],
        ),
    ] = None,
    en_json: Annotated[bool, typer.Option("--json", help="Écrit un document JSON.")] = False,
) -> None:
    """Écrit un fichier dans une autre génération de son format ; dit, règle par règle, ce qui n'est pas porté."""
    import json

    from rich.console import Console

    from rentree.commandes.cle_lue import lire_fichier_de_cle
    from shared.contracts.refus import Refus
    from shared.formats import conversion

    if (sortie is None) != essai:
        raise Refus(
            "Il faut une sortie, ou bien --essai.",
            code="CONVERTIR_SORTIE",
            remede="Ajoutez -o FICHIER pour écrire, ou --essai pour ne rien écrire.",
        )
    if reparer_encodage and vers is not None:
        raise Refus(
            "Réparer l'encodage et changer de version se font l'un après l'autre.",
            code="CONVERTIR_VERSION",
            remede="Réparez d'abord l'encodage, puis convertissez le fichier réparé.",
        )
    chiffrement = _chiffrement(destinataire or [], date_heure, source) if destinataire else None
    cles = conversion.Cles(lire_fichier_de_cle(cle_privee), chiffrement)
    reglages = conversion.ReglagesConversion(remplacer, sans_perte, cles)
    with Console(stderr=True).status("Conversion…"):  # silent when the output is not a terminal
        if reparer_encodage:
            rapport = conversion.reparer(source, sortie, reglages)
        else:
            rapport = conversion.convertir(source, sortie, vers, reglages)
    if en_json:
        typer.echo(json.dumps(rapport.as_json(), ensure_ascii=False, indent=1))
    else:
        _raconter(Console(highlight=False, markup=False, emoji=False), rapport)


def _chiffrement(destinataires: list[str], date_heure: datetime | None, source: Path) -> Chiffrement:
    """What encrypting needs; the instant of the export is, unless given, the one at which its file was written."""
    import random
    import secrets
    from datetime import UTC

    from rentree.commandes.cle_lue import lire_fichier_de_cle
    from shared.contracts.refus import Refus
    from shared.formats.conversion import Chiffrement
    from shared.formats.edt import Destinataire

    lus: list[Destinataire] = []
    for texte in destinataires:
        nom, egal, chemin = texte.partition("=")
        if not (nom and egal and chemin) or len(destinataires) > 2:
            raise Refus(
                "Un destinataire s'écrit NOM=FICHIER, et il y en a deux au plus.",
                code="CONVERTIR_DESTINATAIRE",
                remede="Par exemple --destinataire MonENT=cle_publique.pem.",
            )
        lus.append(Destinataire(nom, lire_fichier_de_cle(Path(chemin)) or b""))
    if date_heure is None and source.is_file():
        date_heure = datetime.fromtimestamp(source.stat().st_mtime, UTC)
    return Chiffrement(
        tuple(lus),
        secrets.token_bytes(16),
        secrets.token_bytes(16),
        random.SystemRandom(),
        date_heure or datetime(1980, 1, 1, tzinfo=UTC),
    )


def _raconter(console: Console, rapport: RapportConversion) -> None:
    from rich.table import Table
    from rich.text import Text

    console.print(f"{rapport.libelle} : {rapport.de} → {rapport.vers}, {rapport.fiches} fiche(s).", style="bold")
    if rapport.ecarts:
        table = Table("Champ", "Combien", "Quoi")
        for e in rapport.ecarts:
            ou = f" (d'abord {e.premier})" if e.premier else ""
            quoi = f"{e.sort.value} : {e.phrase}{ou} [{e.code}]"
            table.add_row(Text(e.champ, overflow="fold"), str(e.nombre), Text(quoi))
        console.print(table)
    for remarque in rapport.remarques:
        console.print(f"Remarque : {remarque.phrase}")
    console.print("Rien n'est perdu." if rapport.sans_perte else "La cible ne porte pas tout ce que porte la source.")
    console.print(f"Écrit : {rapport.cible}." if rapport.cible else "Essai : rien n'a été écrit.")
