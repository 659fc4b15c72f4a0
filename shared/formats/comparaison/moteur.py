"""Comparing two documents record by record, without holding either.

A first reading of each keeps, for each key, one number: the difference of the fingerprints of both sides, and on
which sides the key was seen. A second reading takes the fields of the records that differ: those of the first side
wait in a file without a name, which goes away with the comparison, until those of the second come by.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from functools import cache
from types import TracebackType
from typing import Self

from shared.formats.comparaison.fiches import Champs, Lecture, empreinte
from shared.formats.comparaison.resultat import CategorieComparee, Changement, FicheModifiee

_EN_MEMOIRE = 8 * 1024**2
_PLUSIEURS = "(fiche en plusieurs exemplaires)"
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

    Arguments: `a`, `b`, read once, then once more when records differ; `valeurs`, whether the values of the fields
    that differ are kept. The order of records does not matter; a key that comes several times is compared as a whole.
    Raises what reading raises.
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
    if any(bilan.modifiees for bilan in bilans.values()):
        _detailler(a, b, bilans, valeurs=valeurs)
    return tuple(bilan.categorie(nom) for nom, bilan in bilans.items())


class _Bilan:
    """One category once both sides have been read."""

    def __init__(self, lu: _Categorie) -> None:
        self.ajoutees: list[str] = []
        self.supprimees: list[str] = []
        self.modifiees: set[str] = set()
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
                self.modifiees.add(cle)
            else:
                self.inchangees += 1

    def detaille(self, cle: str, avant: list[Champs], apres: list[Champs], *, valeurs: bool) -> None:
        """Tell the fields of one record that differ; when none does, the same values are shared out otherwise."""
        changements = tuple(_changements(avant, apres, valeurs=valeurs))
        if not changements:
            nombres = (str(len(avant)), str(len(apres))) if valeurs else (None, None)
            changements = (Changement(_PLUSIEURS, *nombres),)
        self.fiches.append(FicheModifiee(cle, changements))

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


class _Attente:
    """Fields put aside until they are asked for: in memory only an offset for each record."""

    def __init__(self) -> None:
        self._fichier = tempfile.SpooledTemporaryFile(_EN_MEMOIRE)  # noqa: SIM115 - closed by __exit__
        self._places: dict[tuple[str, str], list[int]] = {}
        self._fin = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._fichier.close()

    def garde(self, categorie: str, cle: str, champs: Champs) -> None:
        """Put the fields of one record aside; all of them before any is asked for."""
        ligne = json.dumps(champs).encode("ascii") + b"\n"
        self._fichier.write(ligne)
        self._places.setdefault((categorie, cle), []).append(self._fin)
        self._fin += len(ligne)

    def fiches(self, categorie: str, cle: str) -> list[Champs]:
        """The fields of each record of a key."""
        lues: list[Champs] = []
        for place in self._places.get((categorie, cle), ()):
            self._fichier.seek(place)
            lues.append(tuple((nom, valeur) for nom, valeur in json.loads(self._fichier.readline())))
        return lues


def _detailler(a: Lecture, b: Lecture, bilans: dict[str, _Bilan], *, valeurs: bool) -> None:
    """Read both documents again and tell the fields of the records that differ."""
    with _Attente() as avant, _Attente() as apres:
        for fiche in a():
            if fiche.cle in bilans[fiche.categorie].modifiees:
                avant.garde(*fiche)
        for fiche in b():
            bilan = bilans[fiche.categorie]
            if fiche.cle not in bilan.modifiees:
                continue
            if any(bilan.doublons):
                apres.garde(*fiche)
            else:
                bilan.detaille(fiche.cle, avant.fiches(*fiche[:2]), [fiche.champs], valeurs=valeurs)
        for nom, bilan in bilans.items():
            if any(bilan.doublons):
                for cle in sorted(bilan.modifiees):
                    bilan.detaille(cle, avant.fiches(nom, cle), apres.fiches(nom, cle), valeurs=valeurs)


def _changements(avant: Iterable[Champs], apres: Iterable[Champs], *, valeurs: bool) -> Iterator[Changement]:
    ancien, neuf = _par_champ(avant), _par_champ(apres)
    for nom in dict.fromkeys([*ancien, *neuf]):
        if ancien.get(nom) != neuf.get(nom):
            if valeurs:
                yield Changement(nom, " | ".join(ancien.get(nom, ())), " | ".join(neuf.get(nom, ())))
            else:
                yield _sans_valeurs(nom)


@cache
def _sans_valeurs(nom: str) -> Changement:
    """One object for all the records in which a field changed."""
    return Changement(nom)


def _par_champ(fiches: Iterable[Champs]) -> dict[str, list[str]]:
    """The values of each field, sorted, over the records of one key."""
    lus: dict[str, list[str]] = {}
    for champs in fiches:
        for nom, valeur in champs:
            lus.setdefault(nom, []).append(valeur)
    for textes in lus.values():
        textes.sort()
    return lus
