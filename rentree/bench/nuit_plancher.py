"""The least that each stage of a night could cost: parsing, writing and COPYing the same volume, and nothing else.

Measured right after the night, from what it left: documents are parsed bare and written again, tables are COPYed
out, and into tables alike (indexes included) that are thrown away: those that a stage fills, and those of which it
changes every row, which PostgreSQL then writes whole. Nothing is judged, joined, converted or kept.
"""

from __future__ import annotations

import gzip
import json
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psycopg
from lxml import etree
from msgspec import Struct
from psycopg import sql

from rentree.bench.processeurs import POSTGRES, Surveillance
from shared.formats.aaf import Categorie
from shared.formats.aaf.grammaire import attributs_de
from shared.persistence.fichiers import MagasinFichiers

_MORCEAU = 1 << 20
_NIVEAU = 6
_TRAVAIL = "plancher"


@dataclass(frozen=True)
class Volume:
    """What a stage handles: tables it reads, tables it fills, kinds of messages that it sends or takes in.

    `envoie`: (schema, kinds): written, then parsed by the receiver; `prend`: (schema, kinds): parsed only.
    """

    lit: tuple[str, ...] = ()
    ecrit: tuple[str, ...] = ()
    envoie: tuple[tuple[str, tuple[str, ...]], ...] = ()
    prend: tuple[tuple[str, tuple[str, ...]], ...] = ()


_REMONTEES = (
    ("siecle_bee", ("remontee_bee",)),
    ("sts_web", ("remontee_sts",)),
    ("rectorat", ("remontee_rectorat",)),
)
_TABLES_ENT = ("compte", "evenement", "rattachement", "lien", "ensemble", "membre", "structure", "libelle")
VOLUMES: dict[str, Volume] = {
    "rectorat_diffusion": Volume(
        lit=("rectorat.agent",),
        ecrit=(
            *(f"sts_web.{t}" for t in ("agent", "nomination", "mef", "matiere", "programme")),
            "siecle_bee.jeu_nomenclature",
        ),
        envoie=(("rectorat", ("agents_epp", "nomenclatures")),),
    ),
    "bee_depots": Volume(  # a pupil whose groups change is dated
        lit=("siecle_bee.eleve",), ecrit=("siecle_bee.lien_groupe", "siecle_bee.anomalie", "siecle_bee.eleve")
    ),
    "remontee_bee": Volume(
        lit=tuple(
            f"siecle_bee.{t}"
            for t in ("eleve", "personne", "adresse", "lien_responsable", "option_eleve", "lien_groupe")
        ),
        ecrit=(
            *("aaf.scolarite", "aaf.identifiant"),
            *(f"sts_web.{t}" for t in ("division", "groupe", "division_mef", "groupe_division")),
        ),
        envoie=(("siecle_bee", ("remontee_bee", "remontee_sysca", "effectifs_bee")),),
    ),
    "remontee_sts": Volume(lit=("sts_web.agent", "sts_web.nomination"), envoie=_REMONTEES[1:2]),
    "remontee_rectorat": Volume(lit=("rectorat.agent",), envoie=_REMONTEES[2:]),
    "aaf_integration": Volume(
        lit=("aaf.scolarite",),
        ecrit=("aaf.identifiant", "aaf.fiche", "aaf.division_groupe", "aaf.exclusion"),  # numbers are allotted
        prend=_REMONTEES,
    ),
    "aaf_alimentation": Volume(ecrit=("aaf.etat",)),
    "ent_alimentation": Volume(ecrit=tuple(f"ent.{t}" for t in _TABLES_ENT)),
}


class Plancher(Struct, frozen=True):
    """Wall and processor seconds of doing so little, PostgreSQL's included."""

    duree: float
    processeur: float


def mesurer_planchers(
    base: psycopg.Connection[Any], magasin: MagasinFichiers, garde: Surveillance
) -> dict[str, Plancher]:
    """The floor of each stage of the night that was just played. `base`: the bac, autocommit; `garde`: the clocks."""
    planchers = {}
    base.execute(f"CREATE SCHEMA {_TRAVAIL}")
    with tempfile.TemporaryDirectory(prefix="rentree-plancher-") as temporaire:
        moyens = _Moyens(base, magasin, Path(temporaire))
        for lot, volume in VOLUMES.items():
            with _chrono(garde) as dit:
                moyens.copier(volume)
                moyens.messages(volume)
                if lot == "bee_depots":
                    moyens.lire_liens()
                elif lot == "aaf_alimentation":
                    moyens.ecrire_flux()
                elif lot == "ent_alimentation":
                    moyens.lire_flux()
            planchers[lot] = dit()
    base.execute(f"DROP SCHEMA {_TRAVAIL} CASCADE")
    return planchers


@contextmanager
def _chrono(garde: Surveillance) -> Iterator[Callable[[], Plancher]]:
    """Times what is done under it, in this process and in PostgreSQL."""
    debut, ici, la = time.perf_counter(), time.process_time(), garde.temps()[POSTGRES]
    fini: list[Plancher] = []
    yield lambda: fini[0]
    processeur = time.process_time() - ici + garde.temps()[POSTGRES] - la
    fini.append(Plancher(time.perf_counter() - debut, processeur))


class _Moyens:
    """The bare gestures."""

    def __init__(self, base: psycopg.Connection[Any], magasin: MagasinFichiers, dossier: Path) -> None:
        self._base = base
        self._magasin = magasin
        self._dossier = dossier
        self._faites = 0

    def copier(self, volume: Volume) -> None:
        """COPY out what the stage reads, and into a table alike what it fills."""
        for table in volume.lit:
            for _ in self._sortir(table):
                pass
        for table in volume.ecrit:
            self._faites += 1  # two stages may fill the same one
            nue = sql.Identifier(_TRAVAIL, f"table_{self._faites}")
            modele = sql.Identifier(*table.split("."))
            fichier = self._dossier / "table"
            with fichier.open("wb") as sortie:
                for morceau in self._sortir(table):
                    sortie.write(morceau)
            self._base.execute(sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING INDEXES)").format(nue, modele))
            with (
                fichier.open("rb") as entree,
                self._base.cursor() as curseur,
                curseur.copy(sql.SQL("COPY {} FROM STDIN").format(nue)) as copie,
            ):
                while octets := entree.read(_MORCEAU):
                    copie.write(octets)

    def _sortir(self, table: str) -> Iterator[bytes]:
        requete = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(*table.split(".")))
        with self._base.cursor() as curseur, curseur.copy(requete) as copie:
            for morceau in copie:
                yield bytes(morceau)

    def messages(self, volume: Volume) -> None:
        """Parse the messages as JSON; write again those that the stage sends."""
        for ecrire, origines in ((True, volume.envoie), (False, volume.prend)):
            for schema, genres in origines:
                for digest in self._digests(schema, genres):
                    lu = json.loads(self._magasin.lire(digest))
                    if ecrire:
                        (self._dossier / "message").write_text(json.dumps(lu), encoding="utf-8")

    def _digests(self, schema: str, genres: tuple[str, ...]) -> list[str]:
        """The bodies of the first messages of these kinds for each school."""
        requete = sql.SQL(
            "SELECT DISTINCT ON (genre, destinataire, uai) digest FROM {} WHERE genre = ANY(%s) "
            "ORDER BY genre, destinataire, uai, id"
        ).format(sql.Identifier(schema, "envoi"))
        return [digest for (digest,) in self._base.execute(requete, (list(genres),))]

    def lire_liens(self) -> None:
        """Parse the deposits of group links."""
        for (digest,) in self._base.execute("SELECT digest FROM siecle_bee.depot ORDER BY id").fetchall():
            with zipfile.ZipFile(self._magasin.chemin(digest)) as archive, archive.open(archive.namelist()[0]) as flux:
                _parcourir(flux, "ELEVE")

    def ecrire_flux(self) -> None:
        """Write the records of the directory as XML, one string each, in a compressed archive."""
        with gzip.GzipFile(self._dossier / "flux.gz", "wb", compresslevel=_NIVEAU) as sortie:
            for categorie in Categorie:
                noms = [f'<attr name="{nom}">' for nom in attributs_de(categorie)]
                requete = "SELECT id, valeurs FROM aaf.fiche WHERE categorie = %s"
                with self._base.transaction(), self._base.cursor(name="flux") as curseur:
                    curseur.itersize = 2000
                    for id_, valeurs in curseur.execute(requete, (categorie.value,)):
                        texte = "".join(
                            f"{nom}{''.join([f'<value>{v}</value>' for v in dites])}</attr>\n"
                            for nom, dites in zip(noms, valeurs, strict=True)
                        )
                        fiche = f"<addRequest>\n<identifier><id>{id_}</id></identifier>\n{texte}</addRequest>\n"
                        sortie.write(fiche.encode("ascii", "xmlcharrefreplace"))

    def lire_flux(self) -> None:
        """Parse the archives of the feeds."""
        for (digest,) in self._base.execute("SELECT digest FROM aaf.alimentation ORDER BY projet").fetchall():
            with tarfile.open(self._magasin.chemin(digest), "r|gz") as archive:
                for membre in archive:
                    flux = archive.extractfile(membre)
                    if flux is not None and membre.name.endswith(".xml"):
                        _parcourir(flux, "addRequest")


def _parcourir(flux: IO[bytes], balise: str) -> int:
    """Go through a document as a stream, every element of that name made a dictionary."""
    nombre = 0
    for _, element in etree.iterparse(flux, tag=balise, resolve_entities=False, load_dtd=False, no_network=True):
        {f"{rang}": e.text for rang, e in enumerate(element.iter())}
        nombre += 1
        element.clear()
        while element.getprevious() is not None:
            parent = element.getparent()
            assert parent is not None
            del parent[0]
    return nombre
