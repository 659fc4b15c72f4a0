"""One object of the directory out of what several schools contribute to it. Pure functions.

A teacher who works in two schools of a project has one record with the values of both; a responsable with
children in two schools too. Source: AAF reference, sections 2.3 and 4 (one record per person, values carry the
structure they speak of).
"""

from __future__ import annotations

from collections.abc import Sequence

Valeurs = tuple[tuple[str, ...], ...]
"""The values of each attribute, in file order."""

REUNIS = frozenset(
    {
        "ENTAuxEnsCategoDiscipline",
        "ENTAuxEnsMEF",
        "ENTAuxEnsMatiereEnseignEtab",
        "ENTAuxEnsClasses",
        "ENTAuxEnsGroupes",
        "ENTAuxEnsClassesMatieres",
        "ENTAuxEnsGroupesMatieres",
        "ENTAuxEnsClassesPrincipal",
        "ENTPersonFonctions",
        "ENTAuxPersRelEleveEleve",
    }
)
"""Attributes whose values are put together; those of another school are never the same, but for disciplines."""
DRAPEAUX = frozenset({"ENTPersonCategorieEnseignant", "PersEducNatPresenceDevantEleves"})
"""`O` as soon as one school says so."""
PREMIER_REMPLI = frozenset({"ENTPersonStructRattach"})


def fusionner(noms: Sequence[str], contributions: Sequence[Valeurs]) -> Valeurs:
    """The values of an object, from its contributions in the order of UAI; what is not put together is the first's."""
    premiere = contributions[0]
    if len(contributions) == 1:
        return premiere
    fusion: list[tuple[str, ...]] = []
    for rang, nom in enumerate(noms):
        toutes = [c[rang] for c in contributions]
        if nom in REUNIS:
            fusion.append(_reunies(nom, toutes))
        elif nom in DRAPEAUX:
            fusion.append(("O",) if ("O",) in toutes else premiere[rang])
        elif nom in PREMIER_REMPLI:
            fusion.append(next((v for v in toutes if v), ()))
        else:
            fusion.append(premiere[rang])
    return tuple(fusion)


def _reunies(nom: str, toutes: list[tuple[str, ...]]) -> tuple[str, ...]:
    if nom == "ENTAuxPersRelEleveEleve":
        return tuple(sorted({v for valeurs in toutes for v in valeurs}, key=lambda v: (len(v), v)))
    reunies = list(toutes[0])
    for valeurs in toutes[1:]:
        deja = set(reunies)  # a class comes once per matière within one school: only other schools' values are filtered
        reunies += [v for v in valeurs if v not in deja]
    return tuple(reunies)
