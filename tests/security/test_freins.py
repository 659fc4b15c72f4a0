"""A brake on guesses: time is an argument."""

from __future__ import annotations

import pytest

from shared.contracts.refus import Refus
from shared.security.freins import MAXIMUM, Frein


def test_after_some_failures_the_same_one_waits() -> None:
    """The fourth guess within the window is not even looked at; others are; later, or after the right one, it is."""
    frein = Frein(essais=3, fenetre=60)
    for instant in (0.0, 1.0, 2.0):
        frein.verifier("a", instant)
        frein.manquer("a", instant)
    with pytest.raises(Refus) as refus:
        frein.verifier("a", 59.0)
    assert (refus.value.code, refus.value.statut) == ("TROP_D_ESSAIS", 429)
    frein.verifier("b", 59.0)
    frein.verifier("a", 61.0)
    frein.reussir("a")
    frein.verifier("a", 3.0)


def test_memory_is_bounded() -> None:
    """Guesses at thousands of names do not fill the memory: the oldest are forgotten."""
    frein = Frein(essais=1)
    for i in range(MAXIMUM + 5):
        frein.manquer(f"n{i}", 1.0)
    frein.verifier("n0", 2.0)
    with pytest.raises(Refus):
        frein.verifier(f"n{MAXIMUM + 4}", 2.0)
