"""Generated pupils and families: exact numbers, reserved ranges, plausible lives."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest

from rentree.population import Eleve, Parametres, Population
from shared import identifiers, nomenclatures

PARAMETRES = {
    "nord": Parametres(uai="0960001E", effectif=600, seed=7, annee=2026),
    "sud": Parametres(uai="0970001Z", effectif=450, seed=3, annee=2018, calendrier="sud"),
    "petit": Parametres(uai="0960001E", effectif=60, seed=1, anomalies=False),
    "grand": Parametres(uai="0980001U", effectif=1500, seed="grand", rang=12, departement="025"),
}
TOUTES = pytest.mark.parametrize("p", list(PARAMETRES), indirect=True)


def tous(p: Population) -> tuple[Eleve, ...]:
    """Pupils of N and leavers."""
    return p.eleves + p.sortants


@TOUTES
def test_the_number_of_pupils_is_exact(p: Population) -> None:
    """Year N has exactly the pupils asked for, from the four origins, each in a division of his level."""
    assert len(p.eleves) == p.parametres.effectif
    origines = Counter(e.origine for e in p.eleves)
    assert set(origines) == {"base", "affectation", "autre_eple", "hors_academie"}
    assert origines["hors_academie"] in (1, 2)
    assert 2 <= origines["autre_eple"] <= p.parametres.effectif * 0.04
    assert sum(len(e) for e in p.eleves_par_division.values()) == p.parametres.effectif
    for division in p.divisions:
        eleves = p.eleves_par_division[division.code]
        assert len(eleves) == division.effectif
        assert {e.scolarite.mef for e in eleves if e.scolarite} == set(division.mefs)


@TOUTES
def test_divisions_have_realistic_sizes(p: Population) -> None:
    """Divisions of both years have 12 to 31 pupils and codes STS-Web accepts; levels are balanced."""
    for division in p.divisions + p.divisions_precedentes:
        assert 12 <= division.effectif <= 31, division
        assert identifiers.code_structure_valide(division.code)
        assert division.code.startswith(str(division.niveau))
    for divisions in (p.divisions, p.divisions_precedentes):
        niveaux = Counter(d.niveau for d in divisions)
        assert set(niveaux) == {6, 5, 4, 3}
        assert max(niveaux.values()) - min(niveaux.values()) <= max(1, len(divisions) // 8)
    if p.parametres.effectif >= 400:
        assert 23 <= p.parametres.effectif / len(p.divisions) <= 28


@TOUTES
def test_everybody_comes_from_one_level_below(p: Population) -> None:
    """A pupil was one level below in N-1, or at the same one and repeats; only 3e and movers have left."""
    for e in p.eleves:
        assert e.scolarite is not None
        avant, ici = e.scolarite_precedente.mef, e.scolarite.mef
        if e.doublement:
            assert avant[:3] == ici[:3]
            assert e.origine == "base"
        else:
            assert nomenclatures.mef_suivant(avant)[:3] == ici[:3]
        assert (e.scolarite_precedente.division is not None) == (e.origine == "base")
        assert e.scolarite.annee == p.parametres.annee == e.scolarite_precedente.annee + 1
    assert all(e.scolarite.mef[:3] == "100" for e in p.eleves if e.origine == "affectation" and e.scolarite)
    troisiemes = [e for e in p.sortants if e.scolarite_precedente.mef[:3] == "103"]
    assert len(troisiemes) >= len(p.sortants) * 0.85
    for e in p.sortants:
        assert e.scolarite is None
        assert e.scolarite_precedente.date_sortie
        nomenclatures.entree("motifs_sortie", e.scolarite_precedente.motif_sortie or "")
    assert 0.85 < len(p.base_precedente) / p.parametres.effectif < 1.15


@TOUTES
def test_ages_go_with_levels(p: Population) -> None:
    """Pupils are of the age of their level, a year older when they repeat, at most one year off otherwise."""
    age = {"100": 11, "101": 12, "102": 13, "103": 14}
    ecarts = Counter()
    for e in p.eleves:
        assert e.scolarite is not None
        ecart = p.parametres.annee - age[e.scolarite.mef[:3]] - e.date_naissance.year
        assert -1 <= ecart <= 2, e.id
        assert ecart >= 1 or not e.doublement
        ecarts[ecart] += 1
    assert ecarts[0] > 0.85 * len(p.eleves)


@TOUTES
def test_everybody_is_in_the_reserved_ranges(p: Population) -> None:
    """No UAI, INE, telephone or mail address could be a real one, and nobody shares an INE or an ELENOET."""
    for uai in p.etablissements_par_uai:
        assert identifiers.est_reserve(uai)
    ine = [e.ine for e in tous(p) if e.ine]
    assert all(identifiers.est_ine_reserve(i) for i in ine)
    assert len(set(ine)) == len(ine) >= len(tous(p)) - 1
    assert len({e.elenoet for e in tous(p)}) == len(tous(p))
    assert all(0 < e.elenoet < 100_000 for e in tous(p))
    telephones = [e.tel_portable for e in tous(p)]
    telephones += [t for r in p.responsables for t in (r.tel_personnel, r.tel_portable, r.tel_professionnel)]
    telephones += [e.telephone for e in p.etablissements_par_uai.values()]
    assert all(identifiers.telephone_reserve(t) for t in telephones if t)
    mels = [x.mel for x in (*tous(p), *p.responsables, *p.agents, *p.etablissements_par_uai.values())]
    assert all(identifiers.mel_reserve(m) for m in mels if m)


@TOUTES
def test_every_code_is_in_the_nomenclatures(p: Population) -> None:
    """Every code a file would carry exists."""
    for e in tous(p):
        nomenclatures.entree("regimes", e.regime)
        nomenclatures.entree("bourses", e.bourse)
        nomenclatures.entree("pays", e.pays_naissance)
        nomenclatures.entree("pays", e.nationalite)
        nomenclatures.entree("provenances", e.provenance)
        nomenclatures.entree("statuts", e.statut)
        if e.commune_naissance:
            commune = nomenclatures.commune(e.commune_naissance)
            assert commune.departement == e.departement_naissance
        for scolarite in (e.scolarite, e.scolarite_precedente):
            if scolarite:
                nomenclatures.mef(scolarite.mef)
                programme = {q.matiere for q in nomenclatures.programmes(scolarite.mef, p.academie.code)}
                assert {o.matiere for o in scolarite.options} <= programme, e.id
                assert [o.rang for o in scolarite.options] == list(range(1, len(scolarite.options) + 1))
    for r in p.responsables:
        assert r.pcs in {x.code for x in nomenclatures.pcs()}
        assert r.civilite in ("1", "2")
    for lien in p.liens:
        nomenclatures.parente(lien.parente)
        nomenclatures.entree("niveaux_responsabilite", lien.niveau)
    for a in p.adresses:
        assert nomenclatures.commune(a.commune_insee).departement == a.departement
        assert len(a.ligne1) <= 38
        assert len(a.ligne2 or "") <= 38


@TOUTES
def test_every_pupil_has_somebody_and_somewhere(p: Population) -> None:
    """One or two legal responsables, one to call first, one who pays, and a place to live."""
    for e in tous(p):
        liens = p.liens_par_eleve[e.id]
        assert 1 <= sum(lien.niveau == "1" for lien in liens) <= 2
        assert sum(lien.contact_prioritaire for lien in liens) == 1
        assert sum(lien.paie_frais for lien in liens) == 1
        assert any(lien.heberge for lien in liens) or e.adresse_id in p.adresses_par_id
        assert len({lien.responsable_id for lien in liens}) == len(liens)
        assert not [x for x in liens if x.niveau == "3" and (x.paie_frais or x.heberge or x.percoit_aides)]
    for r in p.responsables:
        assert r.adresse_id in p.adresses_par_id
        assert p.enfants_par_responsable[r.id]
    assert len({r.id for r in p.responsables}) == len(p.responsables)


def test_families_look_like_those_of_the_survey(population: Callable[[str], Population]) -> None:
    """Most pupils live with two legal responsables, a quarter or so have two addresses, some have one parent."""
    grand = population("grand")
    adresses = Counter()
    for e in grand.eleves:
        legaux = [x for x in grand.liens_par_eleve[e.id] if x.niveau == "1"]
        adresses[len({grand.responsables_par_id[x.responsable_id].adresse_id for x in legaux})] += len(legaux) == 2
        adresses["seul"] += len(legaux) == 1
    n = len(grand.eleves)
    assert 0.62 < adresses[1] / n < 0.78
    assert 0.15 < adresses[2] / n < 0.30
    assert 0.05 < adresses["seul"] / n < 0.14
    autres_noms = sum(
        any(grand.responsables_par_id[x.responsable_id].nom != e.nom for x in grand.liens_par_eleve[e.id])
        for e in grand.eleves
    )
    assert autres_noms > 0.35 * n
    assert any(e.nom_usage for e in grand.eleves)


@TOUTES
def test_brothers_and_sisters_share_their_parents(p: Population) -> None:
    """About one pupil in five has a sibling in the school, born the same day or nine months apart at least."""
    fratries = [ids for ids in p.enfants_par_responsable.values() if len(ids) > 1]
    presents = {e for ids in fratries for e in ids}
    if p.parametres.effectif >= 400:
        assert 0.15 < len(presents) / len(tous(p)) < 0.32
    for ids in fratries:
        jours = sorted(p.eleves_par_id[i].date_naissance for i in ids)
        for avant, apres in itertools.pairwise(jours):
            assert avant == apres or (apres - avant).days > 270, ids
        assert len({p.eleves_par_id[i].prenom for i in ids}) == len(ids)


def test_there_are_twins(population: Callable[[str], Population]) -> None:
    """A few pupils of a large school are twins: one mother, one date of birth, two first names, one level."""
    grand = population("grand")
    meres = [ids for ids in grand.enfants_par_responsable.values() if len(ids) > 1]
    couples = [(a, b) for ids in meres for a, b in itertools.pairwise(ids)]
    jumeaux = {
        (a, b) for a, b in couples if grand.eleves_par_id[a].date_naissance == grand.eleves_par_id[b].date_naissance
    }
    assert 3 <= len(jumeaux) <= 0.03 * len(grand.eleves)


def test_names_are_varied_and_hard_enough(population: Callable[[str], Population]) -> None:
    """Accents, ligatures, compound names and third first names occur, all writable in ISO-8859-15."""
    grand = population("grand")
    textes = [t for e in tous(grand) for t in (e.nom, e.prenom, e.prenom2, e.prenom3, e.nom_usage) if t]
    textes += [t for r in grand.responsables for t in (r.nom, r.prenom, r.nom_usage) if t]
    tout = " ".join(textes)
    tout.encode("iso-8859-15")
    assert all(c in tout for c in "ÉéèÇœŒ-' ")
    assert len({e.nom for e in tous(grand)}) > 400
    assert len({t for e in tous(grand) for t in (e.prenom, e.prenom2, e.prenom3) if t}) > 180
    assert sum(e.prenom3 is not None for e in grand.eleves) > 200
    assert all(e.nom == e.nom.upper() for e in tous(grand))


@TOUTES
def test_entry_dates_precede_exits(p: Population) -> None:
    """Newcomers enter at the rentrée of N, the others earlier; nobody leaves before he came."""
    for e in p.eleves:
        assert e.scolarite is not None
        nouveau = e.origine != "base"
        assert (e.scolarite.date_entree == p.rentree) == nouveau
        assert e.scolarite.date_entree is not None
        assert e.scolarite.date_entree <= p.rentree
    for e in p.sortants:
        ancienne = e.scolarite_precedente
        assert ancienne.date_entree is not None
        assert ancienne.date_sortie is not None
        assert ancienne.date_entree < ancienne.date_sortie < p.rentree


def test_the_south_has_its_own_year_places_and_languages(population: Callable[[str], Population]) -> None:
    """In the southern calendar the year is the civil one, the millésime one less, and Kanak languages are taught."""
    nord = population("nord")
    sud = population("sud")
    assert sud.parametres.millesime_effectif == 2017
    assert sud.rentree.year == sud.sortie.year == 2018
    assert sud.academie.nom == "NOUVELLE-CALEDONIE"
    assert {a.departement for a in sud.adresses} == {"988"}
    langues = {o.matiere for e in sud.eleves if e.scolarite for o in e.scolarite.options}
    assert {"036902", "037002"} & langues
    assert nord.parametres.millesime_effectif == 2026
    assert nord.rentree == date(2026, 9, 1)
