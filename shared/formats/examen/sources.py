"""The documents behind the paths that a person gives: files, folders, archives, archives in archives, AAF feeds, GAR
exports.

Nothing is extracted but an archive that stands inside another one, to a temporary folder that is removed.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from shared.contracts.refus import FichierRefuse, Lieu, Refus
from shared.formats.aaf.dtd import NOM_DTD
from shared.formats.aaf.lecture_tar import ArchiveTar, est_targz
from shared.formats.aaf.manifeste import NOM_MANIFESTE
from shared.formats.reconnaissance import Famille, FichierReconnu, reconnaitre_flux
from shared.security.archives import LimitesZip, est_zip, open_zip

_DEBUT = 256
_AVANT_XML = b"\xef\xbb\xbf\xfe\xff\x00 \t\r\n"
"""Marks of encoding and blanks that may stand before an XML document, UTF-16 included."""
_IMBRIQUEE_MAX = 512 * 1024**2
_A_COTE = frozenset({NOM_DTD, NOM_MANIFESTE})


class Document(Struct, frozen=True):
    """One XML document. `nom`: in messages; `base`: its own name; `zip_`: the name of the zip that holds
    it alone."""

    nom: str
    base: str
    chemin: Path
    ouvrir: Callable[[], BinaryIO]
    reconnu: FichierReconnu
    zip_: str | None = None


class Alimentation(Struct, frozen=True):
    """An AAF feed, to be opened by `shared.formats.aaf` under `source`."""

    nom: str
    chemin: Path
    source: Path


class ExportDuGar(Struct, frozen=True):
    """An export for the GAR, to be opened by `shared.formats.gar` under `source`."""

    nom: str
    chemin: Path
    source: Path


class Rejete(Struct, frozen=True):
    """A file that is refused before anything is known of it."""

    nom: str
    chemin: Path
    refus: FichierRefuse


class Ecarte(Struct, frozen=True):
    """A file of a folder that is not of the chain: neither XML nor an archive of XML."""

    nom: str


Source = Document | Alimentation | ExportDuGar | Rejete | Ecarte


@dataclass(slots=True)
class _Parcours:
    """One walk. AAF and GAR files are kept until the end, then given as feeds and exports, one for each folder."""

    aaf: dict[Path, list[Path]] = field(default_factory=dict)
    gar: dict[Path, list[Path]] = field(default_factory=dict)
    racines: list[Path] = field(default_factory=list)
    vus: set[Path] = field(default_factory=set)
    noms: set[str] = field(default_factory=set)

    def nommer(self, chemin: Path) -> str:
        """The path below the folder that was given, else the name alone, else (two of one name) the whole path."""
        nom = chemin.name
        for racine in self.racines:
            with suppress(ValueError):
                nom = chemin.relative_to(racine).as_posix()
                break
        if nom in ("", "."):
            nom = chemin.resolve().name
        nom = "".join(c if c.isprintable() else "?" for c in nom)
        if nom in self.noms:
            nom = chemin.resolve().as_posix()
        self.noms.add(nom)
        return nom

    def deja_vu(self, chemin: Path) -> bool:
        """Whether the same file was given already, by another path."""
        propre = chemin.resolve()
        if propre in self.vus:
            return True
        self.vus.add(propre)
        return False

    def fichiers(self, chemins: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
        """Every file, sorted within each folder, hidden ones left out; whether it was given by its own name."""
        for chemin in chemins:
            if not chemin.is_dir():
                yield chemin, True
                continue
            self.racines.append(chemin)
            for dossier, sous, noms in os.walk(chemin):
                sous[:] = sorted(s for s in sous if not s.startswith("."))
                for nom in sorted(n for n in noms if not n.startswith(".")):
                    yield Path(dossier, nom), False

    def sources(self, chemin: Path, donne: bool) -> Iterator[Source]:
        nom = self.nommer(chemin)
        try:
            with chemin.open("rb") as fichier:
                debut = fichier.read(_DEBUT)
        except OSError:
            yield Rejete(nom, chemin, _illisible(nom))
            return
        if chemin.name in _A_COTE:
            return
        suffixe = chemin.suffix.lower()
        if est_zip(debut) or est_targz(debut) or suffixe in (".zip", ".gz", ".tgz"):
            yield from self._archive(chemin, nom, est_zip(debut) or suffixe == ".zip", imbriquee=False)
        elif donne or suffixe == ".xml" or debut.lstrip(_AVANT_XML).startswith(b"<"):
            yield from self._xml(chemin, nom)
        else:
            yield Ecarte(nom)

    def _xml(self, chemin: Path, nom: str) -> Iterator[Source]:

        def ouvrir() -> BinaryIO:
            return chemin.open("rb")

        try:
            reconnu = reconnaitre_flux(ouvrir, nom)
        except FichierRefuse as refus:
            yield Rejete(nom, chemin, refus)
            return
        if reconnu.famille is Famille.AAF:
            self.aaf.setdefault(chemin.parent, []).append(chemin)
        elif reconnu.famille is Famille.GAR:
            self.gar.setdefault(chemin.parent, []).append(chemin)
        else:
            yield Document(nom, chemin.name, chemin, ouvrir, reconnu)

    def _archive(
        self, chemin: Path, nom: str, zip_: bool, *, imbriquee: bool, affiche: Path | None = None
    ) -> Iterator[Source]:
        montre = affiche or chemin
        try:
            if zip_:
                with open_zip(chemin, nom, LimitesZip(zip_imbrique=not imbriquee)) as archive:
                    membres = [(m.nom, m.taille, m.open) for m in archive]
                    yield from self._membres(chemin, nom, membres, imbriquee, montre)
            else:
                with ArchiveTar(chemin) as tar:
                    yield from self._membres(
                        chemin, nom, [(m.nom, m.taille, partial(tar.open, m)) for m in tar.membres], imbriquee, montre
                    )
        except FichierRefuse as refus:
            yield Rejete(nom, montre, refus)

    def _membres(
        self,
        chemin: Path,
        nom: str,
        membres: list[tuple[str, int, Callable[[], BinaryIO]]],
        imbriquee: bool,
        montre: Path,
    ) -> Iterator[Source]:
        utiles = [m for m in membres if m[0].rpartition("/")[2] not in _A_COTE]
        feed = export = False
        for membre, taille, ouvrir in utiles:
            nom_membre = nom if len(utiles) == 1 else f"{nom}, {membre}"
            with ouvrir() as flux:
                debut = flux.read(_DEBUT)
            if est_zip(debut) or est_targz(debut):
                yield from self._imbriquee(nom_membre, membre, taille, ouvrir, imbriquee, montre)
                continue
            if not debut.lstrip(_AVANT_XML).startswith(b"<"):
                yield Ecarte(nom_membre)
                continue
            try:
                reconnu = reconnaitre_flux(ouvrir, nom_membre)
            except FichierRefuse as refus:
                yield Rejete(nom_membre, montre, refus)
                continue
            if reconnu.famille is Famille.AAF:
                feed = True
            elif reconnu.famille is Famille.GAR:
                export = True
            else:
                base = membre.rpartition("/")[2]
                yield Document(nom_membre, base, montre, ouvrir, reconnu, chemin.name if len(utiles) == 1 else None)
        if feed:
            yield Alimentation(nom, montre, chemin)
        if export:
            yield ExportDuGar(nom, montre, chemin)

    def _imbriquee(
        self, nom: str, membre: str, taille: int, ouvrir: Callable[[], BinaryIO], imbriquee: bool, montre: Path
    ) -> Iterator[Source]:
        if imbriquee or taille > _IMBRIQUEE_MAX:
            yield Rejete(nom, montre, _trop_profond(nom))
            return
        with tempfile.TemporaryDirectory(prefix="rentree-examen-") as dossier:
            copie = Path(dossier, Path(membre).name)
            with ouvrir() as flux, copie.open("wb") as sortie:
                shutil.copyfileobj(flux, sortie)
            with copie.open("rb") as flux:
                zip_ = est_zip(flux.read(4))
            yield from self._archive(copie, nom, zip_, imbriquee=True, affiche=montre)

    def ensembles(self) -> Iterator[Alimentation | ExportDuGar]:
        """The feeds and exports found as files: a folder each, or those of its files that were given."""
        for nom, chemin, source in self._par_dossier(self.aaf, NOM_DTD):
            yield Alimentation(nom, chemin, source)
        for nom, chemin, source in self._par_dossier(self.gar):
            yield ExportDuGar(nom, chemin, source)

    def _par_dossier(self, trouves: dict[Path, list[Path]], *a_cote: str) -> Iterator[tuple[str, Path, Path]]:
        """Name, path to show, path to open; `a_cote`: names of what else is taken from the folder."""
        for dossier, fichiers in sorted(trouves.items()):
            if any(dossier.is_relative_to(racine) for racine in self.racines):
                yield self.nommer(dossier), dossier, dossier
            elif len(fichiers) == 1:
                yield self.nommer(fichiers[0]), fichiers[0], fichiers[0]
            else:
                with tempfile.TemporaryDirectory(prefix="rentree-examen-") as choisi:
                    for fichier in [*fichiers, *(dossier / nom for nom in a_cote)]:
                        if fichier.is_file():
                            _met(fichier, Path(choisi, fichier.name))
                    yield self.nommer(dossier), dossier, Path(choisi)


def _met(fichier: Path, lien: Path) -> None:
    """Put a file in a folder without copying it, where the system allows."""
    try:
        lien.symlink_to(fichier.resolve())
    except OSError:
        shutil.copyfile(fichier, lien)


def parcourir_sources(chemins: Sequence[Path]) -> Iterator[Source]:
    """Everything behind the paths, in their order; AAF feeds and GAR exports last. What is yielded is open until the
    next one.

    Raises `Refus` FICHIER_INTROUVABLE when a path does not exist, CHEMINS_ABSENTS when there is none.
    """
    if not chemins:
        raise Refus(
            "Aucun fichier n'est donné.",
            code="CHEMINS_ABSENTS",
            remede="Donnez au moins un fichier, une archive ou un dossier.",
        )
    for chemin in chemins:
        if not chemin.exists():
            raise Refus(
                f"« {chemin} » n'existe pas.",
                code="FICHIER_INTROUVABLE",
                remede="Vérifiez le nom du fichier ou du dossier.",
                lieu=Lieu(str(chemin)),
            )
    parcours = _Parcours()
    for chemin, donne in parcours.fichiers(chemins):
        if not parcours.deja_vu(chemin):
            yield from parcours.sources(chemin, donne)
    yield from parcours.ensembles()


def _illisible(nom: str) -> FichierRefuse:
    return FichierRefuse(
        f"Le fichier « {nom} » ne peut pas être lu.",
        code="FICHIER_ILLISIBLE",
        remede="Vérifiez les droits du fichier.",
        lieu=Lieu(nom),
    )


def _trop_profond(nom: str) -> FichierRefuse:
    return FichierRefuse(
        f"L'archive « {nom} » est trop grosse, ou rangée dans plus d'une autre archive : elle n'est pas ouverte.",
        code="ARCHIVE_TROP_PROFONDE",
        remede="Sortez-la des archives qui la contiennent, puis donnez-la seule.",
        lieu=Lieu(nom),
    )
