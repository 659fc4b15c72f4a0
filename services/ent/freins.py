"""A brake on guesses of passwords and activation codes, account by account, whether it exists or not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import Request

from shared.contracts.refus import Refus
from shared.security.freins import Frein

FREIN = Frein()
MANQUES = ("CONNEXION_REFUSEE", "ACTIVATION_REFUSEE")


@contextmanager
def freiner(request: Request, projet: str, login: str) -> Iterator[None]:
    """Counts the wrong answers of the block for that account. Raises `Refus` TROP_D_ESSAIS (429) before it."""
    cle = f"{request.state.bac}/{projet}/{login.strip().lower()}"
    FREIN.verifier(cle, time.monotonic())
    try:
        yield
    except Refus as refus:
        if refus.code in MANQUES:
            FREIN.manquer(cle, time.monotonic())
        raise
    FREIN.reussir(cle)
