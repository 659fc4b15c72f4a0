"""The command: options, exit codes, JSON, refusals of the whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from rentree.commandes import application
from rentree.commandes.connexion import client
from shared.contracts.refus import Refus
from tests.demo.dossier_essai import ORIGINAUX, REEL, remplir
from tests.fichiers.charger.ecoles import ecrire_ecole, ecrire_ecoles, poser

Lancer = Callable[..., Any]


@pytest.fixture
def lancer(installation: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lancer]:
    """Runs `rentree …` against the installation of the tests; a refusal of the whole is raised."""
    lieu = installation.implantation
    monkeypatch.setenv("RENTREE_HOME", str(lieu.racine))
    monkeypatch.setenv("RENTREE_SECRET", lieu.secret)
    monkeypatch.delenv("RENTREE_DATABASE_URL", raising=False)
    for service, adresse in lieu.adresses.items():
        monkeypatch.setenv(f"RENTREE_ADRESSE_{service.upper()}", adresse)

    def faire(*arguments: str) -> Any:
        reponse = CliRunner().invoke(application, list(arguments))
        if reponse.exception is not None and not isinstance(reponse.exception, SystemExit):
            raise reponse.exception
        return reponse

    yield faire
    for nom in [b.nom for b in installation.gestion.lister() if b.nom.startswith("cmd_")]:
        installation.gestion.supprimer(nom)


def test_a_bac_is_created_at_the_year_of_the_files(lancer: Lancer, installation: Any, tmp_path: Path) -> None:
    """`--creer` starts the clock just before the rentrée of the files, and everything is loaded: exit 0."""
    ecole = ecrire_ecole(0, annee=2019)
    poser(tmp_path / "ecole", ecole.fichiers)
    reponse = lancer("charger", str(tmp_path), "--bac", "cmd_creer", "--creer", "--json")
    assert reponse.exit_code == 0
    rapport = json.loads(reponse.stdout)
    assert rapport["totaux"] == {"charge": 1}
    [vue] = rapport["etablissements"]
    assert (vue["uai"], vue["annees"][0]["annee"]) == (ecole.uai, 2019)
    assert vue["annees"][0]["comptes"]["eleves"] == len(ecole.eleves)
    depart = next(b for b in installation.gestion.lister() if b.nom == "cmd_creer").depart
    assert (depart.year, depart.month) == (2019, 8)


def test_real_data_want_a_bac_that_says_so(lancer: Lancer, tmp_path: Path) -> None:
    """A bac without the banner refuses real identities; one created with it keeps them as they are."""
    ecole = ecrire_ecole(0)
    poser(tmp_path, ecole.fichiers)
    assert lancer("bac", "create", "cmd_faux").exit_code == 0
    with pytest.raises(Refus, match="bandeau") as refus:
        lancer("charger", str(tmp_path), "--bac", "cmd_faux", "--donnees-reelles")
    assert (refus.value.code, bool(refus.value.remede)) == ("BAC_SANS_BANDEAU", True)
    reponse = lancer("charger", str(tmp_path), "--bac", "cmd_vrai", "--creer", "--donnees-reelles", "--json")
    assert reponse.exit_code == 0
    base = client("siecle_bee", "cmd_vrai").lire(f"/api/etablissements/{ecole.uai}/bases/2021/eleves")
    assert {e["ine"] for e in base} == {e.ine for e in ecole.eleves}


def test_a_folder_made_by_hand_is_loaded_about_invented_people(lancer: Lancer, tmp_path: Path) -> None:
    """Files as real schools give them, renamed, with their oddities, are loaded; nobody of them is in the bases."""
    remplir(tmp_path / "reel", tuple(sorted(p.name for p in REEL.iterdir())), {})
    reponse = lancer("charger", str(tmp_path / "reel"), "--bac", "cmd_reel", "--creer", "--json")
    rapport = json.loads(reponse.stdout)
    assert (reponse.exit_code, rapport["totaux"]) == (0, {"charge": 1})
    assert ORIGINAUX.fuites(reponse.stdout) == []
    uai = rapport["etablissements"][0]["uai"]
    eleves = client("siecle_bee", "cmd_reel").lire(f"/api/etablissements/{uai}/bases/2021/eleves")
    agents = client("rectorat", "cmd_reel").lire(f"/api/etablissements/{uai}/agents")
    assert len(eleves) == rapport["etablissements"][0]["annees"][0]["comptes"]["eleves"]
    assert agents
    assert ORIGINAUX.fuites(json.dumps([eleves, agents], ensure_ascii=False)) == []


def test_checking_loads_nothing_and_needs_no_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--verifier` reads the folder, says what each school has and lacks, and ends with 0, or 1 for a broken file."""
    monkeypatch.setenv("RENTREE_HOME", str(tmp_path / "ailleurs"))
    monkeypatch.setenv("RENTREE_ADRESSE_PILOTAGE", "http://127.0.0.1:9")
    dossier = tmp_path / "ecoles"
    list(ecrire_ecoles(dossier, 2))
    reponse = CliRunner().invoke(application, ["charger", str(dossier), "--verifier"])
    assert reponse.exit_code == 0
    assert "2 établissements : 2 lisibles." in reponse.stdout
    assert all(len(ligne) <= 80 for ligne in reponse.stdout.splitlines())
    assert "Nomenclature (SIECLE) : les codes nationaux" in reponse.stdout
    (dossier / "casse.xml").write_bytes(b"<STS_EDT><PARAMETRES")
    assert CliRunner().invoke(application, ["charger", str(dossier), "--verifier"]).exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("absent",), "DOSSIER_INTROUVABLE"),
        ((".", "--bac", "jamais_vu"), "BAC_INCONNU"),
        ((".", "--bac", "cmd_x", "--date", "2021-08-23"), "OPTION_SANS_CREER"),
        ((".", "--bac", "cmd_x", "--creer", "--profil", "inconnu"), "PROFIL_INCONNU"),
        ((".", "--bac", "cmd_x", "--creer"), "DOSSIER_SANS_ETABLISSEMENT"),
    ],
)
def test_refusals_of_the_whole(lancer: Lancer, tmp_path: Path, arguments: tuple[str, ...], code: str) -> None:
    """No folder, no bac, nothing to load: one sentence, and nothing is created."""
    (tmp_path / "note.txt").write_text("rien ici")
    dossier, *options = arguments
    assert lancer("bac", "create", "cmd_y").exit_code == 0
    options = options if "--bac" in options else [*options, "--bac", "cmd_y"]
    with pytest.raises(Refus) as refus:
        lancer("charger", str(tmp_path / dossier), *options)
    assert refus.value.code == code
    assert refus.value.remede


def test_an_installation_out_of_reach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The installation that does not answer is said at once."""
    monkeypatch.setenv("RENTREE_HOME", str(tmp_path / "ailleurs"))
    monkeypatch.setenv("RENTREE_ADRESSE_PILOTAGE", "http://127.0.0.1:9")
    (tmp_path / "x").write_text("x")
    reponse = CliRunner().invoke(application, ["charger", str(tmp_path)])
    assert isinstance(reponse.exception, Refus)
    assert reponse.exception.code == "SERVICE_INJOIGNABLE"
