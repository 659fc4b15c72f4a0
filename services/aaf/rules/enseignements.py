"""What each teacher teaches, from the services last exported. Pure functions.

Source: procedures AAF-04, AAF-05, STS-62, STS-63, STS-67; AAF reference, section 4.3.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from shared.contracts.echanges import ServicesSts, StructureSts

Cle = tuple[str, int]
"""A member of staff as services name him: type, id."""


@dataclass(slots=True)
class Enseignement:
    """The (division, matière) and (group, matière) pairs of a teacher, the MEF and divisions he is responsible for."""

    classes: set[tuple[str, str]] = field(default_factory=set)
    groupes: set[tuple[str, str]] = field(default_factory=set)
    mefs: set[str] = field(default_factory=set)
    principal: set[str] = field(default_factory=set)

    @property
    def matieres(self) -> set[str]:
        """The matières taught."""
        return {m for _, m in self.classes | self.groupes}


@dataclass(slots=True)
class Enseignements:
    """What is taught in a school; services on a division or a group that the structure does not hold are counted."""

    par_personne: dict[Cle, Enseignement] = field(default_factory=dict)
    divisions_absentes: Counter[str] = field(default_factory=Counter)
    groupes_absents: Counter[str] = field(default_factory=Counter)

    def de(self, type_: str, id_: int) -> Enseignement:
        """What one person teaches; empty when nothing was exported of him."""
        return self.par_personne.get((type_, id_), Enseignement())


def repartir(services: ServicesSts | None, structure: StructureSts | None) -> Enseignements:
    """Spread the services over the teachers."""
    resultat = Enseignements()
    if services is None:
        return resultat
    mefs_division = {d.code: d.mefs for d in structure.divisions} if structure else {}
    mefs_groupe = {g.code: g.mefs for g in structure.groupes} if structure else {}
    for service in services.services:
        division = service.type_structure == "D"
        connus = mefs_division if division else mefs_groupe
        if service.structure not in connus:
            absents = resultat.divisions_absentes if division else resultat.groupes_absents
            absents[service.structure] += 1
            continue
        for e in service.enseignants:
            tenu = resultat.par_personne.setdefault((e.type, e.id), Enseignement())
            (tenu.classes if division else tenu.groupes).add((service.structure, service.matiere))
            tenu.mefs.update(connus[service.structure])
    for p in services.personnels:
        principal = {d for d in p.divisions_pp if d in mefs_division}
        if principal:
            resultat.par_personne.setdefault((p.type, p.id), Enseignement()).principal |= principal
    return resultat
