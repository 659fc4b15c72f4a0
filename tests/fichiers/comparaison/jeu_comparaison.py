"""Golden files of the formats, copied and spoilt by one text at a time."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from shared.formats.comparaison import CategorieComparee, Comparaison

FORMATS = Path(__file__).parents[2] / "formats"
SIECLE = FORMATS / "siecle/data"
STS = FORMATS / "sts/data"
ELEGROUPE = FORMATS / "elegroupe/data"
EDT = FORMATS / "edt/data"
AAF = FORMATS / "aaf/data"
COMPLET, DELTA, COMPLET_2013 = AAF / "complet-6.4", AAF / "delta-6.4", AAF / "complet-2013"
STS_EMP = STS / "sts_emp_0980017L_2025.xml"
EMP_STS = STS / "emp_sts_0980017L_2025.xml"
EDT_CLAIR = EDT / "Edt_To_ENTInvente_0980017L_clair.xml"


def copie(source: Path, cible: Path, *changements: tuple[str, str]) -> Path:
    """A copy of a file, each text replaced once; a text that is not there fails the test."""
    octets = source.read_bytes()
    encodage = "utf-8" if b"UTF-8" in octets[:60] else "iso-8859-15"
    for ancien, neuf in changements:
        assert ancien.encode(encodage) in octets, ancien
        octets = octets.replace(ancien.encode(encodage), neuf.encode(encodage), 1)
    cible.parent.mkdir(parents=True, exist_ok=True)
    cible.write_bytes(octets)
    return cible


def copie_aaf(source: Path, cible: Path, categorie: str = "", *changements: tuple[str, str]) -> Path:
    """A copy of a feed without its manifest, the file of `categorie` changed."""
    cible.mkdir(parents=True)
    for fichier in sorted(source.iterdir()):
        if fichier.suffix == ".xml":
            voulus = changements if categorie and f"_{categorie}_" in fichier.name else ()
            copie(fichier, cible / fichier.name, *voulus)
        elif fichier.suffix == ".dtd":
            shutil.copyfile(fichier, cible / fichier.name)
    return cible


def zipper(cible: Path, *fichiers: Path) -> Path:
    """A zip of files, under their own names."""
    with zipfile.ZipFile(cible, "w") as archive:
        for fichier in fichiers:
            archive.write(fichier, fichier.name)
    return cible


def categorie(comparaison: Comparaison, nom: str, paire: int = 0) -> CategorieComparee:
    """The category of that name in a pair."""
    return next(c for c in comparaison.paires[paire].categories if c.nom == nom)


def differences(comparaison: Comparaison) -> dict[str, tuple[tuple[str, ...], tuple[str, ...], dict[str, list[str]]]]:
    """By category that differs: keys added, keys removed, fields by key modified."""
    return {
        c.nom: (c.ajoutees, c.supprimees, {m.cle: [x.champ for x in m.changements] for m in c.modifiees})
        for paire in comparaison.paires
        for c in paire.categories
        if not c.identique
    }
