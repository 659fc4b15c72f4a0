"""« Ressources locales »: whom the school may declare itself, and what becomes of them."""

from __future__ import annotations

import io
from typing import Any

import pytest

from shared.formats import sts

VIE = {"nom": "Arbelay", "prenom": "Noé", "heures": 4.5}


def test_a_local_person_is_among_the_ressources_and_in_the_file(ecole: Any) -> None:
    """Declared, he may hold a service, goes to EDT with the type local, and EPP does not take him away."""
    numero = ecole.demander("POST", "/ressources/locales", 201, json=VIE)["numero"]
    ecole.agents()
    (vu,) = ecole.lire("/ressources/locales")
    assert (vu["id"], vu["type"], vu["nom_usage"], vu["prenom"]) == (numero, "local", "ARBELAY", "Noé")
    assert [p["id"] for p in ecole.lire("/ressources")] == [numero]
    corps = {"structure": "6B", "matiere": "030101", "heures": 2}
    porteur = {"id": numero, "type": "local", "heures": 2}
    ecole.demander("POST", "/services", 201, json=corps | {"enseignants": [porteur]})
    contenu = ecole.demander("POST", "/exports/emploi-du-temps").content
    doc = sts.lire_sts_emp(io.BytesIO(contenu), "sts_emp.xml")
    assert [(i.id, i.type, i.nom_usage) for i in doc.individus] == [(str(numero), "local", "ARBELAY")]
    tenus = [(d.code, e.type) for d in doc.divisions for s in d.services for e in s.enseignants]
    assert tenus == [("6B", "local")]
    assert ecole.demander("DELETE", f"/ressources/locales/{numero}", 409)["code"] == "RESSOURCE_EN_SERVICE"


def test_a_local_person_is_of_one_year(ecole: Any) -> None:
    """Two people have two numbers; deleted, one is gone, and his number is not an agent of EPP."""
    premier = ecole.demander("POST", "/ressources/locales", 201, json=VIE)["numero"]
    second = ecole.demander("POST", "/ressources/locales", 201, json=VIE | {"prenom": "Lou"})["numero"]
    assert premier != second
    ecole.demander("DELETE", f"/ressources/locales/{premier}", 204)
    assert [p["id"] for p in ecole.lire("/ressources/locales")] == [second]
    assert ecole.demander("DELETE", "/ressources/locales/40101", 404)["code"] == "PERSONNE_INCONNUE"


@pytest.mark.parametrize(
    ("corps", "code"),
    [
        (VIE | {"nom": "  "}, "NOM_VIDE"),
        (VIE | {"prenom": ""}, "NOM_VIDE"),
        (VIE | {"nom": "A" * 51}, "NOM_TROP_LONG"),
        (VIE | {"nom": "ARBELAY", "prenom": "noé"}, "RESSOURCE_EXISTANTE"),
    ],
)
def test_a_bad_local_person_is_refused(ecole: Any, corps: dict[str, Any], code: str) -> None:
    """A name is wanted, of reasonable length, and once."""
    ecole.demander("POST", "/ressources/locales", 201, json=VIE)
    reponse = ecole.bac["sts_web"].post(ecole.base + "/ressources/locales", json=corps)
    assert (reponse.status_code >= 400, reponse.json()["code"]) == (True, code)
    assert len(ecole.lire("/ressources/locales")) == 1


def test_local_people_by_page(ecole: Any) -> None:
    """Ressources leads to the page; a person is created there and deleted, a wrong date is refused."""
    client, racine = ecole.bac["sts_web"], f"/{ecole.uai}/{ecole.annee}/ressources"
    client.headers["Accept"] = "text/html"
    assert f'{racine}/locales">Ressources locales</a>' in client.get(racine).text
    assert client.post(f"{racine}/locales", data=VIE | {"date_naissance": "31/12"}).status_code == 303
    assert "Aucune ressource locale pour cette année." in client.get(f"{racine}/locales").text
    assert client.post(f"{racine}/locales", data=VIE | {"date_naissance": "1990-05-06"}).status_code == 303
    page = client.get(f"{racine}/locales").text
    assert "ARBELAY" in page
    assert "06/05/1990" in page
    (vu,) = ecole.lire("/ressources/locales")
    client.post(f"{racine}/locales/suppression", data={"numero": vu["id"]})
    assert "ARBELAY" not in client.get(f"{racine}/locales").text
