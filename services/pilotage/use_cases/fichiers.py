"""Files that a user drops here to have them read: examined, replaced, given back; nothing of them is kept.

Source: issue « The files »; the same work as `rentree fichier …`.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO

from shared.contracts.refus import FichierRefuse

if TYPE_CHECKING:  # heavy, and of use to these pages alone: read when one is asked for
    from shared.formats.comparaison import Comparaison
    from shared.formats.examen import RapportExamen

Depot = tuple[str, BinaryIO]
"""A file as it was dropped: the name its sender gives, its bytes."""
Chargeur = Callable[[Path, str, bool], dict[str, Any]]
"""Loads a folder into a bac, or only says what would be loaded; the report as JSON values."""

NOM_RAPPORT = "pseudonymisation.json"
NOM_CONVERSION = "conversion.json"
_NOM_MAX = 120
_INSTANT_ZIP = (1980, 1, 1, 0, 0, 0)


def examiner_depots(depots: Sequence[Depot], *, approfondi: bool = True) -> RapportExamen:
    """What dropped files are, and everything that is wrong with them. Raises `Refus` DEPOT_VIDE, AUCUN_FICHIER."""
    from shared.formats.examen import examiner

    with _ranges(depots) as dossier:
        return examiner([dossier], approfondi=approfondi)


@contextmanager
def pseudonymiser_depots(depots: Sequence[Depot], cle: bytes, *, remplacer_uai: bool) -> Iterator[BinaryIO]:
    """The same files with other people, and the report, as one zip open for reading while the context lasts.

    Arguments: `cle`, the secret of the run; `remplacer_uai`, the schools' codes too. Raises the refusals of
    `pseudonymiser`, `Refus` DEPOT_VIDE.
    """
    from shared.formats.pseudonymes.dossier import pseudonymiser

    with _ranges(depots) as dossier, tempfile.TemporaryDirectory(prefix="rentree-rendus-") as autre:
        rendus = Path(autre) / "rendus"
        rapport = pseudonymiser(dossier, rendus, cle, remplacer_uai=remplacer_uai)
        texte = json.dumps(rapport.as_json(), ensure_ascii=False, indent=2) + "\n"
        (rendus / NOM_RAPPORT).write_text(texte, encoding="utf-8")
        with tempfile.TemporaryFile() as sortie:
            _zipper(rendus, sortie)
            sortie.seek(0)
            yield sortie


def comparer_depots(avant: Sequence[Depot], apres: Sequence[Depot], *, par_ine: bool, autre_ecole: bool) -> Comparaison:
    """What changed between two exports, two sets or two feeds; identifiers and names of fields, no value.

    Arguments: `par_ine`, pupils are joined by their INE; `autre_ecole`, two schools may be compared. Raises the
    refusals of `comparer`, `Refus` DEPOT_VIDE.
    """
    from shared.formats.comparaison import Cle, Reglages, comparer

    reglages = Reglages(cle=Cle.INE if par_ine else Cle.FORMAT, autre_ecole=autre_ecole)
    with _ranges(avant) as a, _ranges(apres) as b:
        return comparer(a, b, reglages)


def charger_depots(depots: Sequence[Depot], chargeur: Chargeur, bac: str, *, verifier: bool) -> dict[str, Any]:
    """Load the dropped schools into a bac, identities replaced. Raises the refusals of the loading, DEPOT_VIDE."""
    with _ranges(depots) as dossier:
        return chargeur(dossier, bac, verifier)


@contextmanager
def convertir_depot(depots: Sequence[Depot], vers: str | None) -> Iterator[BinaryIO]:
    """The dropped file in another generation of its format, and what that loses, as one zip open for reading.

    Arguments: `vers`, the version wanted (None: the current one). Raises the refusals of `convertir`, DEPOT_VIDE.
    """
    from shared.formats.conversion import convertir

    with _ranges(depots) as dossier, tempfile.TemporaryDirectory(prefix="rentree-rendus-") as autre:
        rendus = Path(autre)
        fichiers = sorted(dossier.iterdir())
        source = fichiers[0] if len(fichiers) == 1 else dossier
        rapport = convertir(source, rendus / source.name, vers)
        texte = json.dumps(rapport.as_json(), ensure_ascii=False, indent=2) + "\n"
        (rendus / NOM_CONVERSION).write_text(texte, encoding="utf-8")
        with tempfile.TemporaryFile() as sortie:
            _zipper(rendus, sortie)
            sortie.seek(0)
            yield sortie


def _zipper(dossier: Path, sortie: BinaryIO) -> None:
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        for chemin in sorted(x for x in dossier.rglob("*") if x.is_file()):
            fiche = zipfile.ZipInfo(chemin.relative_to(dossier).as_posix(), _INSTANT_ZIP)
            fiche.compress_type = zipfile.ZIP_DEFLATED
            with chemin.open("rb") as entree, archive.open(fiche, "w", force_zip64=True) as membre:
                shutil.copyfileobj(entree, membre)


@contextmanager
def _ranges(depots: Sequence[Depot]) -> Iterator[Path]:
    """The dropped files in a folder of their own, gone at the end."""
    presents = [(nom, flux) for nom, flux in depots if nom]
    if not presents:
        raise FichierRefuse(
            "Aucun fichier n'a été déposé.",
            code="DEPOT_VIDE",
            remede="Choisissez un ou plusieurs fichiers, puis recommencez.",
        )
    with tempfile.TemporaryDirectory(prefix="rentree-depots-") as brut:
        dossier = Path(brut)
        for nom, flux in presents:
            chemin = _libre(dossier, nom_sur(nom))
            with chemin.open("wb") as sortie:
                shutil.copyfileobj(flux, sortie)
        yield dossier


def nom_sur(nom: str) -> str:
    """The file's own name, without folders nor anything a file system would take for something else."""
    seul = PurePosixPath(nom.replace("\\", "/")).name
    propre = "".join(c if c.isprintable() and c not in '<>:"/\\|?*' else "_" for c in seul).lstrip(".").strip()
    while len(propre.encode()) > _NOM_MAX:  # the end tells what it is: the beginning goes
        propre = propre[1:]
    return propre or "fichier"


def _libre(dossier: Path, nom: str) -> Path:
    """A name that is not taken yet: two files of the same name are two files."""
    racine, point, suffixe = nom.partition(".")
    chemin, rang = dossier / nom, 1
    while chemin.exists():
        rang += 1
        chemin = dossier / f"{racine} ({rang}){point}{suffixe}"
    return chemin
