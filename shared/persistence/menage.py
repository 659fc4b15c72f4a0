"""What bacs leave on the disk: drop folders of a bac that is gone, files of the store that no bac speaks of any more.

Source: architecture, "Storage": files are shared by content between bacs and their snapshots, so a file goes only
when none of them names it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
from msgspec import Struct
from psycopg import sql

from shared.contracts.refus import Refus
from shared.persistence.fichiers import MagasinFichiers

DEPOT_AAF = "depots"
DEPOT_GAR = "depots-gar"
"""Folders of RENTREE_HOME where archives are left for others, by bac."""
RECENT = 3600.0
"""Seconds during which a file may belong to a change that is not committed yet."""

_COLONNES = """
SELECT c.table_schema, c.table_name, c.column_name FROM information_schema.columns c
JOIN information_schema.tables t USING (table_schema, table_name)
WHERE (c.column_name = 'digest' OR c.column_name LIKE '%%\\_digest') AND t.table_type = 'BASE TABLE'
ORDER BY 1, 2, 3
"""


def oublier_depots(racine: Path, bac: str) -> None:
    """Take away the drop folders of a bac."""
    for depot in (DEPOT_AAF, DEPOT_GAR):
        shutil.rmtree(racine / depot / bac, ignore_errors=True)


class Balayage(Struct, frozen=True):
    """How many files went, and their size."""

    fichiers: int
    octets: int


def cites(base: str, conninfo: str) -> set[str]:
    """The digests that the tables of a database name. Raises `Refus` BASE_OCCUPEE: it was being copied or dropped."""
    try:
        with psycopg.connect(conninfo, connect_timeout=5) as c:
            colonnes = c.execute(_COLONNES).fetchall()
            requetes = [
                sql.SQL("SELECT {} FROM {}").format(sql.Identifier(colonne), sql.Identifier(schema, table))
                for schema, table, colonne in colonnes
            ]
            return {d for (d,) in c.execute(sql.SQL(" UNION ").join(requetes)) if d} if requetes else set()
    except psycopg.OperationalError as erreur:
        raise Refus(
            f"La base « {base} » n'a pas pu être lue : rien n'a été effacé.",
            code="BASE_OCCUPEE",
            statut=409,
            remede="Un bac se copie ou se supprime en ce moment : recommencez dans un instant.",
        ) from erreur


def balayer(bases: dict[str, str], fichiers: MagasinFichiers) -> Balayage:
    """Delete the files that no base names. `bases`: every bac's and every snapshot's, name → how to connect.

    Raises `Refus` BASE_OCCUPEE, then nothing was deleted.
    """
    vieux = list(_vieux(fichiers.racine))
    gardes = {d for base, conninfo in sorted(bases.items()) for d in cites(base, conninfo)} if vieux else set()
    nombre = octets = 0
    for chemin, modifie in vieux:
        if chemin.name not in gardes:
            etat = chemin.stat()
            if etat.st_mtime == modifie:  # else it was deposited again in the meantime
                chemin.unlink()
                nombre, octets = nombre + 1, octets + etat.st_size
    return Balayage(nombre, octets)


def _vieux(racine: Path) -> Iterator[tuple[Path, float]]:
    """The files that nobody is depositing, and when they were written; by the disk's own clock."""
    if not racine.is_dir():
        return
    with tempfile.NamedTemporaryFile(dir=racine, prefix=".balayage-") as temoin:
        limite = Path(temoin.name).stat().st_mtime - RECENT
    for chemin in sorted(racine.glob("*/*")):
        if (modifie := chemin.stat().st_mtime) < limite:
            yield chemin, modifie
