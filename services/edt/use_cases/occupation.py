"""How many hours classes have: the figures of the list of classes (EDT-20).

Source: guide 001 section 2 and guide 004 section 3.1.2, screens; what each column counts is ours.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import time
from decimal import Decimal

from msgspec import Struct
from sqlalchemy import select

from services.edt import models as m
from services.edt import rules
from services.edt.use_cases import bases, groupes
from shared.persistence.unite import Unite

MIDI = time(12)


class Occupation(Struct, frozen=True):
    """A class in hours a week: what its services and groups' services give (`apport`), what is placed (`occupe`), what
    counts in STS-Web (`pondere`: services that go out); `taux` of the open slots, `demi_journees` with a course.

    Groups of one barrette count once: each pupil is in one of them.
    """

    apport: Decimal
    occupe: Decimal
    pondere: Decimal
    taux: int
    demi_journees: int


def des_classes(u: Unite, uai: str, annee: int) -> dict[str, Occupation]:
    """Every class of the base."""
    bases.trouver(u, uai, annee)
    structures = groupes.structures_de(u, uai, annee)
    apports: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    ponderes: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    creneaux: dict[str, set[tuple[int, time, str]]] = defaultdict(set)
    for s in u.session.scalars(select(m.Service).filter_by(uai=uai, annee=annee).order_by(m.Service.structure)):
        for classe in _classes(structures[s.structure]):
            apports[classe][s.structure] += s.heures
            if s.exportable:
                ponderes[classe][s.structure] += s.heures
    for c in u.session.scalars(select(m.Cours).filter_by(uai=uai, annee=annee)):
        for classe in _classes(structures[c.structure]):
            creneaux[classe] |= {(c.jour, c.debut, semaine) for semaine in rules.SEMAINES[c.alternance]}
    ouverts = sum(len(debuts) for debuts in rules.JOURS.values())
    return {
        code: Occupation(
            apport=_par_barrette(apports[code], structures),
            occupe=Decimal(len(creneaux[code])) / 2,
            pondere=_par_barrette(ponderes[code], structures),
            taux=round(50 * len(creneaux[code]) / ouverts),
            demi_journees=len({(jour, debut < MIDI) for jour, debut, _ in creneaux[code]}),
        )
        for code, s in structures.items()
        if s.type == "D"
    }


def _classes(s: m.Structure) -> list[str]:
    return s.divisions if s.type == "G" else [s.code]


def _par_barrette(heures: dict[str, Decimal], structures: dict[str, m.Structure]) -> Decimal:
    seuls, barrettes = Decimal(0), dict[str, Decimal]()
    for code, nb in sorted(heures.items()):
        barrette = structures[code].barrette
        if barrette is None:
            seuls += nb
        else:
            barrettes[barrette] = max(barrettes.get(barrette, Decimal(0)), nb)
    return seuls + sum(barrettes.values())
