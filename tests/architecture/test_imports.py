"""Who may import whom: the contracts of .importlinter hold, and each of them can be broken."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

RACINE = Path(__file__).parents[2]

INFRACTIONS = {
    "shared knows no service and not the command": ("shared/outil.py", "import services.un.app"),
    "a service never imports another service": ("services/un/api.py", "from services.deux import app"),
    "a service never imports the command": ("services/un/batches.py", "import rentree"),
    "rules know neither the database, nor HTTP, nor XML": ("services/un/rules/calcul.py", "from lxml import etree"),
    "rules do not import the rooms that use them": ("services/un/rules/calcul.py", "import services.un.models"),
    "use cases do not know how they are called": ("services/un/use_cases.py", "from services.un import screens"),
}


def lint_imports(dossier: Path) -> subprocess.CompletedProcess[str]:
    commande = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [str(commande), "--no-cache", "--no-logo"], cwd=dossier, capture_output=True, text=True, check=False
    )


def test_the_project_keeps_its_contracts() -> None:
    """No import of the project crosses a line of the architecture."""
    fait = lint_imports(RACINE)
    assert fait.returncode == 0, fait.stdout + fait.stderr


@pytest.fixture
def modele(tmp_path: Path) -> Path:
    """A small project of the same shape, held to the same contracts."""
    shutil.copy(RACINE / ".importlinter", tmp_path)
    for paquet in ("rentree", "shared", "services", "services/un", "services/un/rules", "services/deux"):
        (tmp_path / paquet).mkdir()
        (tmp_path / paquet / "__init__.py").touch()
    for piece in ("api", "app", "batches", "models", "screens", "use_cases"):
        (tmp_path / "services" / "un" / f"{piece}.py").touch()
    (tmp_path / "services" / "deux" / "app.py").touch()
    return tmp_path


@pytest.mark.parametrize("contrat", sorted(INFRACTIONS))
def test_each_contract_can_be_broken(modele: Path, contrat: str) -> None:
    """One forbidden import, in one file, breaks its contract and no other."""
    avant = lint_imports(modele)
    assert avant.returncode == 0, avant.stdout + avant.stderr
    fichier, ligne = INFRACTIONS[contrat]
    (modele / fichier).write_text(ligne + "\n")
    apres = lint_imports(modele)
    assert apres.returncode != 0
    assert [ligne for ligne in apres.stdout.splitlines() if ligne.endswith(" BROKEN")] == [f"{contrat} BROKEN"]
