"""The file of a key, or of a certificate, that a command is given."""

from __future__ import annotations

from pathlib import Path

_TAILLE_MAX = 64 * 1024


def lire_fichier_de_cle(chemin: Path | None) -> bytes | None:
    """The bytes of a key's file; None when no file is given. Raises `Refus` CLE_ILLISIBLE."""
    from shared.contracts.refus import Lieu, Refus

    if chemin is None:
        return None
    try:
        with chemin.open("rb") as flux:
            octets = flux.read(_TAILLE_MAX + 1)
    except OSError:
        octets = b""
    if not 0 < len(octets) <= _TAILLE_MAX:
        raise Refus(
            f"Le fichier de clé « {chemin} » ne peut pas être lu, ou n'en est pas un.",
            code="CLE_ILLISIBLE",
            remede="Donnez un fichier de clé RSA au format PEM ou DER.",
            lieu=Lieu(str(chemin)),
        )
    return octets
