"""Faults of feeds on the chain's own nights: the simulated ENT refuses whole, says why, and recovers by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from typer.testing import CliRunner

from rentree.commandes import application
from tests.conftest import BacEssai
from tests.services.aaf.test_commande_aaf import environnement

PROJET = "/api/projets/ENT-KIT"
MONDE = {
    "ecoles": [{"cle": "c", "nom": "Des Essais", "divisions": {"6A": "10010012110"}}],
    "eleves": [{"cle": "lea", "nom": "Valbrune", "prenom": "Léa", "ecole": "c", "division": "6A"}],
}


@pytest.fixture(scope="module")
def bac(installation: Any) -> Iterator[BacEssai]:
    """One pupil, in an ENT whose feed is complete every night."""
    from shared.horloge.profils import profil

    choisi = profil("nice-2021")
    installation.gestion.creer("essai_fautes_nuit", profil=choisi, graine=1, depart=choisi.debut)
    with ExitStack() as pile:
        fait = BacEssai(installation, "essai_fautes_nuit", pile)
        assert fait["pilotage"].post("/api/mondes", json=MONDE).status_code == 201
        fait.avancer("48h")
        yield fait
    installation.gestion.supprimer("essai_fautes_nuit")


def nuit(bac: BacEssai) -> list[tuple[int, str]]:
    """Live the next one: what the ENT then did of which feed (code, "" when applied)."""
    avant = bac["ent"].get(f"{PROJET}/imports").json()
    bac.avancer("24h")
    apres = bac["ent"].get(f"{PROJET}/imports").json()
    return [(x["numero"], x["code"]) for x in reversed(apres) if x not in avant]


def test_the_ent_refuses_whole_and_recovers(bac: BacEssai, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked by the API, by the command; whoever else reads that feed has it whole; one night, then no more."""
    corps = {"faute": "alimentation_tronquee", "nuit": True, "fois": 1}
    (posee,) = bac["aaf"].post(f"{PROJET}/fautes", json=corps).json()
    assert posee["depuis"] == 1
    assert nuit(bac) == [(2, "FLUX_TRONQUE")]
    (derniere, *_) = bac["ent"].get(f"{PROJET}/imports").json()
    assert "redemandera la nuit prochaine" in derniere["remede"]
    entiere = bac["aaf"].get(f"{PROJET}/alimentations/2/archive").content
    assert bac["aaf"].get(f"{PROJET}/livraisons/2/archive").content == entiere
    faussee = bac["aaf"].get(f"{PROJET}/alimentations/2/archive", params={"nuit": True}).content
    assert faussee == entiere[: len(faussee)] != entiere
    page = bac["aaf"].get("/projets/ENT-KIT", headers={"Accept": "text/html"}).text
    assert "Fautes demandées sur les nuits de la chaîne : alimentation_tronquee." in page
    for nom, valeur in environnement(bac.installation).items():
        monkeypatch.setenv(nom, valeur)
    commande = ["fautes", "poser", "alimentation_malformee", "--projet", "ENT-KIT", "--nuit", "--bac", bac.nom]
    assert CliRunner().invoke(application, commande).exit_code == 0
    assert nuit(bac) == [(2, ""), (3, "AAF_DECOMPTE")]
    bac["aaf"].post(f"{PROJET}/fautes", json=corps | {"faute": "alimentation_doublee"})
    assert nuit(bac) == [(3, ""), (4, ""), (4, "FLUX_PERIME")]
    assert len(bac["aaf"].get(f"{PROJET}/fautes").json()) == 3
    assert bac["aaf"].delete(f"{PROJET}/fautes").status_code == 204
    assert bac["aaf"].get(f"{PROJET}/fautes").json() == []
    ailleurs = bac["ent"].put(
        "/api/connecteurs/appli", json={"projet": "ENT-KIT", "nom": "A", "adresses": ["https://a.invalid/"]}
    )
    assert ailleurs.status_code == 200
    refus = bac["ent"].post("/api/connecteurs/appli/fautes", json={"faute": "erreur_500", "nuit": True})
    assert (refus.status_code, refus.json()["code"]) == (422, "FAUTE_AILLEURS")
