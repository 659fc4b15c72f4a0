"""A short seeded slice of the fuzzing: golden files spoilt in a few ways give a document or a refusal."""

from __future__ import annotations

import random

import pytest

from tests.fuzz.cibles import CIBLES

ESSAIS = 100


@pytest.mark.parametrize("nom", CIBLES)
def test_fichier_abime_donne_un_document_ou_un_refus(nom: str) -> None:
    """Whatever is done to a golden file, its reader reads it or refuses it: no other exception ever comes out."""
    cible = CIBLES[nom]
    alea = random.Random(f"2025-{nom}")
    codes = {cible.essayer(cible.abime(alea)) for _ in range(ESSAIS)}
    assert codes != {""}  # the mutations do spoil something


@pytest.mark.parametrize("nom", CIBLES)
def test_les_graines_sont_lues(nom: str) -> None:
    """The golden files from which the fuzzing begins are read, or refused for what they lack, not for their form."""
    for graine in CIBLES[nom].graines:
        assert not CIBLES[nom].essayer(graine).startswith(("XML_", "ZIP_", "TAR_")) or nom.endswith("depot")
