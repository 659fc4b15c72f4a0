"""The memory of a whole process that writes, then reads, a feed: it does not grow with the number of pupils."""

from __future__ import annotations

from pathlib import Path

import pytest

from rentree.bench.aaf import PLAFOND_MO, inventer, memoire
from shared.formats.aaf import EleveAaf, lire_fiches_alimentation, verifier_alimentation

PETIT, GRAND = 1_000, 8_000


@pytest.mark.parametrize("geste", ["ecrire", "lire"])
def test_memoire_du_processus(tmp_path: Path, geste: str) -> None:
    """Eight times as many pupils take no more than a fifth more memory, and less than the ceiling."""
    pics = {}
    for nombre in (PETIT, GRAND):
        dossier = tmp_path / str(nombre)
        ecriture = memoire("ecrire", nombre, dossier)
        pics[nombre] = ecriture if geste == "ecrire" else memoire("lire", nombre, dossier)
    assert pics[GRAND] < 1.2 * pics[PETIT]
    assert pics[GRAND] < PLAFOND_MO * 1_000_000


def test_eleves_de_la_mesure(tmp_path: Path) -> None:
    """The pupils that the bench invents are those of a feed: what is measured is what is written and read back."""
    memoire("ecrire", 1_200, tmp_path / "f")
    lues = list(lire_fiches_alimentation(tmp_path / "f"))
    assert lues == list(inventer(1_200))
    assert all(isinstance(fiche, EleveAaf) for fiche in lues)
    codes = {remarque.code for remarque in verifier_alimentation(tmp_path / "f")}
    assert codes <= {"AAF_REFERENCE", "AAF_NON_DECLARE", "AAF_LIEN"}  # pupils alone: nothing that they name is there
