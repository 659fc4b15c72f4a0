"""French order and accent-blind search without the help of the database.

Source: architecture, "Storage": the embedded PostgreSQL has neither ICU nor unaccent, so a key computed here
is stored beside each name.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import filterfalse

# Letters that NFKD leaves whole.
_LIGATURES = str.maketrans(
    {
        "œ": "oe",
        "Œ": "OE",
        "æ": "ae",
        "Æ": "AE",
        "ß": "ss",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
    }
)
_SEPARATEURS = re.compile(r"[\W_]+")


def sans_accent(texte: str) -> str:
    """`texte` without diacritics, ligatures opened, case and punctuation kept (« Cœur » → « Coeur »)."""
    if texte.isascii():
        return texte
    decompose = unicodedata.normalize("NFKD", texte.translate(_LIGATURES))
    return "".join(filterfalse(unicodedata.combining, decompose))


def cle_tri(texte: str) -> str:
    """The key by which `texte` is sorted and searched: no accent, lower case, one space between words.

    Punctuation, apostrophes and hyphens become spaces, so « D'ÂCHÉ » and « d aché » have the same key.
    Applying it twice changes nothing.
    """
    simple = texte.lower() if texte.isascii() else sans_accent(sans_accent(texte).casefold())
    return _SEPARATEURS.sub(" ", simple).strip()
