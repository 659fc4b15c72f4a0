"""From the applications to the ENT through the AAF: without any act of the school, and what BEE itself keeps back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from html import unescape
from typing import Any

import pytest

from shared.contracts.echanges import Affectations
from shared.formats.elegroupe.liens import GroupeLien
from tests.services.rectorat.academie import UAI, Academie, agent, place
from tests.services.siecle_bee.ecole import SIXIEME, deposer, dossier, peupler, preparer
from tests.services.siecle_bee.ecole import Ecole as EcoleBee
from tests.services.sts_web.conftest import Ecole as EcoleSts
from tests.services.sts_web.conftest import document, reprendre

PROF = 40102
PROJET = "ENT2DVA-AAF"


@pytest.fixture
def ecole(nouveau_bac: Callable[..., Any]) -> tuple[Any, EcoleSts, EcoleBee, list[int]]:
    """A collège in September: six pupils, a teacher of German, its structure and services in STS-Web, an ENT."""
    bac = nouveau_bac(depart=datetime.fromisoformat("2021-09-13T08:00:00+02:00"))
    academie = Academie(bac)
    assert reprendre(bac, document(2021, UAI)).status_code == 201
    sts = EcoleSts(bac, 2021)
    sts.uai = UAI
    bee = preparer(EcoleBee(bac, UAI))
    projet = {"code": PROJET, "libelle": "ENT d'essai", "uais": [UAI]}
    for service, autres in (("aaf", {"grammaire": "6.4"}), ("ent", {"aaf_projet": PROJET})):
        assert bac[service].post("/api/projets", json=projet | autres).status_code == 201
    academie.agents(agent(PROF, "MARCELIN", place()))
    sts.demander("POST", "/exports/structure")
    return bac, sts, bee, peupler(bee, 3)


@pytest.mark.procedure("AAF-06")
def test_from_the_remontees_on_all_is_automatic(ecole: Any) -> None:
    """Links deposited in BEE and services exported on Monday are in the ENT on Wednesday; only the clock moved."""
    bac, sts, bee, ids = ecole
    deposer(bee, {i: [GroupeLien("6ALL1", date(2021, 9, 2), date(2022, 7, 7))] for i in ids[:2]})
    sts.demander("POST", "/exports/services", json={"destination": "sconet"})

    def membres(jour: str) -> list[tuple[str, str]]:
        bac.avancer("instant", datetime.fromisoformat(f"2021-09-{jour}T08:00:00+02:00"))
        comptes = bac["ent"].get(f"/api/projets/{PROJET}/comptes").json()
        return sorted((c["profil"], c["nom"]) for c in comptes if "6ALL1" in c["groupes"])

    assert membres("14") == []
    assert [nom for _, nom in membres("15")] == ["FICTIF001", "FICTIF002", "MARCELIN"]


@pytest.mark.procedure("AAF-08")
@pytest.mark.procedure("NOM-06")
def test_what_bee_keeps_back_is_named(ecole: Any) -> None:
    """A fiche without MEF nor division is bloquante: in Exclusions under its name, with the menu, a link to Suivre."""
    bac, _, bee, _ = ecole
    envoi = Affectations(uai=UAI, millesime=2021, dossiers=(dossier(7),))
    bee.recevoir("affectations", envoi)
    (cree,) = bee.appeler("POST", "/importations/affectation", json={"cles": None})["eleves"]
    ligne = {"eleve_id": cree["eleve_id"], "mef": "10010012199", "division": "6A", "regime": "2"}
    (refus,) = bee.appeler("POST", "/saisie-en-masse", json=[ligne])["refus"]
    assert refus["code"] == "MEF_NON_PROFILE"
    bac.avancer("instant", datetime.fromisoformat("2021-09-15T08:00:00+02:00"))
    exclusions = bac["aaf"].get(f"/api/etablissements/{UAI}/exclusions").json()
    (bloquante,) = [e for e in exclusions if e["id"] == str(cree["eleve_id"])]
    assert bloquante["code"] in ("FICHE_BLOQUANTE", "SANS_DIVISION")
    assert (bloquante["libelle"], bool(bloquante["remede"]), bool(bloquante["menu"])) == (
        f"FICTIF007 {dossier(7).prenoms[0]}",
        True,
        True,
    )
    famille = [e for e in exclusions if e["objet"] == "responsable"]
    assert [e["libelle"] for e in famille] == ["FICTIF007 Iris"]
    page = unescape(bac["aaf"].get(f"/etablissements/{UAI}/exclusions").text)
    pilotage = str(bac["pilotage"].base_url).rstrip("/")
    assert f'href="{pilotage}/suivre?q={bloquante["cles"]["ine"]}"' in page
    assert bloquante["cles"]["ine"] in bac["pilotage"].get("/suivre", params={"q": bloquante["cles"]["ine"]}).text
    bee.appeler("POST", "/saisie-en-masse", json=[ligne | {"mef": SIXIEME}])
    bac.avancer("instant", datetime.fromisoformat("2021-09-17T08:00:00+02:00"))
    assert bac["aaf"].get(f"/api/etablissements/{UAI}/exclusions?objet=eleve").json() == []
