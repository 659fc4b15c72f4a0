"""The command: exit codes, JSON, a narrow terminal, the delta."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from rentree.commandes import application
from shared.contracts.refus import Refus

from .jeu_comparaison import COMPLET, SIECLE, copie, copie_aaf

ELEVES = SIECLE / "ElevesAvecAdresses.xml"


def lancer(*arguments: str) -> Any:
    """Run `rentree fichier comparer …` in a terminal of 80 columns; a refusal is raised."""
    reponse = CliRunner().invoke(application, ["fichier", "comparer", *arguments], env={"COLUMNS": "80"})
    if reponse.exception is not None and not isinstance(reponse.exception, SystemExit):
        raise reponse.exception
    return reponse


def test_codes_de_sortie(tmp_path: Path) -> None:
    """0 when identical, 1 when something differs; a refusal is raised, for the program to say and exit with 2."""
    neuf = copie(ELEVES, tmp_path / "x.xml", ("LEEDS", "YORK"))
    assert lancer(str(ELEVES), str(copie(ELEVES, tmp_path / "y.xml"))).exit_code == 0
    assert lancer(str(ELEVES), str(neuf)).exit_code == 1
    with pytest.raises(Refus):
        lancer(str(ELEVES), str(tmp_path / "absent.xml"))


def test_le_terminal_tient_en_80_colonnes_et_tait_les_valeurs(tmp_path: Path) -> None:
    """Identifiers and fields are shown, values are not; no line is wider than the terminal."""
    neuf = copie(ELEVES, tmp_path / "x.xml", ("<VILLE_NAISS>LEEDS", "<VILLE_NAISS>YORK"))
    sortie = lancer(str(ELEVES), str(neuf)).stdout
    assert "700102 : VILLE_NAISS" in sortie
    assert "LEEDS" not in sortie
    assert "YORK" not in sortie
    assert max(map(len, sortie.splitlines())) <= 80
    assert "« LEEDS » → « YORK »" in lancer(str(ELEVES), str(neuf), "--valeurs").stdout


def test_la_liste_est_abregee_sauf_demande(tmp_path: Path) -> None:
    """Many records: the first ones and how many others; all of them with --tout."""
    divisions = "".join(f'<DIVISION CODE_STRUCTURE="7X{i:02d}"><MEFS_APPARTENANCE/></DIVISION>' for i in range(40))
    neuf = copie(SIECLE / "Structures.xml", tmp_path / "x.xml", ("<DIVISIONS>", f"<DIVISIONS>{divisions}"))
    abrege = " ".join(lancer(str(SIECLE / "Structures.xml"), str(neuf)).stdout.split())
    assert "et 30 autres" in abrege
    assert "7X39" not in abrege
    assert "7X39" in lancer(str(SIECLE / "Structures.xml"), str(neuf), "--tout").stdout


def test_json(tmp_path: Path) -> None:
    """One JSON document, complete, with the delta when one is written."""
    neuf = copie_aaf(COMPLET, tmp_path / "neuf", "Eleve", ("<value>420$4A</value>", "<value>420$4B</value>"))
    reponse = lancer(str(COMPLET), str(neuf), "--json", "--delta", str(tmp_path / "delta"))
    assert reponse.exit_code == 1
    document = json.loads(reponse.stdout)
    (eleves,) = [c for c in document["paires"][0]["categories"] if c["categorie"] == "élèves"]
    assert eleves["modifiees"] == [{"cle": "910001", "champs": [{"champ": "ENTEleveClasses"}]}]
    assert document["delta"]["modifications"] == 1
    assert lancer(str(COMPLET), str(neuf), "--appliquer", str(tmp_path / "delta")).exit_code == 0


def test_une_cle_illisible_est_refusee(tmp_path: Path) -> None:
    """A key's file that is not there is told as such, before anything is read."""
    with pytest.raises(Refus) as refus:
        lancer(str(ELEVES), str(ELEVES), "--cle-privee", str(tmp_path / "absente.pem"))
    assert refus.value.code == "CLE_ILLISIBLE"
