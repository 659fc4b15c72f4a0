"""What comes into a base: `sts_emp` from STS-Web, the files of SIECLE."""

from __future__ import annotations

from typing import Any

import pytest

from shared.formats import sts

PLACES: dict[int, str | None] = {1001: "6A", 1002: "6A", 1003: "6B"}


@pytest.mark.procedure("EDT-11")
def test_an_empty_base_takes_everything(ecole: Any) -> None:
    """The first sts_emp brings classes, teachers, matières and services."""
    lu = ecole.demander("GET")
    assert (lu["professeur"], lu["matiere"], lu["structure"], lu["service"]) == (3, 4, 2, 2)
    assert lu["nom"] == "COLLEGE DES TROIS MOULINS"


def test_a_file_of_another_school_is_refused(ecole: Any) -> None:
    """A sts_emp of another school is refused and changes nothing."""
    avant = ecole.demander("GET")
    refus = ecole.importer_sts(ecole.sts_emp(uai=ecole.autre, classes=("6Z",)), statut=422)
    assert refus["code"] == "AUTRE_ETABLISSEMENT"
    assert ecole.autre in refus["title"]
    assert ecole.demander("GET") == avant


def test_a_file_of_another_year_is_refused(ecole: Any) -> None:
    """A sts_emp of last year is refused and changes nothing."""
    refus = ecole.importer_sts(ecole.sts_emp(annee=2020), statut=422)
    assert refus["code"] == "AUTRE_ANNEE"
    assert "2020-2021" in refus["title"]


@pytest.mark.procedure("EDT-12")
def test_the_second_import_leaves_classes_alone(ecole: Any) -> None:
    """Where the profile says so, a later sts_emp brings no class and no service; asked for, it does."""
    nouveau = ecole.sts_emp(classes=("6A", "6B", "6C"))
    ecole.importer_sts(nouveau)
    assert {s["code"] for s in ecole.demander("GET", "/groupes")} == {"6A", "6B"}
    ecole.importer_sts(nouveau, structures="true")
    assert {s["code"] for s in ecole.demander("GET", "/groupes")} == {"6A", "6B", "6C"}


@pytest.mark.procedure("EDT-13")
def test_the_profile_of_noumea_brings_classes_again(nouvelle_ecole: Any) -> None:
    """With `edt.import_structure` complet, a later sts_emp brings its new class by itself."""
    e = nouvelle_ecole(annee=2018, profil="noumea-2018")
    e.importer_sts()
    e.importer_sts(e.sts_emp(classes=("6A", "6B", "6C")))
    assert {s["code"] for s in e.demander("GET", "/groupes")} == {"6A", "6B", "6C"}


@pytest.mark.procedure("EDT-15")
def test_the_same_file_does_not_make_data_younger(ecole: Any) -> None:
    """Giving the same sts_emp again the next day keeps its date; another file changes it."""
    premiere = ecole.demander("GET")["sts_importe_le"]
    page = ecole.bac["edt"].get(f"/{ecole.uai}/2021/correspondances", headers={"Accept": "text/html"})
    assert "Données STSWEB exportées le 23 août 2021<" in page.text
    ecole.bac.avancer("24h")
    ecole.importer_sts()
    assert ecole.demander("GET")["sts_importe_le"] == premiere
    ecole.importer_sts(ecole.sts_emp(groupes=("6ALL1",)))
    assert ecole.demander("GET")["sts_importe_le"] > premiere


def test_suppleants_and_local_people_come_in(ecole: Any) -> None:
    """A local resource and a suppléant become teachers; services of somebody absent from the file do not break it."""
    gens = [
        sts.IndividuSts(id="512", type="local", nom_usage="LOCALDI", prenom="Ana"),
        sts.IndividuSts(id="40109", nom_usage="SUPPLIN", prenom="Eve"),
    ]
    ecole.importer_sts(ecole.sts_emp(individus=gens), structures="true")
    lignes = {c["code"]: c for c in ecole.demander("GET", "/correspondances") if c["genre"] == "professeur"}
    assert (lignes["512"]["sts_code"], lignes["40109"]["sts_code"]) == ("512", "40109")
    assert lignes["40101"]["sts_code"] is None


@pytest.mark.procedure("EDT-21")
def test_pupils_come_from_siecle(ecole: Any) -> None:
    """The pupils' file feeds the base; the report counts new ones, says which formats are missing."""
    bilan = ecole.importer_siecle(ecole.export_eleves(PLACES), ecole.export_structures())
    assert (bilan["eleves"], bilan["nouveaux"], bilan["partis"]) == (3, 3, 0)
    assert bilan["fichiers"] == ["Elèves (avec ou sans adresse)", "Structures"]
    assert "Responsables (avec adresse uniquement)" in bilan["manquants"]
    bilan = ecole.importer_siecle(ecole.export_eleves({1001: "6A", 1004: "6B"}))
    assert (bilan["nouveaux"], bilan["modifies"], bilan["partis"]) == (1, 1, 2)


def test_every_siecle_file_is_checked(ecole: Any) -> None:
    """One file of another school or millésime, or of another kind, refuses the whole import."""
    eleves = ecole.export_eleves(PLACES)
    cas = {
        "AUTRE_ETABLISSEMENT": ecole.export_structures(uai=ecole.autre),
        "AUTRE_ANNEE": ecole.export_structures(millesime=2020),
        "FICHIER_INATTENDU": ("sts_emp.xml", ecole.sts_emp()),
    }
    for code, fichier in cas.items():
        assert ecole.importer_siecle(eleves, fichier, statut=422)["code"] == code
    assert ecole.importer_siecle(ecole.export_structures(), statut=422)["code"] == "SANS_ELEVES"
    assert ecole.demander("GET")["eleve"] == 0


def test_the_southern_base_wants_the_other_millesime(nouvelle_ecole: Any) -> None:
    """In the southern calendar the base of 2018 takes SIECLE's files of millésime 2017, not of 2018."""
    e = nouvelle_ecole(annee=2018, profil="noumea-2018")
    e.importer_sts()
    assert e.importer_siecle(e.export_eleves(PLACES, millesime=2018), statut=422)["code"] == "AUTRE_ANNEE"
    e.importer_siecle(e.export_eleves(PLACES, millesime=2017))
    assert e.demander("GET")["millesime"] == 2017


@pytest.mark.procedure("EDT-25")
def test_leavers_do_not_come_in(ecole: Any) -> None:
    """A pupil who left BEE does not come in, and goes out of the base and of her groups if she was there."""
    ecole.importer_siecle(ecole.export_eleves(PLACES))
    ecole.groupe("6ALL1")
    ecole.demander("POST", "/groupes/eleves", json=[{"groupe": "6ALL1", "eleves": [1001]}])
    bilan = ecole.importer_siecle(ecole.export_eleves(PLACES, sortis=[1001]))
    assert (bilan["eleves"], bilan["partis"]) == (2, 1)
    effectifs = {s["code"]: s["effectif"] for s in ecole.demander("GET", "/groupes")}
    assert effectifs["6ALL1"] == 0
    bilan = ecole.importer_siecle(ecole.export_eleves(PLACES, sortis=[1001]), ignorer_sortis="false")
    assert (bilan["eleves"], bilan["nouveaux"]) == (3, 1)


@pytest.mark.procedure("EDT-24")
def test_what_is_not_ticked_stays(ecole: Any) -> None:
    """Unticked, new pupils do not come in, and names and classes stay as they were."""
    ecole.importer_siecle(ecole.export_eleves(PLACES))
    change = ecole.export_eleves({1001: "6B", 1002: "6A", 1003: "6B", 1009: "6A"}, noms={1001: "VARSO"})
    bilan = ecole.importer_siecle(change, nouveaux="false", identite="false", scolarite="false")
    assert (bilan["nouveaux"], bilan["modifies"]) == (0, 0)
    trace = ecole.bac.interne("edt", "GET", "/_sim/trace", params={"cle": "eleve_id:1001"}).json()[0]
    assert trace["libelle"].startswith("OBRIC1001")
    assert trace["details"]["classe"] == "6A"
    ecole.importer_siecle(change, nouveaux="false", identite="false")
    trace = ecole.bac.interne("edt", "GET", "/_sim/trace", params={"cle": "eleve_id:1001"}).json()[0]
    assert trace["libelle"].startswith("OBRIC1001")
    assert trace["details"]["classe"] == "6B"


@pytest.mark.procedure("EDT-26")
def test_groups_fed_from_siecle_lose_what_was_typed(ecole: Any) -> None:
    """« Alimenter les groupes depuis SIECLE » undoes members typed in EDT; unticked, they stay."""
    ecole.importer_siecle(ecole.export_eleves(PLACES))
    ecole.groupe("6ALL1")
    ecole.demander("POST", "/groupes/eleves", json=[{"groupe": "6ALL1", "eleves": [1001, 1002]}])
    eleves = ecole.export_eleves(PLACES, groupes={1003: ("6ALL1", "INCONNU")})
    ecole.importer_siecle(eleves)
    assert [e.eleve_id for e in ecole.exporter_liens()[1].eleves] == [1001, 1002]
    ecole.importer_siecle(eleves, alimenter_groupes="true")
    (seule,) = ecole.exporter_liens()[1].eleves
    assert (seule.eleve_id, [g.code for g in seule.groupes]) == (1003, ["6ALL1"])


def test_two_bases_of_one_year_are_refused(ecole: Any) -> None:
    """A base that exists is not built again; an unknown one is not found."""
    assert ecole.demander("POST", statut=409)["code"] == "BASE_EXISTE"
    reponse = ecole.bac["edt"].get(f"/api/etablissements/{ecole.autre}/bases/2021")
    assert (reponse.status_code, reponse.json()["code"]) == (404, "BASE_INCONNUE")
    ecole.demander("DELETE", statut=204)
    assert ecole.demander("GET", statut=404)["code"] == "BASE_INCONNUE"
