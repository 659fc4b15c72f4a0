"""What pseudonyms are made of: surnames put together from syllables, first names of a list, streets.

Nothing here is anybody's: common first names, made-up surnames, street names that every commune has.
"""

from __future__ import annotations

import csv
import random
from functools import cache
from importlib.resources import files

from shared.formats.pseudonymes.mots import LETTRES
from shared.formats.pseudonymes.originaux import epoque
from shared.identifiers import cle_tri, sans_accent

_DEBUTS = (
    "BA", "BE", "BRE", "CA", "CHE", "CLE", "DA", "DE", "DRE", "FA", "FE", "FLE", "GA", "GE", "GRE", "JA", "JE", "LA",
    "LE", "MA", "ME", "NA", "NE", "PA", "PE", "PLE", "PRE", "RA", "RE", "SA", "SE", "TA", "TE", "TRE", "VA", "VE",
)  # fmt: skip
_DEBUTS_VOYELLES = ("A", "AU", "E", "EU", "I", "O", "ABE", "ALE", "ARI", "EMA", "ERE", "IRE", "OLE", "ORE", "URE")
_SUITES = (
    "BRE", "CA", "DE", "GA", "LE", "LI", "MA", "MI", "NE", "NI", "RE", "RI", "SE", "TE", "TI", "VE", "VI",
)  # fmt: skip
_FINS = (
    "LLET", "RON", "NET", "CHE", "TIER", "SON", "LIN", "GNE", "RET", "DIN", "VAL", "MEL", "RD", "ND", "L", "N", "T",
)  # fmt: skip
_FINS_FEMININES = ("a", "ie", "ine", "elle", "ette", "ane")
_FINS_PRENOM = {"1": ("AN", "EN", "IS", "O", "IO", "EL"), "2": ("A", "IA", "IE", "INE", "ELLE", "ANE")}
_VOIES = (
    "RUE", "RUE", "RUE", "RUE", "RUE", "AVENUE", "CHEMIN", "ALLEE", "IMPASSE", "PLACE", "ROUTE", "BOULEVARD",
    "PASSAGE", "SQUARE",
)  # fmt: skip
_NOMS_VOIES = (
    "DES LILAS", "DES TILLEULS", "DU MOULIN", "DE LA FONTAINE", "DES ECOLES", "DU VIEUX PONT", "DE LA GARE",
    "DES ACACIAS", "DES CERISIERS", "DU LAVOIR", "DE L'EGLISE", "DES PEUPLIERS", "DES PRES", "DE LA SOURCE",
    "DU VERGER", "DES VIGNES", "DES MESANGES", "DE LA TUILERIE", "DES GENETS", "DU STADE", "DES ROSIERS",
    "DE LA PLAINE", "DES BOULEAUX", "DU COTEAU", "DES CHARMES", "DE LA FORGE", "DES JARDINS", "DU RUISSEAU",
    "DES NOYERS", "DE LA GRANGE", "DES HETRES", "DU PUITS", "DES SAULES", "DE LA MARE", "DES MERLES", "DU FOUR",
    "DES FRENES", "DE LA POSTE", "DU MARCHE", "DES ALOUETTES",
)  # fmt: skip
_COMPLEMENTS = ("BATIMENT", "APPARTEMENT", "ESCALIER", "RESIDENCE")


def inventer_mot(hasard: random.Random, longueur: int, voyelle: bool) -> str:
    """A word that sounds like a surname, in capitals, of `longueur` letters; `voyelle`: begins with a vowel."""
    debuts = _DEBUTS_VOYELLES if voyelle else _DEBUTS
    if longueur <= 2:
        return hasard.choice(debuts)[: max(longueur, 1)]
    while True:  # a beginning and an end between which syllables of two or three letters fit
        mot = hasard.choice(debuts)
        fin = hasard.choice(_FINS)
        reste = longueur - len(mot) - len(fin)
        if reste == 0 or reste >= 2:
            break
    while reste:
        suite = hasard.choice([s for s in _SUITES if len(s) == reste or reste - len(s) >= 2])
        mot += suite
        reste -= len(suite)
    return mot + fin


def inventer_prenom(hasard: random.Random, longueur: int, sexe: str) -> str:
    """A first name that is in no list, capitalised."""
    fin = hasard.choice(_FINS_PRENOM[sexe])
    mot = hasard.choice(_DEBUTS)
    while len(mot) + len(fin) < longueur:
        mot += hasard.choice(_SUITES)
    return (mot[: max(longueur - len(fin), 2)] + fin).capitalize()


def inventer_voie(hasard: random.Random, _essai: int) -> str:
    """A number and a street, of at most 38 characters."""
    return f"{hasard.randint(1, 198)} {hasard.choice(_VOIES)} {hasard.choice(_NOMS_VOIES)}"[:38]


def inventer_complement(hasard: random.Random, _essai: int) -> str:
    """What completes a street."""
    return f"{hasard.choice(_COMPLEMENTS)} {hasard.randint(1, 999)}"


@cache
def prenoms(sexe: str, generation: str) -> tuple[tuple[str, str, bool], ...]:
    """First names of one word, each once: (name, key, whether it has an accent)."""
    texte = files(__package__).joinpath("donnees", "prenoms.csv").read_text(encoding="utf-8")
    trouves: dict[str, tuple[str, str, bool]] = {}
    for ligne in csv.DictReader(texte.splitlines()):
        if (ligne["sexe"], ligne["epoque"]) == (sexe, generation):
            for p in ligne["prenoms"].split():
                if LETTRES.fullmatch(p):
                    trouves.setdefault(cle_tri(p), (p, cle_tri(p), sans_accent(p) != p))
    return tuple(trouves.values())


@cache
def _cles(sexe: str, generation: str) -> frozenset[str]:
    return frozenset(cle for _, cle, _ in prenoms(sexe, generation))


def sexe_probable(cle: str, naissance: int) -> str:
    """The sex that a first name (its key) has in the lists, of its generation then of the other; by its end otherwise.

    A compound name has that of its first word.
    """
    premier = cle.partition(" ")[0]
    sienne = epoque(naissance)
    for generation in (sienne, "adulte" if sienne == "jeune" else "jeune"):
        for sexe in ("1", "2"):
            if premier in _cles(sexe, generation):
                return sexe
    return "2" if premier.endswith(_FINS_FEMININES) else "1"
