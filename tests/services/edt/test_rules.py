"""The rules of the timetable software: blocks, placing, what goes out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from decimal import Decimal

import pytest

from rentree.population import Parametres, generer
from services.edt import rules
from services.edt.use_cases import resoluteur
from shared.identifiers import fabriquer_uai


def _service(
    structure: str,
    matiere: str = "020700",
    profs: tuple[int, ...] = (1,),
    heures: str = "1",
    barrette: str | None = None,
    classes: tuple[str, ...] = ("6A",),
) -> rules.AServir:
    return rules.AServir((structure, matiere, "CG"), frozenset(classes), frozenset(profs), Decimal(heures), barrette)


def _placer(services: Iterable[rules.AServir]) -> tuple[list[rules.Place], list[rules.APlacer]]:
    pieces = rules.decouper(rules.former_blocs(services))
    return rules.rendre(pieces, rules.placer(pieces))


@pytest.mark.procedure("EDT-09")
@pytest.mark.parametrize("effectif", [60, 600, 900])
def test_a_whole_school_is_placed_without_clashes(effectif: int) -> None:
    """Every service of an invented collège finds its hours, and nobody is in two places."""
    services = _college(effectif)
    places, restants = _placer(services.values())
    assert restants == []
    assert rules.conflits(places, services) == []
    donnees: dict[rules.Cle, Decimal] = dict.fromkeys(services, Decimal(0))
    for p in places:
        assert p.debut in rules.JOURS[p.jour]
        donnees[p.service] += Decimal(p.minutes) / (60 if p.alternance == rules.HEBDOMADAIRE else 120)
    assert all(donnees[cle] >= s.heures for cle, s in services.items())


def test_the_placement_is_the_same_again() -> None:
    """A school that the first search leaves incomplete is completed, and twice in the same way."""
    services = _college(900)
    assert _placer(services.values()) == _placer(reversed(services.values()))


def test_the_resoluteur_is_better_and_the_same_again() -> None:
    """OR-tools, from the same start and with the same limit, gives the same timetable, with fewer last hours."""
    pytest.importorskip("ortools")
    services = _college(60)
    pieces = rules.decouper(rules.former_blocs(services.values()))
    depart = rules.placer(pieces)
    trouve = resoluteur.resoudre(pieces, depart, 1.0)
    assert resoluteur.resoudre(pieces, depart, 1.0) == trouve
    places, restants = rules.rendre(pieces, trouve)
    assert (restants, rules.conflits(places, services)) == ([], [])
    assert _a_la_derniere_heure(places) < _a_la_derniere_heure(rules.rendre(pieces, depart)[0])


def _a_la_derniere_heure(places: list[rules.Place]) -> int:
    return sum(p.debut == rules.JOURS[p.jour][-1] for p in places)


def _college(effectif: int) -> dict[rules.Cle, rules.AServir]:
    population = generer(Parametres(uai=fabriquer_uai("096", 1), effectif=effectif, seed=7, annee=2021))
    groupes = {g.code: g for g in population.besoins.groupes}
    services = {}
    for s in population.besoins.services:
        groupe = groupes.get(s.structure)
        services[s.structure, s.matiere, s.modalite] = rules.AServir(
            (s.structure, s.matiere, s.modalite),
            frozenset(groupe.divisions if groupe else (s.structure,)),
            frozenset(agent for agent, _ in s.enseignants),
            s.heures,
            groupe.barrette if groupe else None,
        )
    return services


def test_a_barrette_stands_together() -> None:
    """Groups of one barrette with different teachers share their slots."""
    a = _service("6ALL", "030101", (1,), barrette="B", heures="2")
    b = _service("6ESP", "030602", (2,), barrette="B", heures="2")
    (bloc,) = rules.former_blocs([b, a])
    assert bloc.services == (a.cle, b.cle)
    places, _ = _placer([a, b])
    assert len({(p.jour, p.debut) for p in places}) == 2
    assert rules.conflits(places, {a.cle: a, b.cle: b}) == []


def test_half_groups_swap_their_subjects() -> None:
    """In a barrette where two groups have the same two teachers, no teacher and no group is asked twice at once."""
    services = [
        _service(groupe, matiere, (prof,), barrette="TP")
        for groupe in ("6A_G1", "6A_G2")
        for matiere, prof in (("062900", 1), ("070700", 2))
    ]
    blocs = rules.former_blocs(services)
    assert sorted(len(b.services) for b in blocs) == [2, 2]
    places, restants = _placer(services)
    assert restants == []
    assert rules.conflits(places, {s.cle: s for s in services}) == []


@pytest.mark.parametrize(
    ("a", "b", "qui"),
    [
        (_service("6A"), _service("6B", classes=("6B",)), "professeur 1"),
        (_service("6A"), _service("6ALL", profs=(2,)), "classe 6A"),
        (_service("G1", barrette="B"), _service("G1", "061300", (2,), barrette="B"), "structure G1"),
    ],
)
def test_a_clash_is_seen(a: rules.AServir, b: rules.AServir, qui: str) -> None:
    """Two services in one slot clash for a teacher, a class or a group that both ask for."""
    places = [rules.Place(s.cle, "H", 1, time(8), 60) for s in (a, b)]
    assert rules.conflits(places, {a.cle: a, b.cle: b}) == [(1, time(8), qui)]
    separes = [rules.Place(a.cle, "Q1", 1, time(8), 60), rules.Place(b.cle, "Q2", 1, time(8), 60)]
    assert rules.conflits(separes, {a.cle: a, b.cle: b}) == []


def test_what_finds_no_room_is_said() -> None:
    """A class asked for more hours than a week has slots leaves a block unplaced, without a clash."""
    services = [_service("6A", f"0{n}", (n,), "10") for n in range(1, 5)]
    places, restants = _placer(services)
    assert len(restants) == 1
    assert rules.conflits(places, {s.cle: s for s in services}) == []


@pytest.mark.parametrize(
    ("changement", "code"),
    [
        ({}, None),
        ({"exportable": False}, "SERVICE_NON_EXPORTABLE"),
        ({"structure_connue": False}, "CLASSE_SANS_CORRESPONDANCE"),
        ({"matiere_connue": False}, "MATIERE_SANS_CORRESPONDANCE"),
        ({"professeurs": [(False, True)]}, "PROFESSEUR_SANS_CORRESPONDANCE"),
        ({"professeurs": [(True, False)]}, "PROFESSEUR_NON_EXPORTABLE"),
        ({"professeurs": [(True, False), (False, True)]}, "PROFESSEUR_SANS_CORRESPONDANCE"),
        ({"professeurs": [(False, True), (True, True)]}, None),
        ({"professeurs": []}, None),
    ],
)
def test_why_a_service_stays(changement: dict[str, object], code: str | None) -> None:
    """Each thing that is missing or set aside keeps a service in the base, with its own reason."""
    complet: dict[str, object] = {
        "exportable": True,
        "structure_connue": True,
        "matiere_connue": True,
        "professeurs": [(True, True)],
    }
    ecart = rules.motif_ecart(**(complet | changement))  # type: ignore[arg-type]
    assert (ecart.code if ecart else None) == code
