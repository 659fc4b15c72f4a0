"""Looking at the root of a stream before reading it, without winding it back."""

from __future__ import annotations

import io
from typing import BinaryIO, cast

from shared.security.prologue import DEBUT_LU
from shared.security.xml import nom_de_racine


class _Suite(io.RawIOBase):
    """A beginning already read, then the rest of the stream."""

    def __init__(self, debut: bytes, suite: BinaryIO) -> None:
        self._debut = debut
        self._suite = suite

    def readable(self) -> bool:
        return True

    def read(self, taille: int = -1) -> bytes:
        if not self._debut:
            return self._suite.read(taille)
        if taille < 0:
            lu, self._debut = self._debut, b""
            return lu + self._suite.read()
        lu, self._debut = self._debut[:taille], self._debut[taille:]
        return lu


def regarder_racine(stream: BinaryIO, nom: str) -> tuple[str, BinaryIO]:
    """The local name of the root, and a stream that gives the whole document from its beginning.

    Raises `XmlRefuse` when the file is empty, in an unknown encoding, or does not begin as XML.
    """
    morceaux: list[bytes] = []
    manque = DEBUT_LU
    while manque and (lu := stream.read(manque)):
        morceaux.append(lu)
        manque -= len(lu)
    debut = b"".join(morceaux)
    return nom_de_racine(io.BytesIO(debut), nom), cast("BinaryIO", _Suite(debut, stream))
