"""The key of the pseudonyms, from a secret."""

from __future__ import annotations

import hashlib

from shared.contracts.refus import Refus

_LONGUEUR_MIN = 16
_TOURS = 200_000


def deriver(secret: bytes) -> bytes:
    """A key from a secret that a person may have chosen: slow on purpose. Raises `Refus` SECRET_TROP_COURT."""
    if len(secret) < _LONGUEUR_MIN:
        raise Refus(
            f"Le secret des pseudonymes a moins de {_LONGUEUR_MIN} caractères.",
            code="SECRET_TROP_COURT",
            remede="Prenez-en un long, tiré au hasard : qui le devine retrouve les personnes.",
        )
    return hashlib.pbkdf2_hmac("sha256", secret, b"rentree/pseudonymes", _TOURS)
