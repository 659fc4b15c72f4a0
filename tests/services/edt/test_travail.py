"""What is done in a base: groups, services, timetable, correspondances."""

from __future__ import annotations

import io
from datetime import time
from typing import Any

import pytest

from rentree.demo import depart
from rentree.population import Parametres, generer
from services.edt import rules
from shared.formats import sts

from .conftest import ALLEMAND, FRANCAIS, MATHS, individu


@pytest.mark.procedure("EDT-09")
def test_groups_take_any_name_but_one_taken(ecole: Any) -> None:
    """EDT takes the name that STS-Web will refuse; it refuses a name twice, an unknown class, no name, no class."""
    ecole.groupe("6È ALL/1")
    refus = {
        "GROUPE_EXISTE": {"code": "6A", "divisions": ["6A"]},
        "CLASSE_INCONNUE": {"code": "G", "divisions": ["6Z"]},
        "GROUPE_SANS_NOM": {"code": " ", "divisions": ["6A"]},
        "GROUPE_SANS_CLASSE": {"code": "G", "divisions": []},
    }
    for code, groupe in refus.items():
        reponse = ecole.bac["edt"].post(ecole.base + "/groupes", json=[groupe])
        assert (reponse.status_code >= 400, reponse.json()["code"]) == (True, code)
    assert {s["code"] for s in ecole.demander("GET", "/groupes")} == {"6A", "6B", "6È ALL/1"}


def test_services_want_what_the_base_holds(ecole: Any) -> None:
    """A service of an unknown structure, matière or teacher, or of impossible hours, is refused."""
    bon = {"structure": "6A", "matiere": MATHS, "heures": 4, "enseignants": [{"id": 40102, "heures": 4}]}
    refus = {
        "STRUCTURE_INCONNUE": {"structure": "6Z"},
        "MATIERE_INCONNUE": {"matiere": "999999"},
        "PROFESSEUR_INCONNU": {"enseignants": [{"id": 1, "heures": 4}]},
        "HEURES_INVALIDES": {"heures": -1},
    }
    for code, changement in refus.items():
        reponse = ecole.bac["edt"].post(ecole.base + "/services", json=[bon | changement])
        assert reponse.json()["code"] == code
    assert ecole.demander("GET")["service"] == 2
    ecole.demander("POST", "/services", json=[bon])
    ecole.demander("POST", "/services", json=[bon | {"heures": 3.5}])
    assert ecole.demander("GET")["service"] == 3


def test_professeurs_principaux_are_people_of_the_base(ecole: Any) -> None:
    """The professeur principal of a class is one of its teachers, and the list replaces the last one."""
    refus = ecole.demander("POST", "/professeurs-principaux", 404, json=[{"division": "6A", "id": 9}])
    assert refus["code"] == "PROFESSEUR_INCONNU"
    ecole.demander("POST", "/professeurs-principaux", json=[{"division": "6A", "id": 40101}])
    ecole.demander("POST", "/professeurs-principaux", json=[{"division": "6B", "id": 40102}])
    primes = {i.id: [x.code_structure for x in i.indemnites] for i in ecole.exporter_sts().individus}
    assert (primes["40101"], primes["40102"]) == ([], ["6B"])


@pytest.mark.procedure("EDT-35")
def test_members_replace_the_last_list(ecole: Any) -> None:
    """Pupils put in a group replace those who were there; an unknown pupil refuses the whole."""
    ecole.importer_siecle(ecole.export_eleves({1001: "6A", 1002: "6A", 1003: "6B"}))
    ecole.groupe("6ALL1", ("6A", "6B"))
    ecole.demander("POST", "/groupes/eleves", json=[{"groupe": "6ALL1", "eleves": [1001, 1002, 1002]}])
    refus = ecole.demander("POST", "/groupes/eleves", 404, json=[{"groupe": "6ALL1", "eleves": [1003, 77]}])
    assert (refus["code"], refus["details"]["eleves"]) == ("ELEVE_INCONNU", [77])
    assert {s["code"]: s["effectif"] for s in ecole.demander("GET", "/groupes")}["6ALL1"] == 2
    ecole.demander("POST", "/groupes/eleves", json=[{"groupe": "6ALL1", "eleves": [1003]}])
    assert [e.eleve_id for e in ecole.exporter_liens()[1].eleves] == [1003]


def test_the_placed_timetable_has_no_clash(ecole: Any) -> None:
    """A collège of 60 pupils, placed through the web service: the file that goes out holds no clash."""
    population = generer(Parametres(uai=ecole.uai, effectif=60, seed=3, annee=2022))
    e = type(ecole)(ecole.bac, 2021)
    e.demander("DELETE", statut=204)
    e.demander("POST", statut=201)
    e.demander("POST", "/imports/sts", files={"fichier": ("sts_emp.xml", _complet(population))})
    e.demander(
        "POST",
        "/groupes",
        json=[{"code": g.code, "divisions": list(g.divisions), "barrette": g.barrette} for g in _besoins(population)],
    )
    classes = {s["code"] for s in e.demander("GET", "/groupes")}
    services = [s for s in population.besoins.services if s.structure in classes]
    e.demander(
        "POST",
        "/services",
        json=[
            {
                "structure": s.structure,
                "matiere": s.matiere,
                "modalite": s.modalite,
                "heures": float(s.heures),
                "co_ens": s.co_enseignement,
                "enseignants": [{"id": i, "heures": float(h)} for i, h in s.enseignants],
            }
            for s in services
        ],
    )
    bilan = e.demander("POST", "/placement")
    assert bilan["non_places"] == []
    doc = e.exporter_sts()
    occupes: set[tuple[str, int | None, time | None, str]] = set()
    vus = 0
    for structure in (*doc.divisions, *doc.groupes):
        for service in structure.services:
            for enseignant in service.enseignants:
                for cours in enseignant.cours:
                    semaines = rules.QUINZAINES if cours.code_alternance == "H" else (cours.code_alternance,)
                    for semaine in semaines:
                        cle = (enseignant.id, cours.jour, cours.heure_debut, semaine)
                        assert cle not in occupes
                        occupes.add(cle)
                    vus += 1
    assert vus >= bilan["cours"] > 50
    conflits = {c["code"]: c["lignes"] for c in e.demander("GET", "/controles")}["CONFLITS"]
    assert conflits == []


def _besoins(population: Any) -> list[Any]:
    connues = {d.code for d in population.divisions}
    return [g for g in population.besoins.groupes if set(g.divisions) <= connues]


def _complet(population: Any) -> bytes:
    """The school's sts_emp of N-1 made to speak of N: its divisions, staff, and every matière of its services."""
    doc = sts.lire_sts_emp(io.BytesIO(depart.sts_precedent(population)), "sts_emp.xml")
    matieres = sorted({s.matiere for s in population.besoins.services})
    sortie = io.BytesIO()
    sts.ecrire_sts_emp(
        sortie,
        sts.StsEmp(
            parametres=sts.ParametresSts(
                doc.parametres.uaj,
                sts.AnneeScolaire(2021, doc.parametres.annee_scolaire.date_debut, None),
            ),
            nomenclatures=sts.NomenclaturesSts(matieres=tuple(sts.Matiere(x, None, None, x, x) for x in matieres)),
            individus=doc.individus,
            divisions=tuple(
                sts.Division(d.code, d.libelle, d.effectif, d.effectif, tuple(sts.MefAppartenance(x) for x in d.mefs))
                for d in population.divisions
            ),
        ),
    )
    return sortie.getvalue()


@pytest.mark.procedure("EDT-16")
def test_counterparts_are_found_by_name(ecole: Any) -> None:
    """A teacher added by hand finds his counterpart when STS-Web sends somebody of that name; a class, a group too."""
    numero = ecole.demander("POST", "/professeurs", 201, json={"nom": "prastignac", "prenom": "Odile"})["id"]
    ecole.groupe("6ALL1")
    assert _contreparties(ecole, "professeur")[str(numero)] is None
    assert _contreparties(ecole, "groupe") == {"6ALL1": None}
    ecole.importer_sts(
        ecole.sts_emp(
            individus=[individu("40101", "ESTRADEL"), individu("40777", "PRASTIGNAC", "Odile")], groupes=("6ALL1",)
        )
    )
    assert _contreparties(ecole, "professeur") == {
        str(numero): "40777",
        "40101": "40101",
        "40102": None,
        "40103": None,
    }
    assert _contreparties(ecole, "groupe") == {"6ALL1": "6ALL1"}
    assert _contreparties(ecole, "classe") == {"6A": "6A", "6B": "6B"}


@pytest.mark.procedure("EDT-19")
def test_a_counterpart_that_left_sts_is_undone(ecole: Any) -> None:
    """A class that STS-Web holds no more loses its counterpart, and its services stay in the base."""
    ecole.importer_sts(ecole.sts_emp(classes=("6A", "6C")))
    assert _contreparties(ecole, "classe") == {"6A": "6A", "6B": None}
    assert [d.code for d in ecole.exporter_sts().divisions] == ["6A"]
    (ecarte,) = {c["code"]: c["lignes"] for c in ecole.demander("GET", "/controles")}["SERVICES_ECARTES"]
    assert ecarte.startswith(f"6B {FRANCAIS} CG")


@pytest.mark.procedure("EDT-17")
def test_a_counterpart_is_set_by_hand(ecole: Any) -> None:
    """A class renamed in STS-Web is matched by hand, and goes out under STS-Web's code; a taken one is refused."""
    ecole.importer_sts(ecole.sts_emp(classes=("6A", "6BIS")))
    choix = [{"genre": "classe", "code": "6B", "sts_code": "6A"}]
    assert ecole.demander("PUT", "/correspondances", 409, json=choix)["code"] == "CORRESPONDANCE_PRISE"
    choix = [{"genre": "classe", "code": "6B", "sts_code": "6ZZ"}]
    assert ecole.demander("PUT", "/correspondances", 404, json=choix)["code"] == "DONNEE_STS_INCONNUE"
    choix = [{"genre": "classe", "code": "6ZZ", "sts_code": "6A"}]
    assert ecole.demander("PUT", "/correspondances", 404, json=choix)["code"] == "LIGNE_INCONNUE"
    ecole.demander("PUT", "/correspondances", json=[{"genre": "classe", "code": "6B", "sts_code": "6BIS"}])
    ecole.groupe("6ALL1", ("6A", "6B"))
    ecole.service("6ALL1", ALLEMAND, prof=40102)
    doc = ecole.exporter_sts()
    assert [d.code for d in doc.divisions] == ["6A", "6BIS"]
    assert [d.code for d in doc.groupes[0].divisions] == ["6A", "6BIS"]
    ecole.importer_sts(ecole.sts_emp(classes=("6A", "6BIS")), structures="true")
    assert {s["code"] for s in ecole.demander("GET", "/groupes") if s["type"] == "D"} == {"6A", "6B"}


def _contreparties(ecole: Any, genre: str) -> dict[str, str | None]:
    return {c["code"]: c["sts_code"] for c in ecole.demander("GET", "/correspondances") if c["genre"] == genre}
