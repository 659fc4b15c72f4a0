"""Files and folders that appear under their name only when they are whole, and never over something unasked."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.contracts.refus import Lieu, Refus
from shared.formats.aaf.dtd import NOM_DTD
from shared.formats.aaf.manifeste import NOM_MANIFESTE
from shared.formats.aaf.noms import lire_nom

_PREFIXE = ".rentree-partiel-"
_MODE = 0o666


def _refuser_existant(cible: Path) -> Refus:
    return Refus(
        f"« {cible} » existe déjà : rien n'a été écrit.",
        code="CIBLE_EXISTE",
        remede="Choisissez un autre nom, ou ajoutez --remplacer.",
        lieu=Lieu(str(cible)),
    )


def _refuser_ecriture(cible: Path, erreur: OSError) -> Refus:
    return Refus(
        f"« {cible} » ne peut pas être écrit : {erreur.strerror or 'erreur du système'}.",
        code="CIBLE_IMPOSSIBLE",
        remede="Vérifiez le dossier, vos droits et la place qui reste.",
        lieu=Lieu(str(cible)),
    )


@contextmanager
def fichier_neuf(cible: Path, *, remplacer: bool = False) -> Iterator[Path]:
    """Give the path of a file to write beside `cible`; on leaving without an exception it becomes `cible`.

    Raises `Refus` CIBLE_EXISTE when something is there (unless `remplacer`; a folder is never replaced by a file),
    CIBLE_IMPOSSIBLE when the system refuses. With an exception nothing is left.
    """
    if cible.is_dir() or (cible.exists() and not remplacer):
        raise _refuser_existant(cible)
    try:
        cible.parent.mkdir(parents=True, exist_ok=True)
        descripteur, nom = tempfile.mkstemp(prefix=_PREFIXE, dir=cible.parent)
    except OSError as erreur:
        raise _refuser_ecriture(cible, erreur) from None
    os.close(descripteur)
    partiel = Path(nom)
    try:
        yield partiel
        partiel.chmod(_MODE & ~_umask())
        if cible.exists() and not remplacer:
            raise _refuser_existant(cible)
        partiel.replace(cible)
    finally:
        partiel.unlink(missing_ok=True)


@contextmanager
def dossier_neuf(cible: Path, *, remplacer: bool = False) -> Iterator[Path]:
    """Give the path of a folder to make beside `cible`; on leaving without an exception it becomes `cible`.

    With `remplacer`, a folder that holds nothing but an AAF feed is replaced; one that holds anything else never is.
    Raises as `fichier_neuf` does.
    """
    occupe = cible.exists() and (not cible.is_dir() or any(cible.iterdir()))
    if occupe and not (remplacer and _est_alimentation(cible)):
        raise _refuser_existant(cible)
    try:
        cible.parent.mkdir(parents=True, exist_ok=True)
        temporaire = tempfile.TemporaryDirectory(prefix=_PREFIXE, dir=cible.parent)
    except OSError as erreur:
        raise _refuser_ecriture(cible, erreur) from None
    with temporaire as dossier:
        neuf = Path(dossier, "neuf")
        yield neuf
        if occupe:
            cible.rename(Path(dossier, "ancien"))
        neuf.replace(cible)


def _est_alimentation(cible: Path) -> bool:
    return cible.is_dir() and all(
        lire_nom(chemin.name) is not None or chemin.name in (NOM_DTD, NOM_MANIFESTE) for chemin in cible.iterdir()
    )


def _umask() -> int:
    """The creation mask, which can only be read by setting it."""
    masque = os.umask(0o022)
    os.umask(masque)
    return masque
