"""Running pytest with the kit in a process of its own, as a developer does; the kit is not installed here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

RACINE = Path(__file__).parent.parent.parent
KIT = RACINE / "clients" / "python"


def environnement(**suite: str) -> dict[str, str]:
    """That of a run: the kit found, no other plugin loaded, nothing of the run that we are in."""
    propre = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "RENTREE_", "COV_"))}
    chemins = os.pathsep.join([str(KIT), propre.get("PYTHONPATH", "")])
    return (
        propre | {"PYTHONPATH": chemins, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"} | suite
    )


def pytest_avec_le_kit(dossier: Path, *options: str, **env: str) -> subprocess.CompletedProcess[str]:
    """`pytest` in a folder, with the kit's plugin."""
    commande = [sys.executable, "-m", "pytest", "-p", "rentree_kit.plugin", "-p", "no:cacheprovider", "-q"]
    return subprocess.run(
        [*commande, "--rootdir", str(dossier), "-c", os.devnull, *options, str(dossier)],
        cwd=dossier,
        env=environnement(**env),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
