"""The secret of the pseudonyms: given by the person who asks, or drawn for the run and kept nowhere."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from msgspec import Struct

from shared.contracts.refus import Lieu, Refus
from shared.formats.pseudonymes.cle import deriver

VARIABLE = "RENTREE_SECRET_PSEUDONYMES"
_SECRET_MAX = 64 * 1024


class Cle(Struct, frozen=True):
    """A key of 32 bytes, and where it comes from: « fichier », « environnement » or « hasard »."""

    octets: bytes
    origine: str


def lire_cle(fichier: Path | None) -> Cle:
    """The key of a run. Raises `Refus` SECRET_ILLISIBLE, SECRET_TROP_COURT."""
    if fichier is not None:
        try:
            with fichier.open("rb") as flux:
                secret = flux.read(_SECRET_MAX).strip()
        except OSError:
            raise Refus(
                f"Le fichier du secret « {fichier.name} » ne peut pas être lu.",
                code="SECRET_ILLISIBLE",
                remede="Donnez à --secret-fichier un fichier que vous pouvez lire, ou retirez l'option.",
                lieu=Lieu(fichier.name),
            ) from None
        return Cle(deriver(secret), "fichier")
    donne = os.environ.get(VARIABLE, "").strip()
    if donne:
        return Cle(deriver(donne.encode()), "environnement")
    return Cle(secrets.token_bytes(32), "hasard")
