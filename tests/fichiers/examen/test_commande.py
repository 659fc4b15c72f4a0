"""`rentree fichier verifier` and `resumer`, as people run them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rentree.commandes import application
from shared.contracts.refus import Refus

from .jeu_examen import FICHIERS, poser

LIENS = "liens.xml"


def test_verifier_exits_with_0_then_1(tmp_path: Path) -> None:
    """Nothing wrong: 0; a problem: 1, with its code, line and remedy on the terminal."""
    poser(tmp_path)
    bon = CliRunner().invoke(application, ["fichier", "verifier", str(tmp_path)])
    assert bon.exit_code == 0, bon.output
    assert "8 document(s) : aucune erreur, aucune remarque." in bon.output
    assert "2 élèves, 2 liens élève-groupe" in " ".join(bon.output.split())
    poser(tmp_path, change={LIENS: ("<CODE_GROUPE>5LATIN", "<CODE_GROUPE>5GREC")})
    mauvais = CliRunner().invoke(application, ["fichier", "verifier", str(tmp_path)])
    assert mauvais.exit_code == 1
    dit = " ".join(mauvais.output.split())
    assert "erreur LIEN_GROUPE_INCONNU ligne 19, CODE_GROUPE : Le groupe « 5GREC » n'est pas référencé" in dit
    assert "que faire : Créez-le à l'identique dans STS-Web" in dit
    assert "1 erreur, aucune remarque." in dit


def test_informations_are_told_unless_brief(tmp_path: Path) -> None:
    """An information does not change the exit code, and `--bref` keeps it for itself."""
    (tmp_path / "Nomenclature.xml").write_bytes(
        FICHIERS["Nomenclature.xml"].replace("030201", "99ZZ01").encode("iso-8859-15")
    )
    dit = CliRunner().invoke(application, ["fichier", "verifier", str(tmp_path)])
    assert dit.exit_code == 0
    assert "CODES_LOCAUX" in dit.output
    assert (
        "CODES_LOCAUX" not in CliRunner().invoke(application, ["fichier", "verifier", "--bref", str(tmp_path)]).output
    )


def test_json_is_one_document(tmp_path: Path) -> None:
    """`--json` writes the whole report, whatever the exit code."""
    poser(tmp_path, change={LIENS: ("<ELEVE_ID>7002", "<ELEVE_ID>7099")})
    sortie = CliRunner().invoke(application, ["fichier", "verifier", "--json", str(tmp_path)])
    assert sortie.exit_code == 1
    lu = json.loads(sortie.output)
    assert lu["totaux"] == {"erreur": 1, "remarque": 0, "information": 0}
    [document] = [d for d in lu["documents"] if d["nom"] == LIENS]
    assert document["comptes"] == {"élèves": 2, "liens élève-groupe": 2}
    [probleme] = document["problemes"]
    assert (probleme["code"], probleme["gravite"], probleme["ligne"]) == ("LIEN_ELEVE_INCONNU", "erreur", 26)


def test_resumer_is_a_table(tmp_path: Path) -> None:
    """One line for each file, what it is, its school and year, its counts; broken files do not stop it."""
    poser(tmp_path)
    (tmp_path / "casse.xml").write_text("<STS_EDT>")
    sortie = CliRunner().invoke(application, ["fichier", "resumer", str(tmp_path)])
    assert sortie.exit_code == 0, sortie.output
    assert max(len(ligne) for ligne in sortie.output.splitlines()) <= 80
    for attendu in ("SIECLE Communs", "0980123B", "2025-2026", "2 élèves", "casse.xml"):
        assert attendu in sortie.output
    lu = json.loads(CliRunner().invoke(application, ["fichier", "resumer", "--json", str(tmp_path)]).output)
    assert len(lu["documents"]) == len(FICHIERS) + 1


def test_a_missing_file_is_a_refusal() -> None:
    """A path that does not exist is refused: `rentree` exits with 2."""
    resultat = CliRunner().invoke(application, ["fichier", "verifier", "nulle-part.xml"])
    assert isinstance(resultat.exception, Refus)
    assert resultat.exception.code == "FICHIER_INTROUVABLE"
    with pytest.raises(Refus):
        raise resultat.exception
