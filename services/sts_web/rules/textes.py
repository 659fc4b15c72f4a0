"""Text that is kept as it is typed: what no file and no screen can hold is refused."""

from __future__ import annotations

from shared.contracts.refus import Refus


def controler_texte(texte: str, quoi: str) -> None:
    """Raise `Refus` (CARACTERES_DE_CONTROLE) for control characters (XML holds none). `quoi`: « Le libellé »."""
    if any(ord(c) < 32 or ord(c) == 127 for c in texte):
        raise Refus(
            f"{quoi} contient un caractère de contrôle.",
            code="CARACTERES_DE_CONTROLE",
            remede="Tapez-le de nouveau, sur une seule ligne.",
        )
