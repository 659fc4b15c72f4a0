"""The generator: determinism, anomalies, académies, refusals."""

from __future__ import annotations

import itertools
import os
import random
import subprocess
import sys

import pytest
from msgspec.structs import replace

from rentree.population import (
    FicheBloquante,
    GroupeMalNomme,
    MultiInscription,
    Parametres,
    ParametresRefuses,
    ResponsableEnDouble,
    SansIne,
    decliner,
    generer,
)
from shared.identifiers import caracteres_interdits, cle_tri, est_ine_reserve

BASE = Parametres(uai="0960001E", effectif=300, seed=11, annee=2026)
AVEC = generer(BASE)
SANS = generer(replace(BASE, anomalies=False))

_EMPREINTE = """
import hashlib
from rentree.population import Parametres, generer
p = generer(Parametres(uai="0960001E", effectif=300, seed=11, annee=2026))
print(hashlib.sha256(repr(p).encode()).hexdigest())
"""


def test_same_seed_same_population_on_any_machine() -> None:
    """Hash seed, language and time zone change nothing to what is generated."""
    empreintes = set()
    for graine, langue, fuseau in (("0", "C", "UTC"), ("4242", "fr_FR.UTF-8", "Pacific/Noumea")):
        milieu = {**os.environ, "PYTHONHASHSEED": graine, "LANG": langue, "TZ": fuseau}
        sortie = subprocess.run(
            [sys.executable, "-c", _EMPREINTE], env=milieu, capture_output=True, text=True, check=True
        )
        empreintes.add(sortie.stdout)
    assert len(empreintes) == 1
    assert generer(BASE) == AVEC


def test_randomness_is_the_argument() -> None:
    """The generator given decides alone; another seed gives other people."""
    assert generer(BASE, random.Random(5)) == generer(BASE, random.Random(5))
    assert generer(BASE, random.Random(5)) != AVEC
    assert generer(replace(BASE, seed=12)).eleves != AVEC.eleves


def test_five_anomalies_each_of_its_kind() -> None:
    """The five mistakes are there, in order, and concern different pupils and no one else's fiche."""
    assert [a.genre for a in AVEC.anomalies] == [
        "fiche_bloquante",
        "sans_ine",
        "multi_inscription",
        "responsable_en_double",
        "groupe_mal_nomme",
    ]
    assert not SANS.anomalies
    bloquante, sans_ine, multi, double, _ = AVEC.anomalies
    concernes = [bloquante.eleve_id, sans_ine.eleve_id, multi.eleve_id, double.eleve_du_doublon]
    concernes.append(double.eleve_du_responsable)
    assert len(set(concernes)) == 5


def test_fiche_bloquante_lacks_one_thing() -> None:
    """The incomplete fiche lacks its commune of birth only, and says what to type."""
    anomalie = AVEC.anomalies[0]
    assert isinstance(anomalie, FicheBloquante)
    eleve, modele = AVEC.eleves_par_id[anomalie.eleve_id], SANS.eleves_par_id[anomalie.eleve_id]
    assert eleve.commune_naissance is None
    assert eleve.pays_naissance == "100"
    assert replace(eleve, commune_naissance=anomalie.valeur_attendue) == modele
    francais_sans_commune = [e for e in AVEC.eleves if e.pays_naissance == "100" and not e.commune_naissance]
    assert francais_sans_commune == [eleve]


def test_one_newcomer_waits_for_his_ine() -> None:
    """The pupil without INE comes from another académie and is the only one without."""
    anomalie = AVEC.anomalies[1]
    assert isinstance(anomalie, SansIne)
    assert [e.id for e in AVEC.eleves + AVEC.sortants if e.ine is None] == [anomalie.eleve_id]
    assert AVEC.eleves_par_id[anomalie.eleve_id].origine == "hors_academie"
    assert est_ine_reserve(anomalie.ine_a_venir)
    assert not [e for e in SANS.eleves if e.ine is None]


def test_one_pupil_is_still_active_next_door() -> None:
    """One pupil from the neighbour has no exit there; the others have left."""
    anomalie = AVEC.anomalies[2]
    assert isinstance(anomalie, MultiInscription)
    assert [v.eleve_id for v in AVEC.scolarites_voisines if v.date_sortie is None] == [anomalie.eleve_id]
    assert anomalie.uai_autre == AVEC.voisin.uai
    venus = {e.id for e in AVEC.eleves if e.origine == "autre_eple"}
    assert {v.eleve_id for v in AVEC.scolarites_voisines} == venus
    assert all(v.date_sortie for v in SANS.scolarites_voisines)
    for voisine in AVEC.scolarites_voisines:
        assert voisine.division[0] == {"0": "6", "1": "5", "2": "4", "3": "3"}[voisine.mef[2]]


def test_one_mother_was_typed_twice() -> None:
    """Two fiches have one civilité, name and first name, addresses spelt apart, one child each."""
    anomalie = AVEC.anomalies[3]
    assert isinstance(anomalie, ResponsableEnDouble)
    vrai, double = (AVEC.responsables_par_id[i] for i in (anomalie.responsable_id, anomalie.doublon_id))
    assert (vrai.civilite, cle_tri(vrai.nom), vrai.prenom) == (double.civilite, cle_tri(double.nom), double.prenom)
    assert double.doublon_de == vrai.id
    adresses = [AVEC.adresses_par_id[r.adresse_id] for r in (vrai, double)]
    assert adresses[0].ligne1 != adresses[1].ligne1
    assert adresses[0].code_postal == adresses[1].code_postal
    assert AVEC.enfants_par_responsable[double.id] == (anomalie.eleve_du_doublon,)
    assert AVEC.enfants_par_responsable[vrai.id] == (anomalie.eleve_du_responsable,)
    assert AVEC.eleves_par_id[anomalie.eleve_du_doublon].origine == "affectation"
    assert AVEC.eleves_par_id[anomalie.eleve_du_responsable].origine == "base"
    assert not [r for r in SANS.responsables if r.doublon_de]


def test_one_group_has_a_forbidden_character() -> None:
    """The badly named group differs from the good name by one character, and its length is not at fault."""
    anomalie = AVEC.anomalies[4]
    assert isinstance(anomalie, GroupeMalNomme)
    assert caracteres_interdits(anomalie.code) == anomalie.caractere
    assert len(anomalie.code) <= 8
    assert anomalie.code.replace(anomalie.caractere, "-") == anomalie.code_correct
    assert AVEC.groupes_par_code[anomalie.code].membres == SANS.groupes_par_code[anomalie.code_correct].membres
    assert AVEC.services_par_structure[anomalie.code]
    assert anomalie.code_correct not in AVEC.groupes_par_code
    assert [g.code for g in AVEC.besoins.groupes if caracteres_interdits(g.code)] == [anomalie.code]


def test_without_anomalies_the_rest_is_the_same() -> None:
    """Asking for no anomaly changes nothing but the mistakes themselves."""
    assert sum(a != b for a, b in zip(AVEC.eleves, SANS.eleves, strict=True)) == 2
    assert AVEC.sortants == SANS.sortants
    assert AVEC.agents == SANS.agents
    assert AVEC.divisions == SANS.divisions
    assert len(AVEC.responsables) == len(SANS.responsables) + 1
    assert sum(a != b for a, b in zip(AVEC.liens, SANS.liens, strict=True)) == 1


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("effectif", [60, 61, 97, 150, 210])
def test_small_schools_are_always_possible(effectif: int, seed: int) -> None:
    """Whatever the seed, even the smallest school has its pupils, its five anomalies and its teachers."""
    p = generer(Parametres(uai="0960001E", effectif=effectif, seed=seed))
    assert len(p.eleves) == effectif
    assert len(p.anomalies) == 5


def test_schools_of_an_academie_do_not_collide() -> None:
    """Each school of an académie has identifiers and INE of its own, and is told alike by its neighbour."""
    modele = Parametres(uai="0960001E", effectif=120, seed=1)
    populations = [generer(q) for q in decliner(modele, 4)]
    for lire in (
        lambda p: {e.id for e in p.eleves + p.sortants},
        lambda p: {e.ine for e in p.eleves + p.sortants} - {None},
        lambda p: {r.id for r in p.responsables},
        lambda p: {a.id for a in p.adresses},
        lambda p: {a.id for a in p.agents},
        lambda p: {e.uai for e in p.ecoles},
    ):
        ensembles = [lire(p) for p in populations]
        assert sum(map(len, ensembles)) == len(set().union(*ensembles))
    assert len({p.etablissement.uai for p in populations}) == 4
    for p, suivante in itertools.pairwise(populations):
        assert p.voisin == suivante.etablissement
    assert list(decliner(modele, 4)) == list(decliner(modele, 4))


def test_the_last_school_keeps_within_the_reserved_numbers() -> None:
    """The last rank and the largest size still give reserved INE, unique identifiers below 2^31."""
    p = generer(Parametres(uai="0960001E", effectif=2400, rang=1999, anomalies=False))
    ine = {e.ine for e in p.eleves + p.sortants}
    assert len(ine) == len(p.eleves) + len(p.sortants)
    assert all(est_ine_reserve(i) for i in ine if i)
    assert max(r.id for r in p.responsables) < 2**31
    assert max(r.id for r in p.responsables) // 10_000 == min(r.id for r in p.responsables) // 10_000


@pytest.mark.parametrize(
    "defaut",
    [
        {"uai": "0771991W"},
        {"uai": "0960001X"},
        {"effectif": 59},
        {"effectif": 2401},
        {"nature": "LYC"},
        {"rang": 2000},
        {"annee": 26},
        {"calendrier": "est"},
        {"departement": "075"},
        {"uai_voisin": "0960001E"},
    ],
)
def test_impossible_parameters_are_refused_in_french(defaut: dict[str, object]) -> None:
    """What cannot be generated is refused with a sentence and a remedy."""
    with pytest.raises(ParametresRefuses) as refus:
        replace(BASE, **defaut)
    assert refus.value.phrase.endswith(".")
    assert refus.value.remede
    assert refus.value.code == "POPULATION_PARAMETRES"
