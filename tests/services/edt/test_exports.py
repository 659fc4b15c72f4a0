"""What goes out of a base: `emp_sts` to STS-Web, the liens élève-groupe to SIECLE."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import pytest

from shared.formats.elegroupe.noms import analyser_nom

from .conftest import ALLEMAND, FRANCAIS, MATHS

PLACES: dict[int, str | None] = {1001: "6A", 1002: "6B", 1003: "6B"}


def _peupler(ecole: Any) -> None:
    ecole.importer_siecle(ecole.export_eleves(PLACES))
    ecole.groupe("6ALL1", ("6A", "6B"))
    ecole.service("6ALL1", ALLEMAND, 4, 40102)
    ecole.demander(
        "POST",
        "/groupes/eleves",
        json=[{"groupe": "6ALL1", "eleves": [1001, 1003], "debut": "2021-09-02", "fin": "2022-07-07"}],
    )


@pytest.mark.procedure("EDT-33")
def test_the_file_for_sts_says_what_the_base_holds(ecole: Any) -> None:
    """emp_sts holds the services of classes and groups, their teachers and courses, and the groups' classes."""
    _peupler(ecole)
    ecole.demander("POST", "/placement")
    doc = ecole.exporter_sts()
    assert (doc.parametres.uaj, doc.parametres.annee_scolaire) == (ecole.uai, 2021)
    assert {d.code: [s.code_matiere for s in d.services] for d in doc.divisions} == {"6A": [FRANCAIS], "6B": [FRANCAIS]}
    (groupe,) = doc.groupes
    assert (groupe.code, groupe.effectif_prevu) == ("6ALL1", 2)
    assert [(d.code, d.effectif_prevu) for d in groupe.divisions] == [("6A", 1), ("6B", 1)]
    (service,) = groupe.services
    (enseignant,) = service.enseignants
    assert (service.heures_structure, enseignant.id, enseignant.heures_agent) == (Decimal(4), "40102", Decimal(4))
    assert len(enseignant.cours) == 4
    assert {c.code_alternance for c in enseignant.cours} == {"H"}
    assert {a.code for a in doc.alternances} == {"H", "Q1", "Q2"}


def test_the_same_base_writes_the_same_bytes(ecole: Any) -> None:
    """Exporting twice at the same instant gives the same files."""
    _peupler(ecole)
    for export in ("/exports/sts", "/exports/liens"):
        assert ecole.demander("POST", export).content == ecole.demander("POST", export).content


@pytest.mark.procedure("EDT-29")
def test_a_service_set_aside_does_not_go_out(ecole: Any) -> None:
    """A service made « non exportable » is left out, and no point de contrôle complains."""
    ecole.service("6A", MATHS, 2, 40102)
    ecole.demander("PUT", "/exportables", json=[{"structure": "6A", "matiere": MATHS, "exportable": False}])
    assert {d.code: len(d.services) for d in ecole.exporter_sts().divisions} == {"6A": 1, "6B": 1}
    points = {c["code"]: c["lignes"] for c in ecole.demander("GET", "/controles")}
    assert points["SERVICES_ECARTES"] == []
    assert len(points["SERVICES_NON_EXPORTABLES"]) == 1
    ecole.demander("PUT", "/exportables", json=[{"structure": "6A", "matiere": MATHS, "exportable": True}])
    assert {d.code: len(d.services) for d in ecole.exporter_sts().divisions} == {"6A": 2, "6B": 1}


@pytest.mark.procedure("EDT-28")
def test_a_teacher_set_aside_does_not_go_out(ecole: Any) -> None:
    """A teacher made « non exportable » is in neither the people nor the services of the file."""
    ecole.service("6A", MATHS, 2, 40102)
    ecole.demander("PUT", "/exportables", json=[{"professeur": 40102, "exportable": False}])
    doc = ecole.exporter_sts()
    assert "40102" not in {i.id for i in doc.individus}
    assert [s.code_matiere for d in doc.divisions for s in d.services] == [FRANCAIS, FRANCAIS]
    assert {c["code"]: c["lignes"] for c in ecole.demander("GET", "/controles")}["SERVICES_ECARTES"] == []


@pytest.mark.procedure("EDT-18")
def test_a_place_to_fill_keeps_its_services_in_the_base(ecole: Any) -> None:
    """The services of « BMP EPS » stay until he has a counterpart; beside another teacher they go without him."""
    bmp = ecole.demander("POST", "/professeurs", 201, json={"nom": "BMP EPS"})["id"]
    ecole.service("6A", MATHS, 2, bmp)
    assert {d.code: len(d.services) for d in ecole.exporter_sts().divisions} == {"6A": 1, "6B": 1}
    (ligne,) = {c["code"]: c["lignes"] for c in ecole.demander("GET", "/controles")}["SERVICES_ECARTES"]
    assert ligne.startswith(f"6A {MATHS}")
    ecole.demander(
        "POST",
        "/services",
        json=[
            {
                "structure": "6A",
                "matiere": MATHS,
                "heures": 2,
                "co_ens": True,
                "enseignants": [{"id": bmp, "heures": 2}, {"id": 40103, "heures": 2}],
            }
        ],
    )
    maths = next(s for d in ecole.exporter_sts().divisions for s in d.services if s.code_matiere == MATHS)
    assert [e.id for e in maths.enseignants] == ["40103"]


@pytest.mark.procedure("EDT-31")
def test_the_assistant_lists_what_is_incomplete(ecole: Any) -> None:
    """A group without pupils and a service of 0 hours are listed, and do not stop the file."""
    ecole.groupe("6ALL1")
    ecole.service("6ALL1", ALLEMAND, 0, 40102)
    points = {c["code"]: c for c in ecole.demander("GET", "/controles")}
    assert points["GROUPES_SANS_EFFECTIF"]["lignes"] == ["6ALL1"]
    assert points["COURS_PONDERES_A_ZERO"]["lignes"] == [f"6ALL1 {ALLEMAND} CG, Allemand LV1"]
    assert points["GROUPES_SANS_EFFECTIF"]["gene"] is True
    reponse = ecole.demander("POST", "/exports/sts")
    dits = unquote(reponse.headers["x-rentree-avertissements"])
    assert "Groupes sans effectif : 6ALL1" in dits


@pytest.mark.procedure("EDT-31")
def test_the_assistant_stops_until_it_is_mended_or_set_aside(ecole: Any) -> None:
    """With the assistant no file while a point prevents a complete transfer; set aside or mended, the file comes."""
    ecole.groupe("6ALL1")
    ecole.service("6ALL1", ALLEMAND, 0, 40102)
    refus = ecole.demander("POST", "/exports/sts", 409, json={"assistant": True})
    assert (refus["code"], refus["regle"]) == ("POINTS_DE_CONTROLE", "EDT-31")
    assert refus["title"] == "L'assistant s'arrête : Groupes sans effectif (1), Cours pondérés à 0 (1)."
    assert refus["details"]["GROUPES_SANS_EFFECTIF"] == ["6ALL1"]
    ecole.service("6ALL1", ALLEMAND, 2, 40102)
    reste = ecole.demander("POST", "/exports/sts", 409, json={"assistant": True})
    assert reste["title"] == "L'assistant s'arrête : Groupes sans effectif (1)."
    options = {"assistant": True, "mis_de_cote": ["GROUPES_SANS_EFFECTIF"]}
    assert ecole.demander("POST", "/exports/sts", 200, json=options).content
    assert ecole.demander("POST", "/exports/sts", 200).content


@pytest.mark.procedure("EDT-32")
def test_a_matiere_without_counterpart_is_warned_of(ecole: Any) -> None:
    """A matière taken out of its counterpart is told by the conformity check, and its services stay."""
    choix = [{"genre": "matiere", "code": FRANCAIS, "sts_code": None}]
    ecole.demander("PUT", "/correspondances", json=choix)
    points = {c["code"]: c for c in ecole.demander("GET", "/controles")}
    assert (points["CONFORMITE_MATIERES"]["lignes"], points["CONFORMITE_MATIERES"]["gene"]) == (
        [f"{FRANCAIS} Français"],
        False,
    )
    assert ecole.demander("POST", "/exports/sts", 422)["code"] == "SANS_SERVICE"
    ecole.demander("PUT", "/correspondances", json=[choix[0] | {"sts_code": MATHS}])
    assert {s.code_matiere for d in ecole.exporter_sts().divisions for s in d.services} == {MATHS}


@pytest.mark.procedure("EDT-36")
@pytest.mark.procedure("EDT-38")
def test_the_links_zip_is_named_and_counted(ecole: Any) -> None:
    """The zip is named for the school and millésime, holds the links with their dates, the message counts pupils."""
    _peupler(ecole)
    nom, doc = ecole.exporter_liens()
    lu = analyser_nom(nom)
    assert (lu.uai, lu.millesime) == (ecole.uai, 2021)
    assert (doc.entete.parametres.uai, doc.entete.parametres.annee) == (ecole.uai, 2021)
    assert [(e.eleve_id, g.code, str(g.debut), str(g.fin)) for e in doc.eleves for g in e.groupes] == [
        (1001, "6ALL1", "2021-09-02", "2022-07-07"),
        (1003, "6ALL1", "2021-09-02", "2022-07-07"),
    ]
    dit = unquote(ecole.demander("POST", "/exports/liens").headers["x-rentree-message"])
    assert dit == f"Les liens élèves/groupes de 2 élèves ont été exportés dans le fichier ZIP suivant : {nom}"


@pytest.mark.procedure("EDT-40")
def test_pupils_in_no_group_are_not_in_the_file(ecole: Any) -> None:
    """Only pupils of a group go out; without any there is no file."""
    ecole.importer_siecle(ecole.export_eleves(PLACES))
    ecole.groupe("6ALL1", ("6A", "6B"))
    assert ecole.demander("POST", "/exports/liens", 422)["code"] == "ELEGROUPE_SANS_LIEN"
    ecole.demander("POST", "/groupes/eleves", json=[{"groupe": "6ALL1", "eleves": [1002]}])
    assert [e.eleve_id for e in ecole.exporter_liens()[1].eleves] == [1002]


@pytest.mark.procedure("EDT-39")
def test_offline_the_millesime_is_wrong(ecole: Any) -> None:
    """Without Internet the name and the content of the file carry the next millésime."""
    _peupler(ecole)
    nom, doc = ecole.exporter_liens(internet=False)
    assert (analyser_nom(nom).millesime, doc.entete.parametres.annee) == (2022, 2022)


@pytest.mark.procedure("EDT-37")
def test_links_want_the_base_for_themselves(ecole: Any) -> None:
    """The export is refused outside the mode usage exclusif."""
    _peupler(ecole)
    assert ecole.demander("POST", "/exports/liens", 409, json={"exclusif": False})["code"] == "USAGE_EXCLUSIF"


def test_links_want_pupils_of_siecle(ecole: Any) -> None:
    """Before SIECLE's pupils came in there is nothing to link."""
    assert ecole.demander("POST", "/exports/liens", 422)["code"] == "SANS_SIECLE"


def test_suivre_says_that_a_group_is_empty(ecole: Any) -> None:
    """The trace of a group without pupils is blocked with its remedy; with pupils and exported it has its steps."""
    ecole.groupe("6ALL1", ("6A", "6B"))
    chemin, cle = "/_sim/trace", {"cle": ["groupe:6ALL1", f"uai:{ecole.uai}"]}
    (trace,) = ecole.bac.interne("edt", "GET", chemin, params=cle).json()
    assert (trace["etat"], trace["blocages"][0]["code"]) == ("bloque", "GROUPE_SANS_EFFECTIF")
    ecole.importer_siecle(ecole.export_eleves(PLACES))
    ecole.demander("POST", "/groupes/eleves", json=[{"groupe": "6ALL1", "eleves": [1001]}])
    ecole.exporter_liens()
    (trace,) = ecole.bac.interne("edt", "GET", chemin, params=cle).json()
    assert (trace["etat"], trace["blocages"], len(trace["etapes"])) == ("present", [], 1)
