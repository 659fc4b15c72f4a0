"""What is fuzzed: every reader of a file from outside, with golden files to begin from."""

from __future__ import annotations

import io
import random
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path

from shared.contracts.refus import Refus
from shared.formats import aaf
from shared.formats.gar.verification import verifier_archive
from shared.formats.reconnaissance import reconnaitre
from shared.security.archives import write_targz
from shared.security.xml import nom_de_racine
from tests.fuzz.mutations import muter
from tests.hostile.lecteurs import DOSSIERS, LECTEURS_XML, LECTEURS_ZIP, LIENS

_FORMATS = Path(__file__).parents[1] / "formats"
_INSTANT = datetime(2025, 10, 8, tzinfo=UTC)
_INTERIEURS = {"depot_liens": LIENS, "depot_dossiers": DOSSIERS, "export_siecle": "ElevesAvecAdresses"}
_FAMILLES_ZIP = {
    "depot_liens": "liens_1.4.xml",
    "depot_dossiers": "dossiers_4.0.xml",
    "export_siecle": "ElevesAvecAdresses.xml",
}
_UDCAL = (
    '<?xml version="1.0" encoding="ISO-8859-1"?>\n<r>\n<init premiere_semaine_ISO="36" duree_seq="55,0"/>\n'
    '<salle code="B12" nom="Salle éà"/>\n<prof code="OEST" nom="ESTRADEL" prenom="Camille" epj="E"/>\n'
    '<div code="6A" libelle="6ème A" code_gep="6A"/>\n<eleve nom="QUERVELLEC" prenom="Anaïs" naissance="09/05/2014"/>\n'
    '<ligfiche fic="1" div="6A" mat="FRANC" prof="OEST" salle="B12"/>\n<gpe code="1" code_div="6A"/>\n'
    '<ele_gpe ele="1" gpe="1" code_div="6A" semaines="111"/>\n<date_debut>01/09/2025</date_debut>\n</r>\n'
).encode("latin-1")
"""These files have no golden one of their own: their names and roots vary."""


@dataclass(frozen=True, slots=True)
class Cible:
    """One reader: how to have it read bytes, and golden files. What it may raise is a `Refus`.

    `emballe` makes of a golden file what the reader takes, an archive.
    """

    nom: str
    lire: Callable[[bytes], object]
    sources: tuple[bytes, ...]
    emballe: Callable[[bytes], bytes] | None = None

    @property
    def graines(self) -> tuple[bytes, ...]:
        """Golden files as the reader takes them."""
        return self.sources if self.emballe is None else tuple(self.emballe(s) for s in self.sources)

    def abime(self, alea: random.Random) -> bytes:
        """A golden file spoilt at random, inside its archive or outside."""
        source = alea.choice(self.sources)
        if self.emballe is None:
            return muter(source, alea)
        return self.emballe(muter(source, alea)) if alea.random() < 0.7 else muter(self.emballe(source), alea)

    def essayer(self, octets: bytes) -> str:
        """Read: "" or the code of the refusal. Anything else that is raised is a fault of the reader."""
        try:
            self.lire(octets)
        except Refus as refus:
            return refus.code
        return ""


@cache
def temoins() -> tuple[tuple[Path, str], ...]:
    """The golden XML files of every family, with the name of their root."""
    trouves = []
    for chemin in sorted(_FORMATS.glob("*/data/**/*.xml")):
        with chemin.open("rb") as flux:
            trouves.append((chemin, nom_de_racine(flux, chemin.name)))
    return tuple(trouves)


def _par_chemin(lire: Callable[[Path], object], nom: str) -> Callable[[bytes], object]:
    """A reader that wants a file on the disk."""

    def lire_octets(octets: bytes) -> object:
        with tempfile.TemporaryDirectory(prefix="rentree-fuzz-") as dossier:
            chemin = Path(dossier) / nom
            chemin.write_bytes(octets)
            return lire(chemin)

    return lire_octets


def _zip(nom: str, contenu: bytes) -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(nom), contenu)
    return sortie.getvalue()


def _targz() -> bytes:
    """A complete feed as an archive."""
    dossier = _FORMATS / "aaf/data/complet-6.4"
    sortie = io.BytesIO()
    write_targz(sortie, [(c.name, c.read_bytes()) for c in sorted(dossier.glob("*.xml"))], _INSTANT)
    return sortie.getvalue()


def _rapport_gar(chemin: Path) -> None:
    """The report of one file, whose code is told as a refusal's."""
    rapport = verifier_archive(chemin)
    assert rapport.en_texte()
    for code in sorted(rapport.nombres):
        raise Refus("Des anomalies.", code=code)


def _cibles() -> Iterator[Cible]:
    for nom, lecteur in LECTEURS_XML.items():
        graines = tuple(c.read_bytes() for c, racine in temoins() if racine == lecteur.racine)
        yield Cible(nom, lecteur, graines or (_UDCAL,))
    for nom, lire in LECTEURS_ZIP.items():
        sources = tuple(c.read_bytes() for c, _ in temoins() if c.name == _FAMILLES_ZIP.get(nom)) or (_UDCAL,)
        yield Cible(nom, lire, sources, partial(_zip, f"{_INTERIEURS.get(nom, 'UDCal_1')}.xml"))
    xml = tuple(c.read_bytes() for c, _ in temoins())
    yield Cible("reconnaitre", _par_chemin(lambda c: reconnaitre(c, c.name), "essai"), (*xml, _targz()))
    gar = tuple(c.read_bytes() for c, racine in temoins() if racine.startswith("GAR-ENT-"))
    yield Cible("gar_rapport", _par_chemin(_rapport_gar, "ESSAI_GAR-ENT_Complet_20210907_210000_2D_Etab_0000.xml"), gar)
    yield Cible("aaf_archive", _par_chemin(lambda c: list(aaf.lire_alimentation(c)), "essai.tar.gz"), (_targz(),))


CIBLES = {cible.nom: cible for cible in _cibles()}
