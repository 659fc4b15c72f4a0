"""« Services libres » and « Hors programme »: typed, given, declared, and seen in the exports."""

from __future__ import annotations

import io
from typing import Any

import pytest

from shared.formats import sts

MEF6, FRANCAIS, ALLEMAND, MATHS = "10010012110", "020700", "030101", "061300"


def services_du_fichier(ecole: Any) -> dict[tuple[str, str], list[str]]:
    """(structure, matière) → numbers of its teachers, in the file of EDT."""
    contenu = ecole.demander("POST", "/exports/emploi-du-temps").content
    doc = sts.lire_sts_emp(io.BytesIO(contenu), "sts_emp.xml")
    return {
        (d.code, s.code_matiere): [e.id for e in s.enseignants]
        for d in [*doc.divisions, *doc.groupes]
        for s in d.services
    }


def test_a_service_libre_waits_for_its_teacher(ecole: Any) -> None:
    """Typed without teacher, it counts in the needs and leaves without teacher; given, it is the teacher's."""
    libre = {"structure": "6B", "matiere": MATHS, "heures": 4.5}
    numero = ecole.demander("POST", "/services-libres", 201, json=libre)["numero"]
    vue = ecole.lire("/services-libres")
    assert [(s["numero"], s["structure"], s["heures"]) for s in vue["services"]] == [(numero, "6B", 4.5)]
    assert (vue["besoins"], vue["heures"]) == ({MATHS: 4.5}, 4.5)
    assert ecole.lire("/etat-des-services")["heures_libres"] == 4.5
    assert services_du_fichier(ecole)[("6B", MATHS)] == []
    ecole.demander("POST", f"/services-libres/{numero}/rattachement", json={"enseignant": 40104})
    assert ecole.lire("/services-libres")["services"] == []
    assert services_du_fichier(ecole)[("6B", MATHS)] == ["40104"]
    assert next(a for a in ecole.lire("/etat-des-services")["agents"] if a["id"] == 40104)["heures"] == 4.5
    ecole.demander("POST", f"/services/{numero}/liberation")
    assert [s["numero"] for s in ecole.lire("/services-libres")["services"]] == [numero]


def test_the_services_of_somebody_who_leaves_are_libres(ecole: Any, fabriquer_agent: Any) -> None:
    """EPP takes a teacher away: his services wait for another, who may take them."""
    ecole.agents(fabriquer_agent(50010, "ALBAREDE"))
    vue = ecole.lire("/services-libres")["services"]
    assert [(s["structure"], s["partis"]) for s in vue] == [("6A", [40101]), ("6ALL1", [40102])]
    numero = vue[1]["numero"]
    ecole.demander("POST", f"/services-libres/{numero}/rattachement", json={"enseignant": 50010, "heures": 3})
    (tenu,) = [s for s in ecole.lire("/services") if s["numero"] == numero]
    assert [(e["id"], e["heures"]) for e in tenu["enseignants"]] == [(50010, 3.0)]


def test_a_matiere_hors_programme_is_declared(ecole: Any) -> None:
    """Its services are marked, and it goes to EDT among the matières, outside the programmes."""
    (hors,) = ecole.lire("/hors-programme")["services"]
    assert (hors["structure"], hors["matiere"], hors["declare"]) == ("6ALL1", ALLEMAND, False)
    corps = {"mef": MEF6, "matiere": ALLEMAND, "heures": 4, "motif": "Section locale"}
    ecole.demander("POST", "/hors-programme", 201, json=corps)
    assert [s["declare"] for s in ecole.lire("/hors-programme")["services"]] == [True]
    ecole.demander("POST", "/hors-programme", 201, json=corps | {"matiere": MATHS, "heures": 1})
    doc = sts.lire_sts_emp(io.BytesIO(ecole.demander("POST", "/exports/emploi-du-temps").content), "sts_emp.xml")
    assert [m.code for m in doc.nomenclatures.matieres] == [FRANCAIS, ALLEMAND, MATHS]
    assert [p.code_matiere for p in doc.nomenclatures.programmes] == [FRANCAIS]
    ecole.demander("PUT", f"/hors-programme/{MEF6}/{MATHS}", json={"heures": 1.5, "motif": "Dispositif"})
    assert [(d["matiere"], d["heures"], d["motif"]) for d in ecole.lire("/hors-programme")["declarations"]] == [
        (ALLEMAND, 4.0, "Section locale"),
        (MATHS, 1.5, "Dispositif"),
    ]
    assert ecole.lire("/etat-des-services")["hors_programme"] == 4.0
    ecole.demander("DELETE", f"/hors-programme/{MEF6}/{ALLEMAND}", 204)
    assert [s["declare"] for s in ecole.lire("/hors-programme")["services"]] == [False]


LIBRE = {"structure": "6A", "matiere": MATHS, "heures": 4}
HORS = {"mef": MEF6, "matiere": MATHS, "heures": 1, "motif": "Essai"}


@pytest.mark.parametrize(
    ("methode", "suite", "corps", "statut", "code"),
    [
        ("POST", "/services-libres", LIBRE | {"heures": 0}, 422, "HEURES_INVALIDES"),
        ("POST", "/services-libres", LIBRE | {"structure": "9Z"}, 404, "STRUCTURE_INCONNUE"),
        ("POST", "/services-libres", LIBRE | {"matiere": "999999"}, 404, "MATIERE_INCONNUE"),
        ("POST", "/services-libres", LIBRE | {"modalite": "ZZ"}, 404, "MODALITE_INCONNUE"),
        ("POST", "/services-libres", LIBRE | {"matiere": FRANCAIS}, 409, "SERVICE_EXISTANT"),
        ("POST", "/services-libres/1/rattachement", {"enseignant": 40104}, 409, "SERVICE_TENU"),
        ("POST", "/services-libres/1/rattachement", {"enseignant": 1}, 404, "PERSONNE_INCONNUE"),
        ("POST", "/services-libres/99/rattachement", {"enseignant": 40104}, 404, "SERVICE_INCONNU"),
        ("POST", "/services/99/liberation", None, 404, "SERVICE_INCONNU"),
        ("POST", "/hors-programme", HORS | {"mef": "1"}, 404, "MEF_INCONNU"),
        ("POST", "/hors-programme", HORS | {"matiere": "1"}, 404, "MATIERE_INCONNUE"),
        ("POST", "/hors-programme", HORS | {"matiere": FRANCAIS}, 409, "AU_PROGRAMME"),
        ("POST", "/hors-programme", HORS | {"motif": " "}, 422, "MOTIF_VIDE"),
        ("POST", "/hors-programme", HORS | {"motif": "a" * 101}, 422, "MOTIF_TROP_LONG"),
        ("POST", "/hors-programme", HORS | {"heures": 0}, 422, "HEURES_INVALIDES"),
        ("PUT", f"/hors-programme/{MEF6}/{MATHS}", {"heures": 1, "motif": "x"}, 404, "DECLARATION_INCONNUE"),
        ("DELETE", f"/hors-programme/{MEF6}/{MATHS}", None, 404, "DECLARATION_INCONNUE"),
    ],
)
def test_a_bad_entry_is_refused(
    ecole_commune: Any, methode: str, suite: str, corps: dict[str, Any] | None, statut: int, code: str
) -> None:
    """Each has its code, its sentence and what to do, and nothing is written."""
    refus = ecole_commune.demander(methode, suite, statut, **({"json": corps} if corps else {}))
    assert refus["code"] == code
    assert refus["title"]
    assert refus["remede"]
    assert len(ecole_commune.lire("/services")) == 2
    assert ecole_commune.lire("/hors-programme")["declarations"] == []


def test_a_declaration_is_made_once(ecole: Any) -> None:
    """The same MEF and matière twice is a 409 that says to change the first."""
    ecole.demander("POST", "/hors-programme", 201, json=HORS)
    assert ecole.demander("POST", "/hors-programme", 409, json=HORS)["code"] == "DECLARATION_EXISTANTE"
