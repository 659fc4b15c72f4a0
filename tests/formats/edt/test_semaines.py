"""Masks of weeks, keys, and what does not hold together in a timetable."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.formats.edt import (
    NON_PORTES,
    Appartenance,
    Cours,
    Participation,
    Reference,
    fabriquer_idpn,
    jours_du_masque,
    masque,
    numero_semaine,
    semaines_du_masque,
    verifier_coherence,
)

from .jeu_edt import emploi_du_temps

LUNDI = date(2025, 9, 1)


@given(st.sets(st.integers(1, 53)))
def test_masque_aller_retour(semaines: set[int]) -> None:
    """A mask gives back its weeks, in order, and never uses bit 0."""
    valeur = masque(semaines)
    assert semaines_du_masque(valeur) == tuple(sorted(semaines))
    assert not valeur & 1


def test_masques_de_la_reference() -> None:
    """2 is week 1 alone; 30 is weeks 1 to 4; 10 is weeks 1 and 3; bit 0 counts for nothing."""
    assert [semaines_du_masque(m) for m in (2, 30, 10, 1, 0)] == [(1,), (1, 2, 3, 4), (1, 3), (), ()]
    for hors in (0, 54):
        with pytest.raises(ValueError):
            masque([hors])


def test_jours() -> None:
    """Day 1 is the weekday of the year's first day; weeks count from it."""
    assert jours_du_masque(10, 3, LUNDI) == (date(2025, 9, 3), date(2025, 9, 17))
    assert [numero_semaine(j, LUNDI) for j in (LUNDI, date(2025, 9, 7), date(2025, 9, 8))] == [1, 1, 2]


def test_idpn() -> None:
    """A key has 16 characters of the alphabet, is always the same, and differs from one person to the next."""
    cles = [fabriquer_idpn("0980017L", "eleve", str(n)) for n in range(500)]
    assert len(set(cles)) == 500
    assert all(re.fullmatch("[2345789ABCDEFGHJKMNPQRSTUVWXYZ]{16}", c) for c in cles)
    assert cles[7] == fabriquer_idpn("0980017L", "eleve", "7")


def test_coherence_du_jeu() -> None:
    """In the invented school only the course left empty on purpose is told."""
    remarques = verifier_coherence(emploi_du_temps(), "essai.xml")
    assert [(r.code, r.lieu.element) for r in remarques] == [("EDT_COURS_IGNORE", "Cours 4")]


@pytest.mark.parametrize(
    ("code", "ou", "change"),
    [
        ("EDT_IDENT_REPETE", "Salle 301", lambda d: {"salles": d.salles * 2}),
        ("EDT_LIEN_ROMPU", "Groupe 2", lambda d: {"groupes": tuple(
            replace(g, parties=(Reference(99), Reference(98))) for g in d.groupes[:1])}),
        ("EDT_LIEN_ROMPU", "Eleve 51", lambda d: {"eleves": (
            replace(d.eleves[0], classes=(Appartenance(9, LUNDI, LUNDI),)),)}),
        ("EDT_DATES", "Eleve 51", lambda d: {"eleves": (
            replace(d.eleves[0], classes=(Appartenance(2, LUNDI, date(2025, 8, 1)),)),)}),
        ("EDT_COURS_SANS_MATIERE", "Cours 1", lambda d: {"cours": (replace(d.cours[0], matiere=None),)}),
        ("EDT_HORS_GRILLE", "Cours 1", lambda d: {"cours": (replace(d.cours[0], jour=6),)}),
        ("EDT_HORS_GRILLE", "Cours 1", lambda d: {"cours": (replace(d.cours[0], nombre_places=5),)}),
        ("EDT_HORS_GRILLE", "Cours 1", lambda d: {"cours": (replace(d.cours[0], nombre_places=0),)}),
        ("EDT_MASQUE", "Cours 1", lambda d: {"cours": (
            replace(d.cours[0], salles=(Participation(301, 1),)),)}),
        ("EDT_MASQUE", "Cours 1", lambda d: {"cours": (
            replace(d.cours[0], salles=(Participation(301, 1 << 54),)),)}),
        ("EDT_LIEN_ROMPU", "Cours 1", lambda d: {"cours": (
            Cours(1, 0, 1, matiere=Reference(77), professeurs=(Participation(2, 2),),
                  classes=(Participation(2, 2),)),)}),
    ],
)  # fmt: skip
def test_incoherences(code: str, ou: str, change: Any) -> None:
    """Each fault has its code and its first place, and names nobody."""
    doc = emploi_du_temps()
    avant = replace(doc, cours=doc.cours[:3])
    remarques = verifier_coherence(replace(avant, **change(avant)), "essai.xml")
    assert [(r.code, r.lieu.element) for r in remarques] == [(code, ou)]
    assert remarques[0].remede


def test_non_portes() -> None:
    """What is not carried is said in French phrases, each once."""
    assert len(set(NON_PORTES)) == len(NON_PORTES) > 0
