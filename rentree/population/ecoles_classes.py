"""The classes of an invented école, and the groups across them. Source: reference aaf.md §5.1."""

from __future__ import annotations

import random
from typing import Literal

from msgspec import Struct

from shared.formats.aaf.valeurs import ClasseEcole, CodeLibelle

Genre = Literal["elementaire", "maternelle", "petits", "grands"]
"""`petits` and `grands`: the two écoles of a regroupement pédagogique."""


class Niveau(Struct, frozen=True):
    """A level: code and label of the feed, cycle, age at the end of the civil year of the rentrée."""

    code: str
    libelle: str
    cycle: int
    age: int


_CYCLES = {1: "CYCLE I", 2: "CYCLE II", 3: "CYCLE III"}
_NIVEAUX = {
    n.libelle: n
    for n in (
        Niveau("1110", "TPS", 1, 2),
        Niveau("1111", "PS", 1, 3),
        Niveau("1112", "MS", 1, 4),
        Niveau("1113", "GS", 1, 5),
        Niveau("1121", "CP", 2, 6),
        Niveau("1122", "CE1", 2, 7),
        Niveau("1123", "CE2", 2, 8),
        Niveau("1124", "CM1", 3, 9),
        Niveau("1125", "CM2", 3, 10),
    )
}
_PLANS: dict[Genre, tuple[str, ...]] = {
    "elementaire": ("CP", "CP CE1", "CE1 CE2", "CE2", "CM1", "CM1 CM2", "CM2"),
    "maternelle": ("TPS PS", "PS MS", "MS GS", "GS"),
    "petits": ("PS MS GS", "GS CP", "CE1"),
    "grands": ("CE2 CM1", "CM1 CM2"),
}
_GROUPES: dict[Genre, tuple[str, ...]] = {
    "elementaire": ("UPE2A", "CHORALE", "APC LECTURE"),
    "maternelle": ("ATELIER LANGAGE",),
    "petits": ("MOTRICITE",),
    "grands": ("CHORALE",),
}
ORDINAIRE, REGROUPEMENT = CodeLibelle("11", "ORDINAIRE"), CodeLibelle("40", "REGROUPEMENT")
_PART_GROUPE = 0.18


class Classe(Struct, frozen=True):
    """A class, how many pupils it has at each level, the groups of its école."""

    aaf: ClasseEcole
    effectifs: tuple[tuple[Niveau, int], ...]
    groupes: tuple[ClasseEcole, ...]

    def groupes_de(self, hasard: random.Random) -> tuple[ClasseEcole, ...]:
        """The groups that one of its pupils is in, mostly none."""
        return tuple(g for g in self.groupes if hasard.random() < _PART_GROUPE)


def cycle(niveau: Niveau) -> CodeLibelle:
    """The cycle of a level, as the feed writes it."""
    return CodeLibelle(str(niveau.cycle), _CYCLES[niveau.cycle])


def former_classes(hasard: random.Random, genre: Genre, jointure: int) -> tuple[Classe, ...]:
    """The classes of an école, several of them of two or three levels; their numbers follow that of the école."""
    groupes = tuple(
        ClasseEcole(jointure, REGROUPEMENT, f"{jointure}{90 + rang}", nom) for rang, nom in enumerate(_GROUPES[genre])
    )
    classes = []
    for rang, plan in enumerate(_PLANS[genre]):
        niveaux = [_NIVEAUX[mot] for mot in plan.split()]
        effectif = hasard.randint(19, 26)
        parts = [effectif // len(niveaux) + (i < effectif % len(niveaux)) for i in range(len(niveaux))]
        nom = f"{'-'.join(n.libelle for n in niveaux)} {'ABCDEFG'[rang]}"
        aaf = ClasseEcole(jointure, ORDINAIRE, f"{jointure}{rang + 1:02d}", nom)
        classes.append(Classe(aaf, tuple(zip(niveaux, parts, strict=True)), groupes))
    return tuple(classes)
