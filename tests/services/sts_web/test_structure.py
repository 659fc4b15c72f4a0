"""Structure: the year as loaded, divisions and groups typed by hand."""

from __future__ import annotations

from typing import Any

import pytest


def test_reprise_loads_the_year_as_it_is(ecole: Any) -> None:
    """A sts_emp file becomes the current year: structure, ressources and services."""
    etablissement = ecole.bac["sts_web"].get(f"/api/etablissements/{ecole.uai}").json()
    assert etablissement["denomination"] == "COLLEGE DES TROIS MOULINS"
    assert etablissement["annees"] == [{"annee": 2021, "etat": "courante"}]
    assert [d["code"] for d in ecole.lire("/divisions")] == ["6A", "6B"]
    assert [p["nom_usage"] for p in ecole.lire("/ressources")] == [
        "ESTRADEL",
        "PRASTIGNAC",
        "TALBOUR",
        "VANNEREAU",
    ]
    services = [(s["structure"], s["matiere"], [e["id"] for e in s["enseignants"]]) for s in ecole.lire("/services")]
    assert services == [("6A", "020700", [40101]), ("6ALL1", "030101", [40102])]


def test_a_year_is_loaded_once(ecole: Any) -> None:
    """Loading a year that STS-Web already holds is refused and changes nothing."""
    import io

    from shared.formats import sts

    sortie = io.BytesIO()
    sts.ecrire_sts_emp(sortie, ecole.document())
    reponse = ecole.bac["sts_web"].post("/api/reprise", files={"fichier": ("x.xml", sortie.getvalue())})
    assert reponse.status_code == 409
    assert reponse.json()["code"] == "ANNEE_DEJA_CHARGEE"


@pytest.mark.procedure("STS-24")
def test_the_mef_of_a_group_come_from_its_divisions(ecole: Any) -> None:
    """A group of a mono-MEF and a multi-MEF division has both MEF; without division it has none, with a warning."""
    assert ecole.lire("/groupes")[0]["mefs"] == ["10010012110", "10110001110"]
    reponse = ecole.demander("POST", "/groupes", 201, json={"code": "SEUL"})
    assert "aucun MEF" in reponse["avertissements"][0]
    assert next(g for g in ecole.lire("/groupes") if g["code"] == "SEUL")["mefs"] == []


@pytest.mark.procedure("STS-16")
@pytest.mark.procedure("STS-17")
def test_a_division_is_created_mono_or_multi_mef(ecole: Any) -> None:
    """A new division keeps its name and its MEF."""
    corps = {
        "code": "5C",
        "libelle": "CINQUIEME C",
        "mefs": [{"code": "10110001110", "effectif_prevu": 20}, "10010012110"],
    }
    ecole.demander("POST", "/divisions", 201, json=corps)
    lue = next(d for d in ecole.lire("/divisions") if d["code"] == "5C")
    assert (lue["libelle"], lue["effectif_prevu"], lue["nature"]) == ("CINQUIEME C", 20, "multi-MEF")


@pytest.mark.parametrize(
    ("corps", "code"),
    [
        ({"code": "SIXIEME-A", "mefs": ["10010012110"]}, "NOM_TROP_LONG"),
        ({"code": "6&A", "mefs": ["10010012110"]}, "CARACTERES_NON_AUTORISES"),
        ({"code": "  ", "mefs": ["10010012110"]}, "NOM_VIDE"),
        ({"code": "6A", "mefs": ["10010012110"]}, "DOUBLON"),
        ({"code": "6ALL1", "mefs": ["10010012110"]}, "DOUBLON"),
        ({"code": "6C", "mefs": ["99999999999"]}, "MEF_INCONNU"),
        ({"code": "6C", "mefs": []}, "DIVISION_SANS_MEF"),
        ({"code": "6C", "mefs": ["10010012110", "10010012110"]}, "MEF_EN_DOUBLE"),
        ({"code": "6C", "libelle": "X" * 21, "mefs": ["10010012110"]}, "LIBELLE_TROP_LONG"),
    ],
)
@pytest.mark.procedure("STS-19")
@pytest.mark.procedure("STS-22")
def test_a_bad_division_is_refused_with_its_rule(ecole: Any, corps: dict[str, Any], code: str) -> None:
    """Names, duplicates and MEF are checked on entry, and nothing of the list is kept."""
    bonne = {"code": "6Z", "mefs": ["10010012110"]}
    refus = ecole.demander("POST", "/divisions", 409 if code == "DOUBLON" else 422, json=[bonne, corps])
    assert refus["code"] == code
    assert refus["remede"]
    assert [d["code"] for d in ecole.lire("/divisions")] == ["6A", "6B"]


@pytest.mark.procedure("STS-20")
def test_a_group_name_has_eight_characters_at_most(ecole: Any) -> None:
    """A group of nine characters is refused where the profile says eight."""
    refus = ecole.demander("POST", "/groupes", 422, json={"code": "3ITALIEN1", "divisions": ["6A"]})
    assert refus["code"] == "NOM_TROP_LONG"


@pytest.mark.procedure("STS-21")
def test_long_names_live_where_the_profile_allows_them(nouvelle_ecole: Any) -> None:
    """Twelve characters are accepted where the profile allows twenty."""
    ecole = nouvelle_ecole(annee=2018, profil="noumea-2018")
    ecole.demander("POST", "/groupes", 201, json={"code": "4EME LV2 AJE", "divisions": ["6A"]})
    assert "4EME LV2 AJE" in [g["code"] for g in ecole.lire("/groupes")]


@pytest.mark.procedure("STS-14")
@pytest.mark.procedure("STS-15")
def test_a_deleted_division_leaves_nothing_behind(ecole: Any) -> None:
    """Its services go, groups lose it, and its professeur principal is one no more."""
    ecole.demander("DELETE", "/divisions/6A", 204)
    assert [s["structure"] for s in ecole.lire("/services")] == ["6ALL1"]
    assert [d["code"] for d in ecole.lire("/groupes")[0]["divisions"]] == ["6B"]
    ecole.demander("DELETE", "/groupes/6ALL1", 204)
    assert ecole.lire("/services") == []
    ecole.demander("DELETE", "/groupes/6ALL1", 404)


@pytest.mark.procedure("STS-26")
def test_renaming_takes_services_and_groups_along(ecole: Any) -> None:
    """A renamed division keeps its services and stays in its groups, under its new name."""
    ecole.demander("PUT", "/divisions/6A", json={"code": "6 BLEUE", "libelle": "BLEUE", "mefs": ["10010012110"]})
    assert [s["structure"] for s in ecole.lire("/services")] == ["6 BLEUE", "6ALL1"]
    assert [d["code"] for d in ecole.lire("/groupes")[0]["divisions"]] == ["6 BLEUE", "6B"]


def test_unknown_school_and_year_are_told(ecole: Any) -> None:
    """An unknown UAI and an unknown year answer 404 with a stable code and a remedy."""
    client = ecole.bac["sts_web"]
    assert client.get("/api/etablissements/0960002F").json()["code"] == "UAI_INCONNU"
    reponse = client.get(f"/api/etablissements/{ecole.uai}/annees/2030/divisions")
    assert (reponse.status_code, reponse.json()["code"]) == (404, "ANNEE_INCONNUE")


def test_the_web_service_describes_itself(ecole: Any) -> None:
    """Every route under /api is documented, with what it answers."""
    chemins = ecole.bac["sts_web"].get("/openapi.json").json()["paths"]
    assert {c for c in chemins if c.startswith("/api/")} >= {
        "/api/reprise",
        "/api/etablissements/{uai}/bascule",
        "/api/etablissements/{uai}/annees/{annee}/exports/structure",
    }
    assert all(route.get("summary") for chemin in chemins.values() for route in chemin.values())


def test_divisions_are_deleted_together_or_not_at_all(ecole: Any) -> None:
    """A list with an unknown code deletes nothing; the right one deletes all, with their services."""
    refus = ecole.demander("POST", "/divisions/suppression", 404, json={"codes": ["6A", "9Z"]})
    assert refus["code"] == "DIVISION_INCONNUE"
    assert [d["code"] for d in ecole.lire("/divisions")] == ["6A", "6B"]
    ecole.demander("POST", "/divisions/suppression", 204, json={"codes": ["6A", "6B"]})
    assert ecole.lire("/divisions") == []
    assert all(s["structure"] not in {"6A", "6B"} for s in ecole.lire("/services"))
