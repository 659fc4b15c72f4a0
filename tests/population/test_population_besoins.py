"""Groups, services and staff: what the timetable software will start from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal

import pytest

from rentree.population import Parametres, Population
from shared import identifiers, nomenclatures

PARAMETRES = {
    "nord": Parametres(uai="0960001E", effectif=600, seed=7, annee=2026, anomalies=False),
    "sud": Parametres(uai="0970001Z", effectif=450, seed=3, annee=2018, calendrier="sud", anomalies=False),
    "petit": Parametres(uai="0960001E", effectif=60, seed=1, anomalies=False),
    "moyen": Parametres(uai="0960002F", effectif=275, seed=5, anomalies=False),
    "grand": Parametres(uai="0980001U", effectif=1500, seed="grand", anomalies=False),
}
TOUTES = pytest.mark.parametrize("p", list(PARAMETRES), indirect=True)


@TOUTES
def test_group_members_belong_to_its_divisions(p: Population) -> None:
    """Every member of a group is in one of its divisions d'appartenance and has one of its MEF; none is empty."""
    for g in p.besoins.groupes:
        eleves = p.eleves_par_groupe[g.code]
        assert eleves
        assert len(set(g.membres)) == len(g.membres)
        assert {e.scolarite.division for e in eleves if e.scolarite} == set(g.divisions)
        assert {e.scolarite.mef for e in eleves if e.scolarite} == set(g.mefs)


@TOUTES
def test_group_codes_are_accepted_by_sts(p: Population) -> None:
    """Codes of groups are unique, 8 characters at most, without forbidden character, unlike any division's."""
    codes = [g.code for g in p.besoins.groupes]
    assert len(set(codes)) == len(codes)
    assert all(identifiers.code_structure_valide(c) for c in codes)
    assert not set(codes) & set(p.divisions_par_code)
    assert all(len(g.libelle) <= 40 for g in p.besoins.groupes)


@TOUTES
def test_groups_have_realistic_sizes(p: Population) -> None:
    """No group is larger than a class."""
    assert max(len(g.membres) for g in p.besoins.groupes) <= 31
    if p.parametres.effectif >= 400:
        assert min(len(g.membres) for g in p.besoins.groupes) >= 5


@TOUTES
def test_nobody_is_in_two_groups_at_the_same_time(p: Population) -> None:
    """Groups of one barrette share no pupil and no teacher."""
    for barrette in sorted({g.barrette for g in p.besoins.groupes if g.barrette}):
        groupes = [g for g in p.besoins.groupes if g.barrette == barrette]
        membres = [m for g in groupes for m in g.membres]
        assert len(set(membres)) == len(membres), barrette
        if not barrette.endswith("-TP"):
            profs = [a for g in groupes for s in p.services_par_structure[g.code] for a, _ in s.enseignants]
            assert len(set(profs)) == len(profs), barrette


@TOUTES
def test_every_pupil_receives_his_programme(p: Population) -> None:
    """The services of a pupil's division and groups add up, matière by matière, to the programme of his MEF."""
    for e in p.eleves:
        assert e.scolarite is not None
        recu: Counter[str] = Counter()
        structures = [e.scolarite.division or "", *p.groupes_par_eleve.get(e.id, ())]
        for s in (s for code in structures for s in p.services_par_structure.get(code, ())):
            if s.modalite != "AI":
                recu[s.matiere] += s.heures  # type: ignore[assignment]
        options = {o.matiere for o in e.scolarite.options}
        attendu = {
            ligne.matiere: ligne.horaire
            for ligne in nomenclatures.programmes(e.scolarite.mef, p.academie.code)
            if (ligne.modalite == "S" and ligne.matiere != "008400") or ligne.matiere in options
        }
        assert dict(recu) == attendu, (e.id, structures)


@TOUTES
def test_every_teacher_has_about_what_he_owes(p: Population) -> None:
    """Lessons and other activities of each teacher are within 3 hours of his due; nobody is idle."""
    for a in p.enseignants:
        cours = sum((h for s in p.services_par_enseignant[a.id] for i, h in s.enseignants if i == a.id), Decimal(0))
        total = cours + sum((x.heures for x in a.activites), Decimal(0))
        assert cours > 0
        assert abs(total - a.heures_dues) <= 3, a
        assert a.heures_dues <= nomenclatures.grade(a.grade or "").heures_dues


@TOUTES
def test_services_are_all_held_by_the_right_people(p: Population) -> None:
    """Every service has teachers of one discipline, a known matière and modalité, and is stated once."""
    cles = [(s.structure, s.matiere, s.modalite) for s in p.besoins.services]
    assert len(set(cles)) == len(cles)
    structures = set(p.divisions_par_code) | set(p.groupes_par_code)
    for s in p.besoins.services:
        assert s.structure in structures
        assert s.enseignants
        assert s.type_structure == ("G" if s.structure in p.groupes_par_code else "D")
        assert nomenclatures.matiere_existe(s.matiere)
        modalite = nomenclatures.modalite_cours(s.modalite)
        assert not s.co_enseignement or modalite.co_enseignement
        assert len({i for i, _ in s.enseignants}) == len(s.enseignants) == (2 if s.co_enseignement else 1)
        disciplines = {p.agents_par_id[i].discipline[1:4] for i, _ in s.enseignants}
        assert len(disciplines) == 1, s
    assert any(s.co_enseignement for s in p.besoins.services)


@TOUTES
def test_each_division_has_a_professeur_principal(p: Population) -> None:
    """The professeur principal teaches his division, and nobody has two while others have none."""
    principaux = dict(p.besoins.professeurs_principaux)
    assert set(principaux) == set(p.divisions_par_code)
    for division, agent in principaux.items():
        equipe = {i for s in p.services_par_structure[division] for i, _ in s.enseignants}
        assert agent in equipe
    if p.parametres.effectif >= 200:
        assert len(set(principaux.values())) == len(principaux)


@TOUTES
def test_staff_is_complete(p: Population) -> None:
    """One head, one deputy, a documentaliste, CPE, and ATSS agents who come from GI/GC and teach nothing."""
    fonctions = Counter(a.fonction for a in p.agents)
    assert fonctions["DIR"] == 2
    assert [a.discipline for a in p.agents if a.fonction == "DIR"] == ["D0010", "D0011"]
    assert fonctions["DOC"] == 1
    assert fonctions["EDU"] >= 1
    assert fonctions["ADF"] >= 2
    assert len({a.id for a in p.agents}) == len(p.agents)
    for a in p.agents:
        nomenclatures.fonction(a.fonction)
        assert (a.source == "GI/GC") == (a.fonction in ("ADF", "MDS", "PSE", "LAB"))
        assert a.id in p.services_par_enseignant or a.fonction != "ENS"
        assert 25 <= p.parametres.annee - a.date_naissance.year <= 66
        if a.discipline:
            nomenclatures.discipline(a.discipline)
            assert a.support
    eleves_par_prof = p.parametres.effectif / fonctions["ENS"]
    assert p.parametres.effectif < 200 or 11 <= eleves_par_prof <= 18


def test_a_normal_college_has_every_kind_of_group(population: Callable[[str], Population]) -> None:
    """LV1 split, LV2, bilangue, latin, chorale over several levels, half-classes; and some multi-MEF divisions."""
    nord = population("nord")
    codes = set(nord.groupes_par_code)
    assert {
        "4AGL1GR1",
        "5ESP2GR1",
        "5ALL2GR1",
        "5ITA2GR1",
        "6ALL2GR1",
        "5LATIN",
        "3LAT-GR",
        "CHORALE",
        "6A_G1",
    } <= codes
    assert len(nord.groupes_par_code["CHORALE"].mefs) == 2
    assert [d.code for d in nord.divisions if len(d.mefs) == 2] == ["6A", "6B"]
    assert any(a.partage for a in nord.enseignants)
    assert sum(a.partage for a in nord.enseignants) < 0.4 * len(nord.enseignants)
