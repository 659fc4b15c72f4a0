"""Several messages to one receiver in one request: all are taken in, in their order, or none.

The body is a line of JSON, `[[key, kind, size], …]`, then the messages, byte for byte as each would travel alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from msgspec import Struct

from shared.contracts.refus import Refus

CHEMIN = "/_echanges/_ensemble"
MESSAGES = 32
OCTETS = 1_000_000
"""What travels together at most: a transaction of the receiver stays short."""


class Porte(Struct, frozen=True):
    """A message on its way: its idempotency key, its kind, its body."""

    cle: str
    genre: str
    corps: bytes


def ecrire(messages: Iterable[Porte]) -> bytes:
    """The body of the request."""
    portes = list(messages)
    tete = json.dumps([[m.cle, m.genre, len(m.corps)] for m in portes])
    return b"\n".join((tete.encode(), b"".join(m.corps for m in portes)))


def lire(contenu: bytes) -> Sequence[Porte]:
    """The messages of such a body. Raises `Refus` MESSAGE_MAL_FORME."""
    tete, _, corps = contenu.partition(b"\n")
    messages, debut = [], 0
    try:
        for cle, genre, taille in json.loads(tete):
            messages.append(Porte(str(cle), str(genre), corps[debut : debut + int(taille)]))
            debut += int(taille)
    except (ValueError, TypeError):
        debut = -1
    if debut != len(corps):
        raise Refus("Cet ensemble de messages est mal formé.", code="MESSAGE_MAL_FORME")
    return messages
