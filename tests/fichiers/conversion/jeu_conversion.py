"""Sources of conversions: golden files, and what a conversion leaves behind."""

from __future__ import annotations

from pathlib import Path

from shared.contracts.refus import Refus
from shared.formats.conversion import Cles, RapportConversion, ReglagesConversion, convertir
from tests.fichiers.comparaison.jeu_comparaison import (
    AAF,
    COMPLET,
    COMPLET_2013,
    DELTA,
    EDT_CLAIR,
    ELEGROUPE,
    SIECLE,
    STS,
    copie,
    copie_aaf,
    zipper,
)

G2014, G2017 = SIECLE / "generations/2014", SIECLE / "generations/2017"
LIENS_13, LIENS_14 = ELEGROUPE / "liens_1.3.xml", ELEGROUPE / "liens_1.4.xml"
DOSSIERS_31, DOSSIERS_40 = ELEGROUPE / "dossiers_3.1.xml", ELEGROUPE / "dossiers_4.0.xml"
STS_2009 = STS / "sts_emp_0980017L_2009.xml"

__all__ = [
    "AAF",
    "COMPLET",
    "COMPLET_2013",
    "DELTA",
    "DOSSIERS_31",
    "DOSSIERS_40",
    "EDT_CLAIR",
    "ELEGROUPE",
    "G2014",
    "G2017",
    "LIENS_13",
    "LIENS_14",
    "SIECLE",
    "STS_2009",
    "Cles",
    "ReglagesConversion",
    "code_du_refus",
    "convertir",
    "copie",
    "copie_aaf",
    "regles",
    "zipper",
]


def regles(rapport: RapportConversion) -> dict[tuple[str, str], tuple[str, int]]:
    """What became of what: (code, field) → (sort, number)."""
    return {(e.code, e.champ): (e.sort.value, e.nombre) for e in rapport.ecarts}


def code_du_refus(
    source: Path, cible: Path | None, vers: str | None = None, reglages: ReglagesConversion | None = None
) -> str:
    """The code with which a conversion is refused; "" when it is not."""
    try:
        convertir(source, cible, vers, reglages)
    except Refus as refus:
        return refus.code if refus.remede else "sans remède"
    return ""
