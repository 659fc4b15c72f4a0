"""One of the two things compared: the documents and feeds behind a path, each readable several times."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from msgspec import Struct

from shared.contracts.refus import FichierRefuse, Lieu
from shared.formats.aaf.lecture_tar import est_targz
from shared.formats.examen.sources import Alimentation, Document, Rejete, parcourir_sources
from shared.formats.reconnaissance import Famille, FichierReconnu
from shared.security.archives import est_zip


class DocumentCote(Struct, frozen=True):
    """One document. `base`: its own name, without archive nor folder; `ouvrir` gives its bytes at each call."""

    nom: str
    base: str
    ouvrir: Callable[[], BinaryIO]
    reconnu: FichierReconnu


class AlimentationCote(Struct, frozen=True):
    """One AAF feed, to be opened by `shared.formats.aaf`."""

    nom: str
    source: Path


@dataclass(slots=True)
class Cote:
    """What stands behind a path; a context manager, for what archives hold lies in a temporary folder until the end.

    `ecartes`: XML files of no known family.
    """

    chemin: Path
    documents: list[DocumentCote] = field(default_factory=list)
    alimentations: list[AlimentationCote] = field(default_factory=list)
    ecartes: list[str] = field(default_factory=list)
    _dossier: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Self:
        self._dossier = tempfile.TemporaryDirectory(prefix="rentree-comparaison-")
        try:
            self._parcourt(Path(self._dossier.name))
        except BaseException:
            self._dossier.cleanup()
            raise
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        if self._dossier is not None:
            self._dossier.cleanup()

    def _parcourt(self, dossier: Path) -> None:
        for rang, source in enumerate(parcourir_sources([self.chemin])):
            if isinstance(source, Rejete):
                raise source.refus
            if isinstance(source, Document):
                self._document(source, dossier / f"{rang}.xml")
            elif isinstance(source, Alimentation):
                self._alimentation(source, dossier / f"{rang}{source.source.suffix}")
        if not (self.documents or self.alimentations):
            raise FichierRefuse(
                f"« {self.chemin.name} » ne contient aucun fichier connu de la chaîne.",
                code="FAMILLE_INCONNUE",
                remede="Donnez des fichiers de STS-Web, de SIECLE, d'emploi du temps ou d'AAF, ou leur dossier.",
                lieu=Lieu(str(self.chemin)),
            )

    def _document(self, source: Document, copie: Path) -> None:
        if source.reconnu.famille is Famille.INCONNU:
            self.ecartes.append(source.nom)
            return
        chemin = source.chemin
        with chemin.open("rb") as flux:
            debut = flux.read(4)
        if est_zip(debut) or est_targz(debut):
            chemin = copie
            with source.ouvrir() as membre, copie.open("wb") as sortie:
                shutil.copyfileobj(membre, sortie)
        self.documents.append(DocumentCote(source.nom, source.base, partial(_ouvrir, chemin), source.reconnu))

    def _alimentation(self, source: Alimentation, copie: Path) -> None:
        if source.source != source.chemin:  # the feed of an archive inside an archive goes away with the walk
            shutil.copyfile(source.source, copie)
        self.alimentations.append(AlimentationCote(source.nom, copie if copie.exists() else source.source))

    @property
    def seul(self) -> bool:
        """Whether one thing stands there."""
        return len(self.documents) + len(self.alimentations) == 1


def _ouvrir(chemin: Path) -> BinaryIO:
    return chemin.open("rb")
