"""« Exports »: the sts_emp file, structure and services to BEE, and what the AAF gets of them."""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from typing import Any

import pytest
from lxml import etree

from shared.formats import sts


@pytest.mark.procedure("STS-40")
@pytest.mark.procedure("STS-41")
def test_the_sts_emp_file_gives_back_the_year(ecole: Any) -> None:
    """What was loaded comes out again: people, structure, services, nomenclatures in use."""
    reponse = ecole.demander("POST", "/exports/emploi-du-temps")
    assert f"sts_emp_{ecole.uai}_2021.xml" in reponse.headers["content-disposition"]
    assert reponse.content.startswith(b'<?xml version="1.0" encoding="ISO-8859-15"?>\n<STS_EDT>\n')
    doc = sts.lire_sts_emp(io.BytesIO(reponse.content), "sts_emp.xml")
    source = ecole.document()
    assert doc.remarques == ()
    assert doc.individus == source.individus
    assert doc.divisions == tuple(source.divisions)
    assert [(g.code, g.divisions, g.services) for g in doc.groupes] == [
        (g.code, g.divisions, g.services) for g in source.groupes
    ]
    assert {m.code for m in doc.nomenclatures.matieres} == {"020700", "030101"}
    assert [m.code for m in doc.nomenclatures.mefs] == ["10010012110", "10110001110"]
    assert [n.code for n in doc.nomenclatures.mefstats4] == ["2111", "2112"]


def test_references_inside_the_file_hold(ecole: Any) -> None:
    """Each code used by the data is declared among the nomenclatures, people and divisions of the file."""
    ecole.importer(ecole.emp_sts())
    racine = etree.fromstring(ecole.demander("POST", "/exports/emploi-du-temps").content)
    declares = {
        "MATIERE": {m.get("CODE") for m in racine.iterfind(".//MATIERES/MATIERE")},
        "MEF": {m.get("CODE") for m in racine.iterfind(".//MEFS/MEF")},
        "DIVISION": {d.get("CODE") for d in racine.iterfind(".//DIVISIONS/DIVISION")},
        "INDIVIDU": {(i.get("ID"), i.get("TYPE")) for i in racine.iterfind(".//INDIVIDU")},
    }
    assert {s.get("CODE_MATIERE") for s in racine.iter("SERVICE")} <= declares["MATIERE"]
    assert {m.get("CODE") for m in racine.iter("MEF_APPARTENANCE")} <= declares["MEF"]
    assert {d.get("CODE") for d in racine.iter("DIVISION_APPARTENANCE")} <= declares["DIVISION"]
    assert {(e.get("ID"), e.get("TYPE")) for e in racine.iter("ENSEIGNANT")} <= declares["INDIVIDU"]


@pytest.mark.procedure("STS-42")
def test_the_file_name_follows_the_profile(nouvelle_ecole: Any) -> None:
    """Toulouse names the file without the year, and knows no documentaliste."""
    ecole = nouvelle_ecole(profil="toulouse-2023", annee=2023)
    reponse = ecole.demander("POST", "/exports/emploi-du-temps")
    assert f'"sts_emp_{ecole.uai}.xml"' in reponse.headers["content-disposition"]
    doc = sts.lire_sts_emp(io.BytesIO(reponse.content), "sts_emp.xml")
    assert {i.fonction for i in doc.individus} == {"ENS"}


@pytest.mark.procedure("STS-58")
@pytest.mark.procedure("STS-60")
def test_structure_leaves_at_once(ecole: Any) -> None:
    """The whole structure is sent to BEE with the message of the screen, and remembered as the last export."""
    reponse = ecole.demander("POST", "/exports/structure")
    assert reponse["message"] == "La structure a été envoyée à SCONET via un service Web."
    assert (reponse["divisions"], reponse["groupes"]) == (2, 1)
    envoi = ecole.envois("structure_sts")[0]
    assert (envoi["destinataire"], envoi["uai"], envoi["annee"], envoi["nb"]) == (
        "siecle_bee",
        ecole.uai,
        2021,
        3,
    )
    assert envoi["etat"] != "en_attente"
    message = ecole.demander("GET", "/exports/structure/fichier").json()
    assert message["millesime"] == 2021
    assert [d["code"] for d in message["divisions"]] == ["6A", "6B"]
    assert [e["genre"] for e in ecole.lire("/exports")] == ["structure"]


@pytest.mark.procedure("STS-41")
def test_the_millesime_of_a_southern_year_is_one_less(nouvelle_ecole: Any) -> None:
    """STS year 2018 is the millésime 2017 of SIECLE (COM-05)."""
    ecole = nouvelle_ecole(annee=2018, profil="noumea-2018")
    ecole.demander("POST", "/exports/structure")
    message = ecole.demander("GET", "/exports/structure/fichier").json()
    assert (message["annee"], message["millesime"]) == (2018, 2017)


@pytest.mark.procedure("STS-64")
@pytest.mark.procedure("STS-65")
@pytest.mark.procedure("STS-66")
def test_services_go_to_sconet_or_to_an_editor(ecole: Any) -> None:
    """To SCONET they are sent with the message of the screen; to an editor a file is made and nothing is sent."""
    editeur = ecole.demander("POST", "/exports/services", json={"destination": "editeur"})
    assert ecole.envois("services_sts") == []
    assert (
        ecole.demander("GET", "/exports/services_editeur/fichier")
        .headers["content-disposition"]
        .count(editeur["fichier"])
    )
    reponse = ecole.demander("POST", "/exports/services", json={"destination": "sconet"})
    assert reponse["message"] == "Les services ont été envoyés à SCONET via un service Web."
    assert len(ecole.envois("services_sts")) == 1
    message = ecole.demander("GET", "/exports/services/fichier").json()
    assert [s["structure"] for s in message["services"]] == ["6A", "6ALL1"]
    assert [p["id"] for p in message["personnels"]] == [40101, 40102, 40103, 40104]
    assert [m["code_gestion"] for m in message["matieres"]] == ["FRANC", "ALL1"]


def test_an_empty_structure_is_not_sent(ecole: Any) -> None:
    """A year without division sends nothing: BEE would lose everything."""
    for division in ("6A", "6B"):
        ecole.demander("DELETE", f"/divisions/{division}")
    assert ecole.demander("POST", "/exports/structure", 409)["code"] == "STRUCTURE_VIDE"
    assert ecole.envois("structure_sts") == []


def remontee(ecole: Any) -> dict[str, Any]:
    """The body of the last remontée of the school."""
    cle = ecole.bac.interne("sts_web", "GET", "/_sim/envois").json()
    assert any(e["genre"] == "remontee_sts" for e in cle)
    fabrique = ecole.bac.installation.applications["sts_web"].state.noyau.fabrique
    from sqlalchemy import select

    from services.sts_web.models import Envoi

    with fabrique.ouvrir(ecole.bac.nom, ecriture=False) as u:
        digest = u.session.scalars(
            select(Envoi.digest).where(Envoi.genre == "remontee_sts").order_by(Envoi.id.desc())
        ).first()
        return dict(json.loads(u.fichiers.lire(digest)))


@pytest.mark.procedure("STS-67")
@pytest.mark.procedure("AAF-05")
def test_what_counts_is_the_last_export(nouvelle_ecole: Any) -> None:
    """The AAF gets the services as last exported, never as typed since."""
    ecole = nouvelle_ecole(aaf_chemin_services="sts_direct")
    ecole.bac.avancer("nuit")
    assert remontee(ecole)["services"] is None
    ecole.demander("POST", "/exports/services", json={"destination": "sconet"})
    ecole.importer(ecole.emp_sts())
    ecole.bac.avancer("nuit")
    recu = remontee(ecole)
    assert [s["structure"] for s in recu["services"]["services"]] == ["6A", "6ALL1"]
    assert {p["id"]: p["divisions_pp"] for p in recu["personnels"] if p["divisions_pp"]} == {40101: ["6A"]}
    ecole.demander("POST", "/exports/services", json={"destination": "sconet"})
    ecole.bac.avancer("nuit")
    assert [s["structure"] for s in remontee(ecole)["services"]["services"]] == ["6ALL1", "6B"]


def test_the_year_collected_changes_before_the_rentree(nouvelle_ecole: Any) -> None:
    """In July the AAF collects the year that ends: a school that only holds the next one sends nothing."""
    ecole = nouvelle_ecole(depart=datetime.fromisoformat("2021-07-05T08:00:00+02:00"))
    ecole.bac.avancer("nuit")
    assert ecole.envois("remontee_sts") == []


@pytest.mark.procedure("STS-18")
@pytest.mark.procedure("STS-44")
def test_a_new_export_brings_the_last_structure(nouvelle_ecole: Any) -> None:
    """Before the structure exists the file carries no class; exported again it does."""
    ecole = nouvelle_ecole(annee=2020, depart=datetime.fromisoformat("2021-06-07T08:00:00+02:00"))
    ecole.bac["sts_web"].post(f"/api/etablissements/{ecole.uai}/bascule", json={"reconduire": []})
    ecole.annee = 2021

    def classes() -> list[str]:
        contenu = ecole.demander("POST", "/exports/emploi-du-temps").content
        return [d.code for d in sts.lire_sts_emp(io.BytesIO(contenu), "sts_emp.xml").divisions]

    assert classes() == []
    ecole.demander("POST", "/divisions", json={"code": "6A", "mefs": ["10010012110"]})
    assert classes() == ["6A"]


@pytest.mark.procedure("STS-57")
def test_exports_go_on_after_the_date_butoir(nouvelle_ecole: Any) -> None:
    """In January, long after the remontée of the V.S., both exports are still sent."""
    ecole = nouvelle_ecole(depart=datetime.fromisoformat("2022-01-10T08:00:00+01:00"))
    ecole.demander("POST", "/exports/structure")
    ecole.demander("POST", "/exports/services", json={"destination": "sconet"})
    assert [e["genre"] for e in ecole.lire("/exports")] == ["structure", "services"]


@pytest.mark.procedure("STS-37")
def test_a_suppleant_reaches_the_aaf_between_his_dates(nouvelle_ecole: Any, fabriquer_agent: Any) -> None:
    """In the remontée from the first day to the last, without any act of the school."""
    ecole = nouvelle_ecole(depart=datetime.fromisoformat("2021-09-06T08:00:00+02:00"))
    ecole.agents(
        fabriquer_agent(40102, "TALBOUR"),
        fabriquer_agent(50003, "MARCELIN", "SUP", debut=date(2021, 9, 7), fin=date(2021, 9, 8), supplee_id=40102),
    )
    vus = []
    for _ in range(4):
        ecole.bac.avancer("24h")
        vus.append([p["id"] for p in remontee(ecole)["personnels"]])
    assert vus == [[40102], [40102, 50003], [40102, 50003], [40102]]
