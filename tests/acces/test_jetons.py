"""API tokens per school, and the page that gives them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from .conftest import ANNEE, AUTRE, UAI


def donner(bac: Any, attendu: int = 201, **champs: Any) -> Any:
    """Ask pilotage for a token."""
    corps = {"uai": UAI, "profil": "chef", "libelle": "Essai de connecteur", **champs}
    reponse = bac["pilotage"].post("/api/jetons", json=corps)
    assert reponse.status_code == attendu, reponse.text
    return reponse.json()


def avec(bac: Any, jeton: str, service: str, chemin: str, methode: str = "GET") -> httpx.Response:
    """A request with a token."""
    return bac[service].request(methode, chemin, headers={"Authorization": f"Bearer {jeton}"})


@pytest.mark.procedure("ACC-10")
def test_a_token_opens_one_school(academie: Any) -> None:
    """Its school's data, the others' never, and nothing that its profile has not."""
    jeton = donner(academie)["jeton"]
    assert avec(academie, jeton, "sts_web", f"/api/etablissements/{UAI}/annees/{ANNEE}/divisions").status_code == 200
    assert avec(academie, jeton, "siecle_bee", f"/etablissements/{UAI}/bases/{ANNEE}/eleves").status_code in (200, 404)
    ecoles = avec(academie, jeton, "sts_web", "/api/etablissements").json()
    assert [e["uai"] for e in ecoles] == [UAI]
    refus = avec(academie, jeton, "sts_web", f"/api/etablissements/{AUTRE}")
    assert (refus.status_code, refus.json()["code"]) == (403, "AUTRE_ETABLISSEMENT")
    refus = avec(academie, jeton, "pilotage", "/api/jetons")
    assert (refus.status_code, refus.json()["code"]) == (403, "DROIT_MANQUANT")


def test_a_token_holds_the_entries_it_was_given(academie: Any) -> None:
    """A token for « Consultation » reads fiches and deposits nothing; the refusal names the right that is missing."""
    jeton = donner(academie, entrees=["consultation"])["jeton"]
    base = f"/api/etablissements/{UAI}/bases/{ANNEE}"
    assert avec(academie, jeton, "siecle_bee", f"{base}/eleves").status_code == 200
    refus = avec(academie, jeton, "siecle_bee", f"{base}/importations/liens-eleve-groupe", "POST")
    assert (refus.status_code, refus.json()["code"]) == (403, "DROIT_MANQUANT")
    assert "mettre à jour la base élèves" in refus.json()["detail"]


def test_a_token_is_taken_back(academie: Any) -> None:
    """Listed without its text, it is worth nothing once taken back."""
    donne = donner(academie)
    listes = academie["pilotage"].get("/api/jetons").json()
    assert [j for j in listes if j["numero"] == donne["numero"]] == [{**donne, "jeton": None}]
    assert academie["pilotage"].delete(f"/api/jetons/{donne['numero']}").status_code == 204
    refus = avec(academie, donne["jeton"], "sts_web", f"/api/etablissements/{UAI}")
    assert (refus.status_code, refus.json()["code"]) == (401, "JETON_RETIRE")
    encore = academie["pilotage"].delete(f"/api/jetons/{donne['numero']}")
    assert (encore.status_code, encore.json()["code"]) == (404, "JETON_INCONNU")


@pytest.mark.parametrize(
    ("champs", "statut", "code"),
    [
        ({"uai": "0969999X"}, 404, "UAI_INCONNU"),
        ({"uai": None}, 422, "JETON_SANS_ETABLISSEMENT"),
        ({"profil": "gestionnaire"}, 422, "JETON_SANS_ETABLISSEMENT"),
        ({"profil": "roi"}, 404, "PROFIL_DE_COMPTE_INCONNU"),
        ({"libelle": " "}, 422, "JETON_SANS_LIBELLE"),
        ({"profil": "superviseur", "entrees": ["mise-a-jour"]}, 403, "ENTREE_HORS_PROFIL"),
    ],
)
def test_a_token_that_makes_no_sense(academie: Any, champs: dict[str, Any], statut: int, code: str) -> None:
    """A wrong school, profile, entry or wording is refused, and nothing is given."""
    avant = academie["pilotage"].get("/api/jetons").json()
    assert donner(academie, statut, **champs)["code"] == code
    assert academie["pilotage"].get("/api/jetons").json() == avant


def test_the_page_gives_a_token_once(academie: Any) -> None:
    """The page shows the text when it gives it, never after; a form filled badly says why."""
    pilotage = academie["pilotage"]
    page = pilotage.post("/acces/jetons", data={"libelle": "Page", "profil": "chef", "uai": UAI})
    assert page.status_code == 200
    jeton = page.text.split('anywhere">')[1].split("</code>")[0]
    assert avec(academie, jeton, "sts_web", f"/api/etablissements/{UAI}").status_code == 200
    assert jeton not in pilotage.get("/acces").text
    mauvaise = pilotage.post("/acces/jetons", data={"libelle": "", "profil": "chef", "uai": UAI})
    assert mauvaise.status_code == 422
    assert "JETON_SANS_LIBELLE" in mauvaise.text
    numero = pilotage.get("/api/jetons").json()[-1]["numero"]
    assert pilotage.post(f"/acces/jetons/{numero}/retrait").status_code == 303
    assert avec(academie, jeton, "sts_web", f"/api/etablissements/{UAI}").status_code == 401
