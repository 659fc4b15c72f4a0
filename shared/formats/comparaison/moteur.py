"""Comparing two documents record by record, without holding either.

A first reading of each keeps, for each key, one number: the difference of the fingerprints of both sides, and on
which sides the key was seen. A second reading takes the fields of the records that differ, a few thousand at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from shared.formats.comparaison.fiches import Champs, FicheComparee, Lecture, empreinte
from shared.formats.comparaison.resultat import CategorieComparee, Changement, FicheModifiee

PAR_LECTURE = 20_000
"""Records whose fields are held at once, on each side."""

_COTE_A = 1 << 64
_COTE_B = 1 << 65
_DEUX_COTES = _COTE_A | _COTE_B
_EMPREINTE = _COTE_A - 1
_NOMBRES = re.compile(r"(\d{1,18})", re.ASCII)


class _Categorie:
    """What the first readings keep of one category."""

    def __init__(self) -> None:
        self.ecarts: dict[str, int] = {}
        self.doublons = [0, 0]

    def voit(self, cle: str, trace: int, cote: int) -> None:
        connu = self.ecarts.get(cle, 0)
        bit, signe = (_COTE_A, 1) if cote == 0 else (_COTE_B, -1)
        self.doublons[cote] += bool(connu & bit)
        ecart = (connu + signe * trace) & _EMPREINTE
        self.ecarts[cle] = ecart | (connu & _DEUX_COTES) | bit


def comparer_fiches(a: Lecture, b: Lecture, *, valeurs: bool = False) -> tuple[CategorieComparee, ...]:
    """What differs between two documents, category by category, in the order in which categories come.

    Arguments: `a`, `b`, read once, then once more for each `PAR_LECTURE` records that differ; `valeurs`, whether the
    values of the fields that differ are kept. The order of records does not matter; a key that comes several times is
    compared as a whole. Raises what reading raises.
    """
    categories: dict[str, _Categorie] = {}
    for cote, lecture in enumerate((a, b)):
        for fiche in lecture():
            categorie = categories.get(fiche.categorie)
            if categorie is None:
                categorie = categories[fiche.categorie] = _Categorie()
            categorie.voit(fiche.cle, empreinte(fiche.champs), cote)
    bilans = {nom: _Bilan(categorie) for nom, categorie in categories.items()}
    categories.clear()
    voulues = ((nom, cle) for nom, bilan in bilans.items() for cle in bilan.modifiees)
    while lot := frozenset(islice(voulues, PAR_LECTURE)):
        for nom, modifiee in _modifiees(a, b, lot, valeurs=valeurs):
            bilans[nom].fiches.append(modifiee)
    return tuple(bilan.categorie(nom) for nom, bilan in bilans.items())


class _Bilan:
    """One category once both sides have been read."""

    def __init__(self, lu: _Categorie) -> None:
        self.ajoutees: list[str] = []
        self.supprimees: list[str] = []
        self.modifiees: list[str] = []
        self.fiches: list[FicheModifiee] = []
        self.inchangees = 0
        self.doublons = (lu.doublons[0], lu.doublons[1])
        while lu.ecarts:
            cle, ecart = lu.ecarts.popitem()
            if not ecart & _COTE_A:
                self.ajoutees.append(cle)
            elif not ecart & _COTE_B:
                self.supprimees.append(cle)
            elif ecart & _EMPREINTE:
                self.modifiees.append(cle)
            else:
                self.inchangees += 1

    def categorie(self, nom: str) -> CategorieComparee:
        return CategorieComparee(
            nom,
            tuple(sorted(self.ajoutees, key=naturel)),
            tuple(sorted(self.supprimees, key=naturel)),
            tuple(sorted(self.fiches, key=lambda fiche: naturel(fiche.cle))),
            self.inchangees,
            self.doublons,
        )


def naturel(cle: str) -> tuple[tuple[int, int, str], ...]:
    """The order in which people count: 2 before 10."""
    return tuple((0, int(p), "") if p.isdecimal() else (1, 0, p) for p in _NOMBRES.split(cle) if p)


def _modifiees(
    a: Lecture, b: Lecture, voulues: frozenset[tuple[str, str]], *, valeurs: bool
) -> Iterator[tuple[str, FicheModifiee]]:
    avant, apres = _choisies(a(), voulues), _choisies(b(), voulues)
    for nom, cle in sorted(voulues):
        changements = tuple(_changements(avant[nom, cle], apres[nom, cle], valeurs=valeurs))
        yield nom, FicheModifiee(cle, changements)


def _choisies(
    fiches: Iterable[FicheComparee], voulues: frozenset[tuple[str, str]]
) -> dict[tuple[str, str], list[Champs]]:
    trouvees: dict[tuple[str, str], list[Champs]] = {}
    for fiche in fiches:
        if (fiche.categorie, fiche.cle) in voulues:
            trouvees.setdefault((fiche.categorie, fiche.cle), []).append(fiche.champs)
    return trouvees


def _changements(avant: list[Champs], apres: list[Champs], *, valeurs: bool) -> Iterator[Changement]:
    ancien, neuf = _par_champ(avant), _par_champ(apres)
    for nom in dict.fromkeys([*ancien, *neuf]):
        if ancien.get(nom) != neuf.get(nom):
            textes = (" | ".join(ancien.get(nom, ())), " | ".join(neuf.get(nom, ()))) if valeurs else (None, None)
            yield Changement(nom, *textes)
    if not any(ancien.get(nom) != neuf.get(nom) for nom in {**ancien, **neuf}):
        # A key that comes several times, with the same values shared out otherwise or a copy more.
        yield Changement("(fiche en plusieurs exemplaires)", *((str(len(avant)), str(len(apres))) if valeurs else ()))


def _par_champ(fiches: list[Champs]) -> dict[str, list[str]]:
    """The values of each field, sorted, over the records of one key."""
    lus: dict[str, list[str]] = {}
    for champs in fiches:
        for nom, valeur in champs:
            lus.setdefault(nom, []).append(valeur)
    for textes in lus.values():
        textes.sort()
    return lus
