"""Logins and first passwords, by the rule of each ENT. Pure functions.

A base never holds a digit: digits number homonyms, so that two names never give one login.
Source: ENT-05 to ENT-08; connectors reference §8.1 and §8.2.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Literal

from shared.identifiers import sans_accent

RegleLogin = Literal["entmip", "entcore", "laclasse"]
PremiersPas = Literal["code", "mot_de_passe"]

_TIRETS = str.maketrans(dict.fromkeys("‐‑‒–—−&", "-"))
_BLANCS = re.compile(r"\s+")
_HORS_ENTMIP = re.compile(r"[^a-z._-]")
_HORS_ENTCORE = re.compile(r"[^a-z_]")
_HORS_LACLASSE = re.compile(r"[^a-z]")
SANS_NOM = "compte"
PARTIE_ENTCORE = 30
MIN_LACLASSE, MAX_LACLASSE = 4, 13
"""Letters of a base: with the number of a homonym, a login of Laclasse has sixteen signs at most."""
_LETTRES = "abcdefghijklmnopqrstuvwxyz"


@lru_cache(maxsize=4096)
def partie_login(texte: str) -> str:
    """One part of a login of ENTmip: accents fall, lower case, blanks become « _ », « & » becomes « - », dots stay.

    Apostrophes and all other signs fall, digits too. Source: ENT-06 to ENT-08 (rule inferred from three examples).
    """
    simple = sans_accent(texte).lower().strip().translate(_TIRETS)
    return _HORS_ENTMIP.sub("", _BLANCS.sub("_", simple))


def _partie_entcore(texte: str) -> str:
    """Canonical decomposition, then nothing but letters and « _ »: ligatures, hyphens and blanks fall."""
    return _HORS_ENTCORE.sub("", unicodedata.normalize("NFD", texte).lower())[:PARTIE_ENTCORE]


def login_de_base(
    prenom: str, nom: str, regle: RegleLogin = "entmip", alea: Callable[[str], random.Random] = random.Random
) -> str:
    """The login that the first of a name has, from the fields as typed (ENT-05). A part without a letter is left out.

    `alea`: draws for what it is given, the letters that Laclasse adds to a login too short.
    """
    if regle == "laclasse":
        return _laclasse(prenom, nom, alea)
    partie = partie_login if regle == "entmip" else _partie_entcore
    return ".".join(p for p in (partie(prenom), partie(nom)) if p) or SANS_NOM


def _laclasse(prenom: str, nom: str, alea: Callable[[str], random.Random]) -> str:
    """First letter of the prénom, then the nom."""
    entier = [_HORS_LACLASSE.sub("", sans_accent(x).lower()) for x in (prenom, nom)]
    base = (entier[0][:1] + entier[1])[:MAX_LACLASSE]
    manque = MIN_LACLASSE - len(base)
    return base if manque <= 0 else base + "".join(alea(f"{prenom} {nom}").choices(_LETTRES, k=manque))


def premier_numero(regle: RegleLogin) -> int:
    """The number that the second of a name has."""
    return 1 if regle == "laclasse" else 2


def login_numerote(base: str, rang: int, regle: RegleLogin = "entmip") -> str:
    """The login of the `rang`-th account (from 1) that has this base."""
    return base if rang == 1 else f"{base}{rang - 2 + premier_numero(regle)}"


_SIGNES = "abcdefghjkmnprstvwxyz3456789"
LONGUEUR: dict[PremiersPas, int] = {"code": 8, "mot_de_passe": 10}


def code_activation(graine: bytes, premiers_pas: PremiersPas = "code") -> str:
    """An activation code (8 signs) or a first password (10), of 28 signs that are not taken for one another.

    `graine`: at least 16 bytes drawn for that account alone; the code is what they are in base 28.
    """
    nombre = int.from_bytes(graine[:16])
    signes = []
    for _ in range(LONGUEUR[premiers_pas]):
        nombre, rang = divmod(nombre, len(_SIGNES))
        signes.append(_SIGNES[rang])
    return "".join(signes)
