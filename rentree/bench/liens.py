"""The floor of the night's treatment of group links: the same files parsed, the same rows copied, nothing else."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator

import psycopg
from lxml import etree

_TABLE = "siecle_bee.plancher_liens"
_COLONNES = "uai, millesime, eleve_id, groupe, debut, depot_id"


def copier_les_memes(conninfo: str, fichiers: Iterable[tuple[str, int, bytes]]) -> int:
    """Parse zips of group links and COPY a row for each link, a transaction for each file; the number of rows.

    Arguments: where the bac's database is, for who owns it; (UAI, millésime, zip). The table is that of BEE, its
    indexes included and its foreign key left out; it is dropped.
    """
    nombre = 0
    with psycopg.connect(conninfo, autocommit=True) as base:
        base.execute(f"CREATE TABLE {_TABLE} (LIKE siecle_bee.lien_groupe INCLUDING ALL)")
        try:
            for uai, millesime, contenu in fichiers:
                with (
                    base.transaction(),
                    base.cursor() as curseur,
                    curseur.copy(f"COPY {_TABLE} ({_COLONNES}) FROM STDIN") as copie,
                ):
                    for ligne in _lignes(uai, millesime, contenu):
                        copie.write_row(ligne)
                        nombre += 1
            return nombre
        finally:
            base.execute(f"DROP TABLE {_TABLE}")


def _lignes(uai: str, millesime: int, contenu: bytes) -> Iterator[tuple[object, ...]]:
    with zipfile.ZipFile(io.BytesIO(contenu)) as archive, archive.open(archive.namelist()[0]) as flux:
        for _, eleve in etree.iterparse(
            flux, tag="ELEVE", resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
        ):
            numero = eleve.findtext("ELEVE_ID")
            for groupe in eleve.iterfind("GROUPES/GROUPE"):
                yield uai, millesime, numero, groupe.findtext("CODE_GROUPE"), groupe.findtext("DATE_DEBUT_GROUPE"), 1
            eleve.clear()
