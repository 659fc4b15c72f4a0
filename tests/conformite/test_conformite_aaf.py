"""The catalogue of AAF importers: the simulated ENT passes it, importers that are wrong in one way go red for it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from rentree.conformite import catalogue, rapport
from rentree.conformite.aaf import CATALOGUE, BancAaf
from rentree.conformite.catalogue import Bilan
from rentree.conformite.execution import jouer_aaf
from rentree.conformite.importeur import importeur_de
from rentree.conformite.jeu_aaf import PROJET, UAIS
from shared.contracts.refus import Refus

from .petit_importeur import ParDossier, ParHttp, PetitImporteur


def jouer(cible: str) -> Bilan:
    """Play the whole catalogue."""
    return jouer_aaf(cible, 20, 1, [], lambda dit: None)


def jouer_ceux(cible: str, titres: Sequence[str], graine: int = 1, patience: float = 20) -> Bilan:
    """Play some cases."""
    with BancAaf(importeur_de(cible, patience), graine) as banc:
        return catalogue.jouer(Bilan("aaf", cible), [c for c in CATALOGUE if c.titre in titres], banc, lambda v: None)


def rouges(bilan: Bilan) -> set[str]:
    """The titles of those that failed."""
    return {v.titre for v in bilan.verdicts if v.etat == "echoue"}


def test_the_simulated_ent_passes(nouveau_bac: Any, installation: Any) -> None:
    """The import of the product itself, by its web service: every case succeeds, none is left out."""
    bac = nouveau_bac()
    corps = {"code": "essai", "aaf_projet": PROJET, "libelle": "Essai", "uais": list(UAIS.values())}
    assert bac["ent"].post("/api/projets", json=corps).status_code == 201
    bilan = jouer(f"{installation.implantation.adresses['ent']}/b/{bac.nom}/api/projets/essai")
    assert [(v.titre, v.constat) for v in bilan.verdicts if v.etat != "reussi"] == []
    assert bilan.conforme


def test_a_right_importer_passes_by_a_folder(tmp_path: Path) -> None:
    """Feeds are left in a folder, answers read in another."""
    titres = [c.titre for c in CATALOGUE[:1] + CATALOGUE[6:9] + CATALOGUE[18:]]
    with ParDossier(PetitImporteur(), tmp_path):
        bilan = jouer_ceux(str(tmp_path), titres)
    assert [(v.titre, v.constat) for v in bilan.verdicts if v.etat != "reussi"] == []


@pytest.mark.parametrize(
    ("defaut", "attendus"),
    [
        ("prend_ce_qui_vient", {"Complète tronquée", "Complète où un fichier manque"}),
        ("sans_date", {"Deltas dans le désordre", "Complète périmée"}),
        ("sans_retour", {"Départ par une complète, retour"}),
        ("prend_le_vide", {"Complète vide"}),
        ("double", {"Delta : un changement de classe"}),
        ("ascii", {"Première alimentation complète"}),
    ],
)
def test_an_importer_that_is_wrong_goes_red(defaut: str, attendus: set[str]) -> None:
    """The cases of what it does wrong fail, and they alone."""
    with ParHttp(PetitImporteur(defaut)) as cible:
        bilan = jouer_ceux(cible.adresse, [*attendus, "Delta : une arrivée"] if defaut != "ascii" else [*attendus])
    assert rouges(bilan) == attendus, {v.titre: v.constat for v in bilan.verdicts}
    assert not bilan.conforme


@pytest.mark.parametrize("graine", [2])
def test_wherever_a_feed_is_cut(graine: int) -> None:
    """Whatever the seed, whoever applies a part of a feed is seen, whoever refuses it is not."""
    coupees = [c.titre for c in CATALOGUE if c.faute]
    with ParHttp(PetitImporteur()) as bon, ParHttp(PetitImporteur("prend_ce_qui_vient")) as mauvais:
        assert rouges(jouer_ceux(bon.adresse, coupees, graine)) == set()
        assert rouges(jouer_ceux(mauvais.adresse, coupees, graine)) & {
            "Complète tronquée",
            "Complète où un fichier manque",
        }


def test_a_target_that_says_nothing(tmp_path: Path) -> None:
    """Nobody answers: no case succeeds, and what does not exist is refused before."""
    bilan = jouer_ceux(str(tmp_path), [c.titre for c in CATALOGUE[:3]], patience=0.01)
    assert {v.etat for v in bilan.verdicts} == {"echoue", "sans_objet"}
    with pytest.raises(Refus) as refus:
        jouer(str(tmp_path / "nulle-part"))
    assert refus.value.code == "CIBLE_INVALIDE"


def test_the_report_says_all(tmp_path: Path) -> None:
    """HTML for people and JUnit for machines: every case, the failures as failures."""
    with ParHttp(PetitImporteur("ascii")) as cible:
        bilan = jouer_ceux(cible.adresse, [c.titre for c in CATALOGUE[:6]])
    page, junit = rapport.ecrire(bilan, tmp_path / "rapport")
    suite = ET.parse(junit).getroot()[0]
    assert int(suite.get("tests", "")) == len(suite) == 6
    assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure")) == bilan.combien("echoue") > 0
    texte = page.read_text(encoding="utf-8")
    assert all(f"{c.code}<br>" in texte for c in CATALOGUE[:6])
    assert "Non conforme" in texte
    assert cible.adresse in texte
