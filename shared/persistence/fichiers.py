"""The file store: deposits, exports, feeds and messages, kept by SHA-256.

Source: architecture, "Storage": rows hold the digest, so copying a bac copies its files.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from shared.contracts.refus import Inconnu


class MagasinFichiers:
    """Files under `racine`, named by their SHA-256 (two levels of folders)."""

    def __init__(self, racine: Path) -> None:
        self.racine = racine

    def chemin(self, digest: str) -> Path:
        """Where the file of that digest stands (it may not exist)."""
        return self.racine / digest[:2] / digest

    def deposer(self, contenu: bytes) -> str:
        """Keep `contenu`, give its digest back. The same content twice is one file."""
        digest = hashlib.sha256(contenu).hexdigest()
        try:
            os.utime(self.chemin(digest))  # known, and wanted again: `menage.balayer` lets it be
        except FileNotFoundError:
            self._ecrire([contenu], digest)
        return digest

    def deposer_flux(self, morceaux: Iterable[bytes]) -> tuple[str, int]:
        """Keep a stream without holding it in memory; give (digest, size in bytes) back."""
        self.racine.mkdir(parents=True, exist_ok=True)
        somme, taille = hashlib.sha256(), 0
        fd, temporaire = tempfile.mkstemp(dir=self.racine, prefix=".depot-")
        try:
            with os.fdopen(fd, "wb") as sortie:
                for morceau in morceaux:
                    somme.update(morceau)
                    taille += len(morceau)
                    sortie.write(morceau)
            self._placer(temporaire, somme.hexdigest())
        except BaseException:
            Path(temporaire).unlink(missing_ok=True)
            raise
        return somme.hexdigest(), taille

    def deposer_fichier(self, chemin: Path) -> tuple[str, int]:
        """Keep a copy of the file at `chemin`; give (digest, size in bytes) back."""
        with chemin.open("rb") as entree:
            return self.deposer_flux(iter(lambda: entree.read(1 << 20), b""))

    def lire(self, digest: str) -> bytes:
        """The content of a file. Raises `Inconnu` when the store does not hold it."""
        try:
            return self.chemin(digest).read_bytes()
        except FileNotFoundError:
            raise self._perdu(digest) from None

    def ouvrir(self, digest: str) -> BinaryIO:
        """The file open for reading. Raises `Inconnu` when the store does not hold it."""
        try:
            return self.chemin(digest).open("rb")
        except FileNotFoundError:
            raise self._perdu(digest) from None

    def _ecrire(self, morceaux: Iterable[bytes], digest: str) -> None:
        self.racine.mkdir(parents=True, exist_ok=True)
        fd, temporaire = tempfile.mkstemp(dir=self.racine, prefix=".depot-")
        with os.fdopen(fd, "wb") as sortie:
            for morceau in morceaux:
                sortie.write(morceau)
        self._placer(temporaire, digest)

    def _placer(self, temporaire: str, digest: str) -> None:
        but = self.chemin(digest)
        but.parent.mkdir(parents=True, exist_ok=True)
        os.replace(temporaire, but)  # atomic: a killed process leaves a whole file or none
        but.chmod(0o640)

    @staticmethod
    def _perdu(digest: str) -> Inconnu:
        return Inconnu(
            f"Le fichier {digest[:12]}… n'est pas dans le magasin de fichiers.",
            code="FICHIER_PERDU",
            remede="Vérifiez que RENTREE_HOME désigne le même dossier pour tous les services.",
        )
