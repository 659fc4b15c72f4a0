"""One reader under atheris: `python -m tests.fuzz.atheris_cible CIBLE [options of libFuzzer] [folders or files]`.

With the file of a crash as last argument, it is read again once. Atheris exists for Linux on x86-64: see `make fuzz`.
"""

from __future__ import annotations

import random
import sys

import atheris

with atheris.instrument_imports(include=["shared"]):
    from tests.fuzz.cibles import CIBLES
    from tests.fuzz.mutations import muter


def main() -> None:
    """Read what libFuzzer proposes until it has enough; any exception that is not a `Refus` stops it."""
    cible = CIBLES[sys.argv.pop(1)]

    def lire(octets: bytes) -> None:
        cible.essayer(octets)

    def abime(octets: bytes, taille: int, graine: int) -> bytes:
        """Bytes as libFuzzer changes them, or elements and values, which it would not find by itself."""
        alea = random.Random(graine)
        tirage = alea.random()
        if tirage < 0.4 or not octets:
            return bytes(atheris.Mutate(octets, taille))
        return (muter(octets, alea) if tirage < 0.9 or cible.emballe is None else cible.abime(alea))[:taille]

    atheris.Setup(sys.argv, lire, custom_mutator=abime)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
