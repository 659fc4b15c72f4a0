"""What a folder holds: every document recognised by its content, every file refused or set aside with a sentence."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from msgspec import Struct

from rentree.chargement.sources import Ouvreur, Source, est_xml
from shared.contracts.refus import FichierRefuse, Lieu, Refus
from shared.formats.reconnaissance import Famille, FichierReconnu, reconnaitre_flux
from shared.identifiers import uai_valide

_UAI = re.compile(r"(?<![0-9A-Za-z])([0-9]{7}[A-Za-z])")
_CACHES = ("__MACOSX", "Thumbs.db", "desktop.ini")
_BLOC = 1 << 20

QUE_METTRE = "Mettez-y les exports des établissements : sts_emp, exports XML de SIECLE, emp_sts, liens élève-groupe."


class Trouve(Struct, frozen=True):
    """A document of the chain: where it is, what it is, and the digest by which its copies are known."""

    source: Source
    reconnu: FichierReconnu
    digest: str

    @property
    def famille(self) -> Famille:
        """What it is."""
        return self.reconnu.famille


class Rejet(Struct, frozen=True):
    """A file that cannot be taken: its name, why, and the UAI that its name or its content bears, if any."""

    nom: str
    refus: Refus
    uai: str | None = None


@dataclass
class Inventaire:
    """What was found, in the order of names; `ecartes`: (file, why it is of no use here)."""

    trouves: list[Trouve] = field(default_factory=list)
    rejets: list[Rejet] = field(default_factory=list)
    ecartes: list[tuple[str, str]] = field(default_factory=list)
    fichiers: int = 0


def inventorier(
    dossier: Path, ouvreur: Ouvreur, avance: Callable[[int, int], None] = lambda fait, total: None
) -> Inventaire:
    """Recognise everything under a folder, archives opened. `avance` is told how many files are done, of how many.

    Raises `Refus` DOSSIER_INTROUVABLE, DOSSIER_VIDE.
    """
    if not dossier.is_dir():
        raise Refus(
            f"Le dossier « {dossier.name} » n'existe pas.",
            code="DOSSIER_INTROUVABLE",
            remede="Donnez un dossier qui contient les fichiers des établissements, rangés comme vous voulez.",
        )
    chemins = list(_fichiers(dossier))
    if not chemins:
        raise Refus(
            f"Le dossier « {dossier.name} » ne contient aucun fichier.",
            code="DOSSIER_VIDE",
            remede=QUE_METTRE,
        )
    inventaire = Inventaire()
    for rang, chemin in enumerate(chemins, 1):
        depart = Source(chemin, chemin.relative_to(dossier).as_posix())
        _examiner(inventaire, ouvreur, depart)
        avance(rang, len(chemins))
    inventaire.fichiers = len(chemins)
    return inventaire


def _fichiers(dossier: Path) -> Iterator[Path]:
    """The files of a folder and its subfolders, in order; links to folders are not followed."""
    for racine, dossiers, noms in os.walk(dossier):
        dossiers[:] = sorted(d for d in dossiers if not d.startswith(".") and d not in _CACHES)
        for nom in sorted(noms):
            chemin = Path(racine, nom)
            if not nom.startswith(".") and nom not in _CACHES and chemin.is_file():
                yield chemin


def _examiner(inventaire: Inventaire, ouvreur: Ouvreur, depart: Source) -> None:
    try:
        for source in ouvreur.parcourir(depart):
            if isinstance(source, tuple):
                _rejeter(inventaire, *source)
            else:
                _classer(inventaire, ouvreur, source)
    except FichierRefuse as refus:
        _rejeter(inventaire, depart, refus)
    except OSError:
        illisible = FichierRefuse(
            f"Le fichier « {depart.nom} » ne peut pas être lu.",
            code="FICHIER_ILLISIBLE",
            lieu=Lieu(depart.nom),
            remede="Vérifiez les droits sur ce fichier, ou copiez-le à nouveau.",
        )
        _rejeter(inventaire, depart, illisible)


def _classer(inventaire: Inventaire, ouvreur: Ouvreur, source: Source) -> None:
    if not est_xml(ouvreur.debut(source)):
        inventaire.ecartes.append((source.nom, "ni un document XML, ni une archive ZIP : ignoré"))
        return
    try:
        reconnu = reconnaitre_flux(partial(ouvreur.ouvrir, source), source.nom)
    except FichierRefuse as refus:
        _rejeter(inventaire, source, refus)
        return
    if reconnu.famille is Famille.INCONNU:
        inventaire.ecartes.append((source.nom, f"non reconnu : {reconnu.phrase}"))
        return
    inventaire.trouves.append(Trouve(source, reconnu, _digest(ouvreur, source)))


def _rejeter(inventaire: Inventaire, source: Source, refus: Refus) -> None:
    inventaire.rejets.append(Rejet(source.nom, refus, uai_du_nom(source.nom)))


def uai_du_nom(nom: str) -> str | None:
    """The UAI in a file's name or in that of its folder, the last one; None when there is none that is valid."""
    trouves = [m.upper() for m in _UAI.findall(nom) if uai_valide(m.upper())]
    return trouves[-1] if trouves else None


def _digest(ouvreur: Ouvreur, source: Source) -> str:
    somme = hashlib.sha256()
    with ouvreur.ouvrir(source) as flux:
        while bloc := flux.read(_BLOC):
            somme.update(bloc)
    return somme.hexdigest()
