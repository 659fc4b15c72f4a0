"""The rectorat: what it takes, what goes out in the evening."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.rectorat.rules import registre
from shared.contracts import echanges as msg
from shared.identifiers import fabriquer_uai, ine_valide

UAI = fabriquer_uai("096", 1)


def _ecole() -> dict[str, Any]:
    return msg.EtablissementMsg(uai=UAI, nom="DES ESSAIS").valeurs()


def _agent(nature: str = "AFA") -> dict[str, Any]:
    return msg.AgentMsg(
        id=70001,
        nom_usage="TALBOUR",
        prenom="Inès",
        date_naissance=date(1980, 5, 4),
        affectations=(msg.AffectationAgentMsg(uai=UAI, nature=nature),),  # type: ignore[arg-type]
    ).valeurs()


def _ouvrir(bac: Any) -> None:
    assert bac["rectorat"].post("/api/etablissements", json=[_ecole()]).status_code == 201


def test_a_wrong_uai_is_refused(bac: Any) -> None:
    """A school whose check letter is wrong is refused with a sentence, and not registered."""
    faux = _ecole() | {"uai": UAI[:-1] + ("A" if UAI[-1] != "A" else "B")}
    reponse = bac["rectorat"].post("/api/etablissements", json=[faux])
    assert (reponse.status_code, reponse.json()["code"]) == (422, "UAI_INVALIDE")
    assert bac["rectorat"].get("/api/etablissements").json() == []


def test_an_agent_of_an_unknown_school_is_refused(bac: Any) -> None:
    """An appointment in an unknown school is refused."""
    reponse = bac["rectorat"].post("/api/agents", json=[_agent()])
    assert (reponse.status_code, reponse.json()["code"]) == (404, "UAI_INCONNU")


def test_agents_leave_in_the_evening_once(bac: Any) -> None:
    """What EPP holds goes to STS-Web at 19:00, and does not go again while nothing changes."""
    _ouvrir(bac)
    bac["rectorat"].post("/api/agents", json=[_agent()])
    assert bac["rectorat"].get("/_sim/envois").json() == []
    bac.avancer("nuit")
    genres = [e["genre"] for e in bac["rectorat"].get("/_sim/envois").json()]
    assert genres.count("agents_epp") == 1
    bac.avancer("nuit")
    genres = [e["genre"] for e in bac["rectorat"].get("/_sim/envois").json()]
    assert genres.count("agents_epp") == 1
    assert genres.count("remontee_rectorat") == 2


def test_a_diffusion_on_demand_does_not_wait_for_the_evening(bac: Any) -> None:
    """Asked for, what waits goes at once, by API and by page; the evening has nothing left, a second one neither."""
    _ouvrir(bac)
    bac["rectorat"].post("/api/agents", json=[_agent()])
    bac["rectorat"].post("/api/nomenclatures", json={"jeu": "national"})
    faite = bac["rectorat"].post("/api/diffusion").json()["diffuse"]
    assert faite[f"agents:{UAI}"] == 1
    assert faite["nomenclatures"] > 100
    partis = [(e["genre"], e["destinataire"]) for e in bac["rectorat"].get("/_sim/envois").json()]
    assert partis.count(("agents_epp", "sts_web")) == 1
    assert {d for g, d in partis if g == "nomenclatures"} == {"sts_web", "siecle_bee"}
    assert "Rien n&#39;attendait la diffusion." in bac["rectorat"].post("/diffusion", follow_redirects=True).text
    bac.avancer("nuit")
    encore = [e["genre"] for e in bac["rectorat"].get("/_sim/envois").json()]
    assert encore.count("agents_epp") + encore.count("nomenclatures") == 3


def test_nothing_to_publish(bac: Any) -> None:
    """Publishing without results says so."""
    _ouvrir(bac)
    reponse = bac["rectorat"].post("/api/affectations/publication", json={"uai": UAI})
    assert (reponse.status_code, reponse.json()["code"]) == (409, "RIEN_A_PUBLIER")


@pytest.mark.procedure("REC-16")
def test_the_ine_comes_from_the_registry(bac: Any) -> None:
    """A birth in France is numbered in the evening; one abroad waits for a person, then is numbered."""
    _ouvrir(bac)
    fiche = {"nom": "OBRIC", "prenoms": ["Léo"], "sexe": "1", "date_naissance": "2010-02-03", "pays_naissance": "100"}
    demande = {
        "uai": UAI,
        "millesime": 2021,
        "fiches": [
            fiche | {"eleve_id": 11, "commune_naissance": "06088"},
            fiche | {"eleve_id": 12, "nom": "VARSO", "pays_naissance": "352"},
        ],
    }
    cle = {"Idempotency-Key": "siecle_bee:1:1"}
    premiere = bac.interne("rectorat", "POST", "/_echanges/demande_ine", json=demande, headers=cle)
    seconde = bac.interne("rectorat", "POST", "/_echanges/demande_ine", json=demande, headers=cle)
    assert premiere.json() == seconde.json() == {"nb": 2, "nb_refus": 1}
    bac.avancer("nuit")
    etats = {d["cle"]: d for d in bac["rectorat"].get("/api/demandes-ine").json()}
    assert etats["11"]["etat"] == "attribuee"
    assert ine_valide(etats["11"]["ine"])
    assert etats["12"]["etat"] == "a_verifier"
    assert bac["rectorat"].post(f"/api/demandes-ine/{UAI}/2021/12/validation").status_code == 200
    bac.avancer("nuit")
    etats = {d["cle"]: d for d in bac["rectorat"].get("/api/demandes-ine").json()}
    assert etats["12"]["etat"] == "attribuee"
    assert etats["12"]["ine"] != etats["11"]["ine"]


def test_one_identity_has_one_key() -> None:
    """The registry's key does not depend on the order of the fields."""
    a = {"sexe": "1", "date_naissance": "2010-02-03", "commune_naissance": "06088"}
    assert registre.cle_identite(a, "obric leo") == registre.cle_identite(dict(reversed(a.items())), "obric leo")
