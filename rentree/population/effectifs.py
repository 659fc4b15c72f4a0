"""How many pupils at each level, in which divisions, this year and last year.

Source: reference nomenclatures section 6.1 (25.9 pupils per division) and 6.3 (1 % of redoublants).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from rentree.population.contexte import Contexte, distribuer
from rentree.population.modeles import Division, Origine
from shared.nomenclatures import MEF_CM2, MEF_COLLEGE, mef

NIVEAUX = (6, 5, 4, 3)
CM2 = 7
"""The level below 6e, in the descending count of French levels."""

_PAR_DIVISION = 25.6
_MEF = dict(zip(NIVEAUX, MEF_COLLEGE, strict=True)) | {CM2: MEF_CM2}
MEF_BILANGUE = "10010027110"


@dataclass(eq=False)
class Place:
    """A pupil to come: where he is in N (None: he has left) and where he was in N-1."""

    niveau: int | None
    niveau_precedent: int
    origine: Origine | None
    division: str | None = None
    division_precedente: str | None = None
    lv2: str | None = None
    lv2_precedente: str | None = None
    bilangue: bool = False
    latin: bool = False
    latin_precedent: bool = False
    chorale: bool = False
    eleve_id: int = 0

    @property
    def doublement(self) -> bool:
        """Whether he repeats the level."""
        return self.niveau == self.niveau_precedent

    @property
    def mef(self) -> str | None:
        """His MEF of year N."""
        if self.niveau is None:
            return None
        return MEF_BILANGUE if self.bilangue and self.niveau == 6 else _MEF[self.niveau]

    @property
    def mef_precedent(self) -> str:
        """His MEF of year N-1."""
        return MEF_BILANGUE if self.bilangue and self.niveau_precedent == 6 else _MEF[self.niveau_precedent]


@dataclass(frozen=True)
class Effectifs:
    """Everybody of N and N-1, and the divisions of both years."""

    places: tuple[Place, ...]
    divisions: tuple[str, ...]
    divisions_precedentes: tuple[str, ...]

    def codes(self, niveau: int) -> list[str]:
        """The divisions of a level in N."""
        return [c for c in self.divisions if c[0] == str(niveau)]

    def places_de(self, codes: Sequence[str]) -> list[Place]:
        """The places of some divisions of N, in their order of creation."""
        return [p for p in self.places if p.division in codes]


def _parts(hasard: random.Random, total: int) -> dict[int, int]:
    """Share `total` among the four levels, each cohort a little larger or smaller, never under 10."""
    poids = [1 + hasard.uniform(-0.05, 0.05) for _ in NIVEAUX]
    parts = [max(10, int(total * q / sum(poids))) for q in poids]
    parts[0] += total - sum(parts)
    return dict(zip(NIVEAUX, parts, strict=True))


def _places_de_n(hasard: random.Random, effectif: int) -> list[Place]:
    places: list[Place] = []
    redoublants = max(1, round(effectif * 0.01))
    autres = max(2, round(effectif * 0.012))
    lointains = 1 if effectif < 200 else 2
    venus = [(NIVEAUX[1 + k % 3], "autre_eple") for k in range(autres)]
    venus += [(NIVEAUX[2 - k], "hors_academie") for k in range(lointains)]
    repetants = [hasard.choice(NIVEAUX) for _ in range(redoublants)]
    for niveau, nombre in _parts(hasard, effectif).items():
        ici = [
            Place(niveau, niveau + 1, "autre_eple" if o == "autre_eple" else "hors_academie")
            for n, o in venus
            if n == niveau
        ]
        ici += [Place(niveau, niveau, "base") for n in repetants if n == niveau]
        manquent = nombre - len(ici)
        origine: Origine = "affectation" if niveau == 6 else "base"
        places += ici + [Place(niveau, niveau + 1, origine) for _ in range(manquent)]
    return places


def _partants(hasard: random.Random, effectif: int) -> list[Place]:
    """Those of N-1 who are no longer there: the 3e, and a few who moved away."""
    troisiemes = round(effectif / 4 * (1 + hasard.uniform(-0.05, 0.05)))
    departs = max(1, round(effectif * 0.012))
    places = [Place(None, 3, None) for _ in range(troisiemes)]
    return places + [Place(None, NIVEAUX[k % 3], None) for k in range(departs)]


def _repartir(hasard: random.Random, places: list[Place], niveau: int) -> list[tuple[str, list[Place]]]:
    nombre = max(1, round(len(places) / _PAR_DIVISION))
    tas = distribuer(hasard, places, nombre)
    return [(f"{niveau}{chr(ord('A') + rang)}", tas_) for rang, tas_ in enumerate(tas)]


def compter(contexte: Contexte) -> Effectifs:
    """Create exactly `effectif` places for N, those who left after N-1, and put everybody in divisions."""
    hasard = contexte.hasard("effectifs")
    effectif = contexte.parametres.effectif
    places = _places_de_n(hasard, effectif) + _partants(hasard, effectif)
    divisions: list[str] = []
    precedentes: list[str] = []
    for niveau in NIVEAUX:
        for code, tas in _repartir(hasard, [p for p in places if p.niveau == niveau], niveau):
            divisions.append(code)
            for place in tas:
                place.division = code
        anciens = [p for p in places if p.niveau_precedent == niveau and p.origine in ("base", None)]
        for code, tas in _repartir(hasard, anciens, niveau):
            precedentes.append(code)
            for place in tas:
                place.division_precedente = code
    return Effectifs(tuple(places), tuple(divisions), tuple(precedentes))


def decrire_divisions(effectifs: Effectifs, annee: int, *, precedentes: bool = False) -> tuple[Division, ...]:
    """The divisions of N (or of N-1), with their MEF and the number of their pupils."""
    resultat = []
    for code in effectifs.divisions_precedentes if precedentes else effectifs.divisions:
        if precedentes:
            codes_mef = [p.mef_precedent for p in effectifs.places if p.division_precedente == code]
        else:
            codes_mef = [p.mef or "" for p in effectifs.places if p.division == code]
        niveau = int(code[0])
        resultat.append(
            Division(
                code=code,
                libelle=f"{mef(_MEF[niveau]).libelle_long} {code[1:]}",
                niveau=niveau,
                annee=annee,
                mefs=tuple(sorted(set(codes_mef))),
                effectif=len(codes_mef),
            )
        )
    return tuple(resultat)
