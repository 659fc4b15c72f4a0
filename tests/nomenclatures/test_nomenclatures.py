"""National nomenclatures: every code well formed, every reference resolved."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from shared import nomenclatures as n
from shared.identifiers import code_gestion_valide, code_matiere_valide, code_mef_valide


def test_mef_are_well_formed() -> None:
    """Every MEF has its 11 characters, labels that fit, and a MEFSTAT11 that begins with its MEFSTAT4."""
    niveaux = {m.code for m in n.mefstats4()}
    for m in n.mefs():
        assert code_mef_valide(m.code), m
        assert len(m.mefstat11) == 11, m
        assert m.mefstat11.startswith(m.mefstat4), m
        assert m.mefstat4 in niveaux, m
        assert 0 < len(m.libelle_long) <= 40, m
        assert 0 < len(m.libelle_edition) <= 60, m
        assert 0 < len(m.formation) <= 6, m
        assert len(m.specialite) <= 5, m
        assert n.mef_existe(m.rattachement), m
        assert m.fiabilite in ("publie", "deduit"), m


def test_collegiens_move_up() -> None:
    """A pupil goes from CM2 to 6e, 5e, 4e, 3e, then has to choose."""
    assert n.mef_suivant(n.MEF_CM2) == n.MEF_COLLEGE[0]
    for de, vers in zip(n.MEF_COLLEGE, n.MEF_COLLEGE[1:], strict=False):
        assert n.mef_suivant(de) == vers
    assert n.mef_suivant(n.MEF_COLLEGE[-1]) is None
    assert n.mef_suivant("10010027110") == n.MEF_COLLEGE[1]
    assert n.mef_suivant("1001001211U") == "1011000111U"


def test_next_mef_exists_and_is_one_level_up() -> None:
    """Whoever moves up arrives in a MEF that exists and is not the one he left."""
    for m in n.mefs():
        if m.suivant:
            assert n.mef_existe(m.suivant), m
            assert n.mef(m.suivant).mefstat4 != m.mefstat4, m


def test_college_mef_are_all_there() -> None:
    """The collège list holds general, SEGPA, ULIS and UPE2A MEF and no lycée one."""
    codes = {m.code for m in n.mefs_college()}
    assert set(n.MEF_COLLEGE) <= codes
    assert {"16410002110", "1031001911U", "10010004110", "10310031110"} <= codes
    assert not codes & {m.code for m in n.mefs_lycee()}
    assert {"20010019110", "24725222310"} <= {m.code for m in n.mefs_lycee()}


def test_a_closed_mef_is_closed() -> None:
    """A MEF lives between its dates: the old prépa-pro died in 2019, the bilangue was born in 2016."""
    assert not n.mef("10310026110").ouvert(date(2020, 9, 1))
    assert n.mef("10310026110").ouvert(date(2018, 9, 1))
    assert not n.mef("10010027110").ouvert(date(2015, 9, 1))
    assert n.mef("10010012110").ouvert(date(2026, 9, 1))


def test_matieres_are_well_formed() -> None:
    """Every subject has 6 characters, a unique code de gestion of 5 at most, and labels that fit."""
    gestions = [m.code_gestion for m in n.matieres()]
    assert len(gestions) == len(set(gestions))
    for m in n.matieres():
        assert code_matiere_valide(m.code), m
        assert code_gestion_valide(m.code_gestion), m
        assert len(m.libelle_court) <= 20, m
        assert 0 < len(m.libelle_long) <= 40, m
        assert len(m.libelle_edition) <= 60, m
    assert n.matiere("030201").code_gestion == "AGL1"
    assert n.matiere_de_gestion("PH-CH").code == "062300"


@pytest.mark.parametrize(
    ("mef", "heures"),
    [("10010012110", 21), ("10110001110", 21), ("10210001110", 21), ("10310019110", 21)],
)
def test_college_programmes_add_up(mef: str, heures: int) -> None:
    """The common core of each level has the hours of the arrêté, languages apart."""
    commun = [p for p in n.programmes(mef) if p.modalite == "S" and p.matiere != "008400"]
    assert sum((p.horaire for p in commun), Decimal(0)) == heures - (Decimal("0.5") if mef[:3] != "100" else 0)


def test_programmes_refer_to_known_codes() -> None:
    """Every programme line names a known matière and one of the three modalités, at most once."""
    modalites = {e.code for e in n.liste("modalites_election")}
    for m in n.mefs():
        lignes = n.programmes(m.code, "40")
        assert len({(p.matiere, p.modalite) for p in lignes}) == len(lignes)
        for p in lignes:
            assert n.matiere_existe(p.matiere)
            assert p.modalite in modalites
            assert p.horaire > 0


def test_programmes_of_variants_and_academies() -> None:
    """A variant borrows the programme of its MEF; Kanak languages are taught in one académie only."""
    assert n.programmes("1011000111U") == n.programmes("10110001110")
    assert "036902" in {p.matiere for p in n.programmes("10110001110", "40")}
    assert "036902" not in {p.matiere for p in n.programmes("10110001110", "18")}
    assert ("030201", 1) in n.options_obligatoires("10110001110")
    assert ("030602", 2) in n.options_obligatoires("10110001110")
    assert not [o for o in n.options_obligatoires("10010012110") if o[1] != 1]


def test_staff_lists() -> None:
    """Disciplines lead to known fonctions and categories; STS labels have 10 characters at most."""
    categories = {e.code for e in n.liste("categories_discipline")} | {""}
    fonctions = {f.code for f in n.fonctions()}
    for d in n.disciplines():
        assert d.fonction in fonctions, d
        assert d.categorie in categories, d
        assert len(d.libelle_court) <= 10, d
    for g in n.grades():
        assert len(g.code) <= 10, g
    assert n.grade("CERT. CL N").heures_dues == 18
    assert n.modalite_cours("AI").co_enseignement
    assert not n.modalite_cours("CG").co_enseignement


@pytest.mark.parametrize("nom", n.LISTES)
def test_simple_lists(nom: str) -> None:
    """Every simple list has unique codes, labels of the lengths SIECLE allows, and can be asked by code."""
    codes = [e.code for e in n.liste(nom)]
    assert codes
    assert len(codes) == len(set(codes))
    for e in n.liste(nom):
        assert len(e.libelle_court) <= 10, e
        assert e.libelle_long, e
        assert n.entree(nom, e.code) is e


def test_places() -> None:
    """Communes lead to an open académie; codes and postcodes have 5 characters."""
    for c in n.communes():
        assert len(c.insee) == 5, c
        assert len(c.code_postal) == 5, c
        assert n.academie_du_departement(c.departement).fermeture is None, c
    assert n.academie_du_departement("037").nom == "ORLEANS-TOURS"
    assert n.academie("018").code_sts == "018"
    assert n.academie_du_departement("988").zone == "austral"
    assert n.commune("37261").libelle == "TOURS"


def test_families_lists() -> None:
    """Kinships keep their old digit, PCS their weights."""
    assert n.parente("10").ancien_code == "2"
    assert n.parente("38").ancien_code is None
    assert sum(p.poids for p in n.pcs()) > 90
    assert n.nature("340").categorie == "CLG"


def test_unknown_code_is_refused_in_french() -> None:
    """An unknown code is a refusal that names the list and says what to do, never an empty answer."""
    with pytest.raises(n.CodeInconnu) as refus:
        n.mef("99999999999")
    assert refus.value.phrase == "Le code « 99999999999 » n'existe pas dans la nomenclature « MEF »."
    assert refus.value.remede
    with pytest.raises(n.CodeInconnu):
        n.liste("inconnue")
    with pytest.raises(n.CodeInconnu):
        n.entree("pays", "000")
