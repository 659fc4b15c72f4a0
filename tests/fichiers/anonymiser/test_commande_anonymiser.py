"""`rentree fichier anonymiser`: what it says, where the key comes from, what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rentree.commandes import application
from rentree.commandes.secret_pseudonymes import VARIABLE, lire_cle
from shared.contracts.refus import Refus
from tests.fichiers.anonymiser.jeu_anonymiser import UAI, deposer, jeu

SECRET = "un secret assez long pour servir"


@pytest.fixture(scope="module")
def petit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return deposer(jeu(60), tmp_path_factory.mktemp("petit") / "reel")


@pytest.fixture(autouse=True)
def sans_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("COLUMNS", "80")


def lancer(*arguments: str) -> str:
    fait = CliRunner().invoke(application, ["fichier", "anonymiser", *arguments], catch_exceptions=False)
    assert fait.exit_code == 0
    return fait.output


def test_it_says_what_was_done_and_what_remains(petit: Path, tmp_path: Path) -> None:
    """The word pseudonymisation, the files, the key kept nowhere, what can still identify; no line too wide."""
    dit = lancer(str(petit), "-o", str(tmp_path / "rendu"))
    plat = " ".join(dit.split())
    for attendu in (
        "Pseudonymisation (RGPD, article 4, 5°)",
        "laissé de côté : note.txt",
        "vidé, champ inconnu : ELEVE/OBSERVATION (siecle_eleves), 1 fois.",
        "n'est gardée nulle part",
        "Ce qui peut encore identifier",
        f"gardés ({UAI})",
        "moins de 3 élèves",
        "restent des données personnelles",
    ):
        assert attendu in plat
    assert max(map(len, dit.splitlines())) <= 80
    assert (tmp_path / "rendu" / "Communs.xml").exists()


def test_the_report_as_json(petit: Path, tmp_path: Path) -> None:
    """One JSON document: files, fields emptied, school, where the key came from."""
    secret = tmp_path / "secret"
    secret.write_text(SECRET, encoding="utf-8")
    dit = json.loads(lancer(str(petit), "-o", str(tmp_path / "r"), "--secret-fichier", str(secret), "--uai", "--json"))
    assert dit["cle"] == "fichier"
    assert dit["uai_remplace"] is True
    assert {f["familles"][0] for f in dit["fichiers"]} >= {"sts_emp", "siecle_eleves", "aaf"}


def test_where_the_key_comes_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file first, then the variable, else a key of its own each time; one secret gives one key."""
    secret = tmp_path / "secret"
    secret.write_text(SECRET + "\n", encoding="utf-8")
    hasards = [lire_cle(None) for _ in range(2)]
    assert [c.origine for c in hasards] == ["hasard", "hasard"]
    assert hasards[0].octets != hasards[1].octets
    monkeypatch.setenv(VARIABLE, SECRET)
    assert lire_cle(None).origine == "environnement"
    assert lire_cle(None).octets == lire_cle(secret).octets
    assert lire_cle(secret).origine == "fichier"


def test_secrets_that_are_no_secret_are_refused(tmp_path: Path) -> None:
    """A secret of a few characters, or a file that is not there."""
    court = tmp_path / "court"
    court.write_text("1234", encoding="utf-8")
    for fichier, code in ((court, "SECRET_TROP_COURT"), (tmp_path / "absent", "SECRET_ILLISIBLE")):
        with pytest.raises(Refus) as refus:
            lire_cle(fichier)
        assert refus.value.code == code
        assert refus.value.remede
