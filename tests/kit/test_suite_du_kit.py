"""The kit's own suite and the examples of its documentation, run as a developer runs them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from .lancer import KIT, RACINE, environnement, pytest_avec_le_kit

BLOC = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocs(page: str) -> list[tuple[str, str, str]]:
    """The blocks of code of a page of the documentation: language, file name, text."""
    return [(m[1], m[2] or "", m[3]) for m in BLOC.finditer((RACINE / "docs" / page).read_text(encoding="utf-8"))]


@pytest.fixture
def adresses(installation: Any) -> dict[str, str]:
    """Where the applications are."""
    return dict(installation.implantation.adresses)


def test_the_kits_own_suite_on_four_bacs_at_once(adresses: dict[str, str]) -> None:
    """With pytest-xdist, four processes, each test in a bac of its own; every bac is dropped at the end."""
    fait = pytest_avec_le_kit(KIT / "tests", "-p", "xdist", "-n", "4", RENTREE_URL=adresses["pilotage"])
    assert fait.returncode == 0, fait.stdout[-3000:]
    assert re.search(r"^1\d passed", fait.stdout, re.MULTILINE), fait.stdout


def test_the_examples_of_the_documentation(adresses: dict[str, str], installation: Any, tmp_path: Path) -> None:
    """docs/kit.md: the first importer makes the first test red, the second green, and so are all the others."""
    ecrits: dict[str, list[str]] = {}
    for langue, nom, texte in blocs("kit.md"):
        assert langue == "python", langue
        ecrits.setdefault(nom, []).append(texte)
    premier, second = ecrits.pop("importeur.py")
    for nom, [texte] in ecrits.items():
        (tmp_path / nom).write_text(texte, encoding="utf-8")
    (tmp_path / "importeur.py").write_text(premier, encoding="utf-8")
    rouge = pytest_avec_le_kit(tmp_path, "-k", "login", RENTREE_URL=adresses["pilotage"])
    assert rouge.returncode == 1, rouge.stdout
    assert "ne se tape pas sur tous les claviers" in rouge.stdout
    (tmp_path / "importeur.py").write_text(second, encoding="utf-8")
    vert = pytest_avec_le_kit(tmp_path, RENTREE_URL=adresses["pilotage"])
    assert vert.returncode == 0, vert.stdout[-3000:]
    assert re.search(r"^6 passed", vert.stdout, re.MULTILINE), vert.stdout
    restes = [b.nom for b in installation.gestion.lister() if b.nom.startswith("essai_") and len(b.nom) > 15]
    assert restes == [], "every test drops its bac"


def test_the_examples_in_other_languages(adresses: dict[str, str], tmp_path: Path) -> None:
    """docs/kit-http.md: curl, Node and (where there is a JDK) Java, as they are but for the ports."""
    ports = {"8000": "pilotage", "8003": "aaf", "8004": "ent"}
    vus = []
    for langue, nom, texte in blocs("kit-http.md"):
        for port, service in ports.items():
            texte = texte.replace(f"http://127.0.0.1:{port}", adresses[service])
        if nom:
            (tmp_path / nom).write_text(texte, encoding="utf-8")
        node = RACINE / ".venv" / "bin" / "node"
        commandes = {
            "sh": ["bash", "-c", texte],
            "js": [str(node) if node.exists() else "node", "--test", nom],
            "java": ["java", "-XX:TieredStopAtLevel=1", nom],
        }
        commande = commandes.get(langue)
        if commande is None or shutil.which(commande[0]) is None:
            continue
        fait = subprocess.run(
            commande, cwd=tmp_path, env=environnement(), capture_output=True, text=True, timeout=90, check=False
        )
        assert fait.returncode == 0, (langue, fait.stdout[-2000:], fait.stderr[-2000:])
        vus.append(langue)
    assert "sh" in vus
    assert (tmp_path / "alimentation.tar.gz").read_bytes()[:2] == b"\x1f\x8b"
