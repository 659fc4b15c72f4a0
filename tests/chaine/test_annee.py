"""The calendar of the northern year, told while it is lived: June, then the end of August (CAL-01 to CAL-04)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from html import unescape
from typing import Any

import pytest

from shared.contracts.refus import Refus
from tests.chaine.histoires import Histoire, histoire

PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def juin(installation: Any) -> Iterator[Histoire]:
    """Monday 31 May 2021: the académie; on Tuesday the bascules and what follows them; on Wednesday the pupils."""
    with histoire(installation, "chaine_juin", "nice-2021", "2021-06-01") as h:
        h.jouer("academie")
        h.dits["avant"] = h.etapes()
        with pytest.raises(Refus) as trop_tot:
            h.r.clients["siecle_bee"].poster(f"{h.bee}/nomenclatures/profilage")
        h.dits["trop_tot"] = trop_tot.value
        h.jouer("bascules", "nomenclatures", "structure")
        h.dits["bascules"] = h.etapes()
        h.dans(24)
        h.jouer("dossiers", "scolarites")
        reponse = h.r.clients["sts_web"].demander("POST", f"{h.sts}/exports/emploi-du-temps")
        h.dits["fichier"] = reponse.headers["content-disposition"]
        h.dits["juin"] = h.etapes()
        yield h


@pytest.mark.procedure("CAL-01")
def test_bascules_come_before_profiling(juin: Histoire) -> None:
    """mai-juin: SIECLE by the académie, STS-Web by the school, then the nomenclatures: not before, and dated."""
    avant, apres = juin.dits["avant"], juin.dits["bascules"]
    assert (avant["bascule_bee"]["qui"], avant["bascule_sts"]["qui"]) == ("L'académie", "Le chef d'établissement")
    assert {avant[c]["etat"] for c in ("bascule_bee", "bascule_sts", "profilage")} == {"a_faire"}
    assert avant["profilage"]["attend"] == ["bascule_bee", "bascule_sts"]
    assert juin.dits["trop_tot"].statut == 404  # the base of the coming year is not open yet
    for cle in ("bascule_bee", "bascule_sts", "profilage"):
        assert apres[cle]["etat"] == "fait"
        assert datetime.fromisoformat(apres[cle]["fait_le"]) == juin.local("2021-06-01T08:00")
    assert apres["profilage"]["desordre"] == []
    # The consequence: both applications hold the coming year beside the current one.
    annees = juin.r.clients["sts_web"].lire(f"/api/etablissements/{juin.r.uai}")["annees"]
    assert [a["annee"] for a in annees] == [2020, 2021]
    bases = juin.r.clients["siecle_bee"].lire(f"/api/etablissements/{juin.r.uai}")
    assert {b["millesime"] for b in bases["bases"]} == {2020, 2021}


@pytest.mark.procedure("CAL-02")
def test_june_puts_pupils_in_their_divisions_then_gives_edt_its_file(juin: Histoire) -> None:
    """juin-juillet: affectation, newcomers, Export/Import, divisions, « Emploi du temps » to the private software."""
    vues = juin.dits["juin"]
    faites = {"affectation", "nouveaux", "eple", "repartition", "export_edt", "structure"}
    assert {c for c in faites if vues[c]["etat"] == "fait" and vues[c]["desordre"] == []} == faites
    assert datetime.fromisoformat(vues["repartition"]["fait_le"]) == juin.local("2021-06-02T08:00")
    assert vues["repartition"]["apres"] == ["profilage", "structure"]
    assert f"sts_emp_{juin.r.uai}_2021.xml" in juin.dits["fichier"]
    assert vues["export_edt_rentree"]["etat"] == vues["services"]["etat"] == "a_venir"
    # The consequence: the pupils of the coming year are in their divisions, the current year is untouched.
    tableau = juin.r.clients["siecle_bee"].lire(f"{juin.bee}/eleves", division="6A")
    assert len(tableau) > 0


@pytest.fixture(scope="module")
def aout(installation: Any) -> Iterator[Histoire]:
    """Friday 27 August 2021, everything at once: what June did not do is late, and seen as such."""
    with histoire(installation, "chaine_aout", "toulouse-2023", "2023-08-26") as h:
        h.dits["depart"] = h.etapes()
        h.jouer("academie", "bascules", "nomenclatures", "structure", "dossiers", "scolarites", "emploi_du_temps")
        h.dits["avant"] = h.etapes()
        h.jouer("import", "exports", "groupes")
        from rentree.demo.etapes import deposer_liens

        deposer_liens(h.r)
        h.dits["depot"] = h.etapes()
        h.dits["page"] = unescape(h.bac["pilotage"].get("/calendrier", headers=PAGE).text)
        h.dans(24)
        h.dits["lendemain"] = h.etapes()
        h.r.aller(h.local("2023-08-28T08:00"))
        h.dits["apres"] = h.etapes()
        yield h


@pytest.mark.procedure("CAL-03")
def test_the_end_of_august(aout: Histoire) -> None:
    """« Emploi du temps », correspondences, EDT to STS-Web, import, « Structure », « Services », in that order."""
    depart, vues = aout.dits["depart"], aout.dits["depot"]
    assert depart["bascule_sts"]["etat"] == depart["profilage"]["etat"] == "en_retard"
    chaine = ("export_edt_rentree", "correspondances", "edt_vers_sts", "import_sts", "structure_rentree", "services")
    assert [vues[c]["etat"] for c in chaine] == ["fait"] * 6
    assert [vues[c]["desordre"] for c in chaine] == [[]] * 6
    assert aout.dits["avant"]["services"]["attend"] == ["import_sts"]
    # June's export was made again in August: neither done in time nor missing any more.
    assert (vues["export_edt"]["etat"], vues["bascule_sts"]["etat"]) == ("remplace", "fait_en_retard")
    # The consequence: accounts and links, not before the night of T + 48 h.
    assert vues["comptes_ent"]["fait_le"] is None
    assert aout.dits["lendemain"]["comptes_ent"]["fait_le"] is None
    fait = datetime.fromisoformat(aout.dits["apres"]["comptes_ent"]["fait_le"])
    assert fait == aout.local("2023-08-28T05:00")  # Saturday's exports: integrated on Sunday evening
    bilan = aout.r.clients["ent"].lire("/api/projets/ENT-RENTREE/bilan")
    assert bilan["comptes"]["eleves"] > 50


@pytest.mark.procedure("CAL-04")
def test_the_approach_of_the_rentree(aout: Histoire) -> None:
    """Transfer, exports, links, then PRONOTE; at the rentrée the timetable in the ENT; automation some days later."""
    vues = aout.dits["apres"]
    assert vues["liens"]["apres"] == ["structure_rentree"]
    assert vues["compte_rendu"]["etat"] == "fait"
    assert datetime.fromisoformat(vues["compte_rendu"]["fait_le"]) == aout.local("2023-08-26T22:00")
    assert vues["pronote"]["etat"] == vues["import_ent"]["etat"] == "a_faire"
    assert vues["automatisation"]["etat"] == "a_venir"
    assert vues["automatisation"]["apres"] == ["import_ent"]
    assert vues["import_ent"]["apres"] == ["comptes_ent"]
    # The consequence: the timetable, imported with the assistant, ticks the step.
    export = aout.r.clients["edt"].demander("POST", f"{aout.r.edt}/exports/ent")
    aout.r.clients["ent"].demander(
        "POST",
        f"/api/etablissements/{aout.r.uai}/emploi-du-temps/imports",
        files={"fichier": ("EDT_KOSMOS.xml", export.content, "application/xml")},
        data={"groupes": "STS", "peuplement": "Ailleurs"},
    )
    fait = aout.etapes()["import_ent"]
    assert (fait["etat"], fait["desordre"]) == ("fait", [])


@pytest.mark.procedure("CAL-15")
def test_three_minutes(aout: Histoire) -> None:
    """The step of the links tells how long it takes a user."""
    assert "« Temps de manipulation : 3 minutes »" in aout.dits["page"]


def test_the_page_tells_the_year(aout: Histoire) -> None:
    """Who, what, after what, done when, late or not, the delay in the words of the guide, the advice of the year."""
    texte = aout.dits["page"]
    for attendu in (
        "Calendrier de l'année 2023-2024",
        "Le chef d'établissement",
        "« Exports » > « Services »",
        "fait en retard",
        "« T + 48 h »",
        "ne renommez ni classe ni groupe",
        "04/09/2023",  # the pupils' rentrée
    ):
        assert attendu in texte


def test_another_year_and_a_bad_one(aout: Histoire) -> None:
    """Next year's calendar is empty of what this year did; a year out of bounds is refused."""
    pilotage = aout.bac["pilotage"]
    suivante = pilotage.get("/api/calendrier", params={"annee": 2024, "uai": aout.r.uai}).json()
    assert {e["etat"] for e in suivante["etapes"]} == {"a_venir"}
    assert pilotage.get("/api/calendrier", params={"annee": 12}).status_code == 422
    assert pilotage.get("/calendrier", params={"annee": "x"}, headers=PAGE).status_code == 422
