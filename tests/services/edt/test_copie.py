"""« Créer une copie de la base »: the first export is tried there, and what is mended there comes back (EDT-30)."""

from __future__ import annotations

import html
import io
from typing import Any

import pytest

from shared.formats import sts
from tests.services.edt.test_pages_edt import envoyer, page_de

from .conftest import ALLEMAND, MATHS

HTML = {"Accept": "text/html"}
PLACES: dict[int, str | None] = {1001: "6A", 1002: "6B"}


class Copie:
    """The copy, by the same web service as a base."""

    def __init__(self, ecole: Any) -> None:
        self.copie = type(ecole)(ecole.bac, ecole.annee)
        self.copie.base = f"/api/etablissements/{ecole.uai}/copie/bases/{ecole.annee}"

    def points(self) -> dict[str, list[str]]:
        return {c["code"]: c["lignes"] for c in self.copie.demander("GET", "/controles")}


@pytest.fixture
def inachevee(ecole: Any) -> Any:
    """A base that is not finished: a group without pupils, a service without hours."""
    ecole.importer_siecle(ecole.export_eleves(PLACES))
    ecole.groupe("6ALL1", ("6A", "6B"))
    ecole.service("6ALL1", ALLEMAND, 2, 40102)
    ecole.service("6A", MATHS, 0, 40103)
    return ecole


@pytest.mark.procedure("EDT-30")
def test_what_is_mended_on_the_copy_comes_back_on_the_base(inachevee: Any) -> None:
    """The copy is made by the menu; mended there, its export is clean and STS-Web takes it; the base is as it was."""
    ecole = inachevee
    assert 'href="/b/' in page_de(ecole)
    reponse = ecole.bac["edt"].post(f"/{ecole.uai}/2021/copie", headers=HTML, follow_redirects=True)
    texte = html.unescape(reponse.text)
    assert "La copie de la base est créée, et ouverte en version monoposte." in texte
    assert "COLLEGE DES TROIS MOULINS - 2021-2022 (copie, version monoposte)" in texte
    assert "Points de contrôle" in texte
    copie = Copie(ecole)
    assert copie.points()["GROUPES_SANS_EFFECTIF"] == ["6ALL1"]
    copie.copie.demander("POST", "/groupes/eleves", json=[{"groupe": "6ALL1", "eleves": [1001, 1002]}])
    copie.copie.service("6A", MATHS, 4, 40103)
    assert (copie.points()["GROUPES_SANS_EFFECTIF"], copie.points()["COURS_PONDERES_A_ZERO"]) == ([], [])
    fichier = copie.copie.demander("POST", "/exports/sts")
    assert f"emp_sts_{ecole.uai}_2021.xml" in fichier.headers["content-disposition"]
    assert sts.lire_emp_sts(io.BytesIO(fichier.content), "emp_sts.xml").parametres.uaj == ecole.uai
    points = {c["code"]: c["lignes"] for c in ecole.demander("GET", "/controles")}
    assert (points["GROUPES_SANS_EFFECTIF"], points["COURS_PONDERES_A_ZERO"]) == (
        ["6ALL1"],
        [f"6A {MATHS} CG, Mathématiques"],
    )
    reste = {p["code"]: p["lignes"] for p in ecole.demander("GET", "/copie/a-refaire")}
    assert reste["GROUPES_SANS_EFFECTIF"] == ["6ALL1"]
    assert "Réparé sur la copie, à refaire sur la base réelle" in page_de(ecole, "/exports/sts")
    ecole.demander("POST", "/groupes/eleves", json=[{"groupe": "6ALL1", "eleves": [1001, 1002]}])
    ecole.service("6A", MATHS, 4, 40103)
    assert ecole.demander("GET", "/copie/a-refaire") == []
    assert "Réparé sur la copie" not in page_de(ecole, "/exports/sts")


@pytest.mark.procedure("EDT-31")
def test_a_class_without_pupils_in_a_group_is_listed(inachevee: Any) -> None:
    """« Parties de classe »: a group that draws on two classes and has pupils of one only is listed with the other."""
    inachevee.demander("POST", "/groupes/eleves", json=[{"groupe": "6ALL1", "eleves": [1001]}])
    points = {c["code"]: c for c in inachevee.demander("GET", "/controles")}
    assert (points["PARTIES_SANS_EFFECTIF"]["lignes"], points["PARTIES_SANS_EFFECTIF"]["gene"]) == (
        ["6ALL1 / 6B"],
        True,
    )
    voulu = {"code": "6ALL1", "libelle": "Allemand", "divisions": ["6B"]}
    refus = inachevee.demander("PUT", "/groupes", 409, json=voulu)
    assert (refus["code"], refus["title"]) == ("CLASSE_PEUPLEE", "1 élève(s) de « 6A » sont dans le groupe « 6ALL1 ».")
    envoyer(inachevee, "/groupe/modification", data={"code": "6ALL1", "libelle": "Allemand", "divisions": ["6A"]})
    points = {c["code"]: c for c in inachevee.demander("GET", "/controles")}
    assert points["PARTIES_SANS_EFFECTIF"]["lignes"] == []
    groupe = next(s for s in inachevee.demander("GET", "/groupes") if s["code"] == "6ALL1")
    assert (groupe["libelle"], groupe["divisions"]) == ("Allemand", ["6A"])


def test_a_copy_is_a_base_of_its_own(inachevee: Any) -> None:
    """One copy at a time, none of a copy; it is listed, takes the school's files, is not traced, and goes alone."""
    ecole = inachevee
    copie = Copie(ecole).copie
    assert copie.demander("GET", "", 404)["code"] == "BASE_INCONNUE"
    assert ecole.demander("POST", "/copie", 201) == {"uai": ecole.uai, "annee": 2021, "copie": True}
    assert ecole.demander("POST", "/copie", 409)["code"] == "COPIE_EXISTE"
    assert copie.demander("POST", "/copie", 409)["code"] == "COPIE_DE_COPIE"
    assert copie.demander("POST", "/netsynchro/certificat", 409)["code"] == "BASE_COPIEE"
    assert [b["copie"] for b in ecole.bac["edt"].get("/api/bases").json()] == [False, True]
    reelle, la_copie = ecole.demander("GET"), copie.demander("GET")
    comptes = ("professeur", "matiere", "structure", "service", "eleve", "donnee_sts")
    assert [la_copie[c] for c in comptes] == [reelle[c] for c in comptes]
    copie.importer_sts()
    copie.importer_siecle(copie.export_eleves({1001: "6A", 1002: "6B", 1003: "6A"}))
    assert (copie.demander("GET")["eleve"], ecole.demander("GET")["eleve"]) == (3, 2)
    assert copie.importer_sts(copie.sts_emp(uai=ecole.autre), statut=422)["code"] == "AUTRE_ETABLISSEMENT"
    traces = ecole.bac.interne("edt", "GET", "/_sim/trace", params={"cle": "eleve_id:1001"}).json()
    assert [t["cles"]["uai"] for t in traces] == [ecole.uai]
    assert ecole.uai in page_de(ecole, "/copie")
    copie.demander("DELETE", "", 204)
    assert ecole.demander("GET")["eleve"] == 2
    assert ecole.demander("GET", "/copie/a-refaire") == []
