"""An invented académie: sizes, families and staff over several schools, reserved ranges, the same people every time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from functools import cache

import pytest
from typer.testing import CliRunner

from rentree.commandes import application
from rentree.population import ParametresRefuses
from rentree.population.academie import ParametresAcademie, inventer_academie
from rentree.population.academie_carte import dresser
from rentree.population.academie_modeles import Ecole
from shared.contracts.refus import Refus
from shared.identifiers import est_ine_reserve, est_reserve, mel_reserve, telephone_reserve
from shared.nomenclatures import mef

NEUF = ParametresAcademie(etablissements=9, eleves=1800, seed=7, annee=2021)

_EMPREINTE = """
import hashlib
from rentree.population.academie import ParametresAcademie, inventer_academie
somme = hashlib.sha256()
for ecole in inventer_academie(ParametresAcademie(etablissements=3, eleves=240, seed=7, annee=2021)):
    somme.update(repr(ecole).encode())
print(somme.hexdigest())
"""


@cache
def ecoles() -> tuple[Ecole, ...]:
    """The académie, invented when a test first wants it."""
    return tuple(inventer_academie(NEUF))


def _codes(ecole: Ecole) -> list[str]:
    return [*(d.code for d in ecole.divisions), *(g.code for g in ecole.besoins.groupes)]


def test_same_seed_same_academie_on_any_machine() -> None:
    """Hash seed, language and time zone change nothing to the schools that are invented."""
    empreintes = set()
    for graine, langue, fuseau in (("0", "C", "UTC"), ("4242", "fr_FR.UTF-8", "Pacific/Noumea")):
        milieu = {**os.environ, "PYTHONHASHSEED": graine, "LANG": langue, "TZ": fuseau}
        fait = subprocess.run([sys.executable, "-c", _EMPREINTE], env=milieu, capture_output=True, check=True)
        empreintes.add(fait.stdout)
    assert len(empreintes) == 1


def test_another_seed_gives_other_people() -> None:
    """Two seeds do not give the same pupils."""
    autre = next(iter(inventer_academie(ParametresAcademie(9, 1800, seed=8, annee=2021))))
    assert [e.nom for e in autre.eleves] != [e.nom for e in ecoles()[0].eleves]


@pytest.mark.parametrize(("etablissements", "eleves"), [(300, 150_000), (30, 15_000), (6, 600), (2, 120), (7, 5599)])
def test_the_map_holds_exactly_the_pupils_asked_for(etablissements: int, eleves: int) -> None:
    """Schools of the three kinds add up to the number of pupils, each between the least and the most it may have."""
    carte = dresser(ParametresAcademie(etablissements, eleves))
    assert len(carte) == etablissements
    assert sum(e.effectif for e in carte) == eleves
    assert min(e.effectif for e in carte) >= 60
    assert max(e.effectif for e in carte) <= 2400
    assert len({e.uai for e in carte}) == etablissements
    if etablissements >= 6:
        assert {e.genre for e in carte} == {"CLG", "LGT", "LP"}


def test_every_school_has_the_pupils_of_the_map() -> None:
    """Nobody is missing, and each pupil follows a MEF of the kind of school she is in."""
    for ecole in ecoles():
        assert len(ecole.eleves) == ecole.prevue.effectif
        college = ecole.prevue.genre == "CLG"
        for e in ecole.eleves:
            assert e.scolarite is not None
            assert mef(e.scolarite.mef).code.startswith("10") == college
            assert e.scolarite.division in {d.code for d in ecole.divisions}


def test_people_and_schools_are_in_the_reserved_ranges() -> None:
    """Every UAI, INE, telephone and mail address is one that nobody has, and no INE comes twice."""
    ines = [e.ine or "" for ecole in ecoles() for e in ecole.eleves]
    assert len(set(ines)) == len(ines)
    assert all(est_ine_reserve(ine) for ine in ines)
    for ecole in ecoles():
        assert est_reserve(ecole.etablissement.uai)
        numeros = [n for r in ecole.responsables for n in (r.tel_personnel, r.tel_portable, r.tel_professionnel) if n]
        assert all(telephone_reserve(n) for n in numeros)
        assert all(mel_reserve(m) for m in [*(r.mel for r in ecole.responsables), *(a.mel for a in ecole.agents)] if m)


def test_brothers_and_sisters_are_in_different_schools() -> None:
    """Some parents have children in two schools: one person, one address, the same name for the children."""
    ou: dict[int, set[str]] = {}
    for ecole in ecoles():
        logis = {a.id for a in ecole.adresses}
        for r in ecole.responsables:
            ou.setdefault(r.id, set()).add(ecole.prevue.genre)
            assert r.adresse_id in logis
    assert sum(len(genres) > 1 for genres in ou.values()) > 50


def test_teachers_are_shared_between_schools() -> None:
    """Some teach in two schools; together they owe no more than a service and its margin; nobody is in three."""
    postes: dict[int, list[float]] = {}
    for ecole in ecoles():
        for a in ecole.agents:
            postes.setdefault(a.id, []).append(float(a.heures_dues))
    partages = [h for h in postes.values() if len(h) > 1]
    assert partages
    assert all(len(h) == 2 and sum(h) <= 21 for h in partages)


def test_structures_and_services_hold_together() -> None:
    """Codes come once and fit in eight characters; every service has a teacher of the school, every group members."""
    for ecole in ecoles():
        codes, agents = _codes(ecole), {a.id for a in ecole.agents}
        assert max(Counter(codes).values()) == 1
        assert all(len(code) <= 8 for code in codes)
        presents = {e.id for e in ecole.eleves}
        assert all(g.membres and set(g.membres) <= presents for g in ecole.besoins.groupes)
        for s in ecole.besoins.services:
            assert s.structure in codes
            assert s.enseignants
            assert all(i in agents for i, _ in s.enseignants)


@pytest.mark.parametrize(("etablissements", "eleves"), [(1, 600), (2001, 200_000), (300, 1000), (3, 10_000)])
def test_what_cannot_be_invented_is_refused(etablissements: int, eleves: int) -> None:
    """Too few or too many schools or pupils: a sentence says what to ask for."""
    with pytest.raises(ParametresRefuses) as refus:
        ParametresAcademie(etablissements, eleves)
    assert "Demandez" in (refus.value.remede or "") or "demandez" in (refus.value.remede or "")


def test_an_unknown_way_of_opening_ents_is_refused() -> None:
    """`--ent` takes two words: another is refused before anything is looked for, with what to write."""
    fait = CliRunner().invoke(application, ["population", "--ent", "region"])
    assert isinstance(fait.exception, Refus)
    assert fait.exception.code == "ENT_INCONNUS"
    assert "--ent academie" in (fait.exception.remede or "")
