"""`rentree aaf alimenter`: a feed in a folder, from a running installation; refusals in French, exit code 2."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from rentree.commandes import application
from shared.contracts.refus import Refus
from shared.formats.aaf import Ajout, lire_alimentation, verifier_alimentation

from . import jeu_aaf as jeu
from .test_alimentations import depart

Lancer = Callable[..., Any]


@pytest.fixture
def chaine(bac: Any) -> jeu.Chaine:
    """The AAF of a bac, Monday 23 August 2021 at eight."""
    return jeu.Chaine(bac)


@pytest.fixture
def lancer(installation: Any, bac: Any, monkeypatch: pytest.MonkeyPatch) -> Lancer:
    """Runs `rentree aaf alimenter …` in the bac of the test; a refusal is raised."""
    for nom, valeur in environnement(installation).items():
        monkeypatch.setenv(nom, valeur)
    monkeypatch.delenv("RENTREE_DATABASE_URL", raising=False)

    def faire(*arguments: str) -> Any:
        reponse = CliRunner().invoke(application, ["aaf", "alimenter", *arguments, "--bac", bac.nom])
        if reponse.exception is not None and not isinstance(reponse.exception, SystemExit):
            raise reponse.exception
        return reponse

    return faire


def environnement(installation: Any) -> dict[str, str]:
    """What tells a command where the installation of the tests is."""
    lieu = installation.implantation
    adresses = {f"RENTREE_ADRESSE_{service.upper()}": adresse for service, adresse in lieu.adresses.items()}
    return {"RENTREE_HOME": str(lieu.racine), "RENTREE_SECRET": lieu.secret} | adresses


def test_a_complete_feed_in_a_folder(chaine: jeu.Chaine, lancer: Lancer, tmp_path: Path) -> None:
    """Before the first night of feeds, --complet writes the whole directory; the history knows nothing of it."""
    depart(chaine)
    chaine.projet(jeu.A)
    with pytest.raises(Refus) as refus:
        lancer("--projet", "ENT96", "--complet", "-o", str(tmp_path / "trop_tot"))
    assert (refus.value.code, "48 heures" in (refus.value.remede or "")) == ("ANNUAIRE_VIDE", True)
    assert not (tmp_path / "trop_tot").exists()
    chaine.jusqu_a(1, heure=21)  # integrated at 20:00, not fed yet
    sortie = tmp_path / "neuf" / "alimentation"
    reponse = lancer("--projet", "ENT96", "--complet", "-o", str(sortie))
    assert reponse.exit_code == 0
    assert "Alimentation complète du projet ENT96 au 24/08/2021" in reponse.stdout
    assert verifier_alimentation(sortie) == []
    tirees = list(lire_alimentation(sortie))
    assert {type(o) for o in tirees} == {Ajout}
    manifeste = json.loads((sortie / "manifeste.json").read_bytes())
    for f in manifeste["fichiers"]:
        assert hashlib.sha256((sortie / f["nom"]).read_bytes()).hexdigest() == f["sha256"]
        assert f"{f['nom']} : {f['ajouts']} ajout(s)" in reponse.stdout
    assert chaine.alimentations() == []
    chaine.jusqu_a(1)
    lancer("--projet", "ENT96", "-o", str(tmp_path / "nuit"))
    assert [(a["numero"], a["type"]) for a in chaine.alimentations()] == [(1, "Complet")]
    assert list(lire_alimentation(tmp_path / "nuit")) == tirees, "the night says what the extraction said"


def test_the_projects_are_listed(chaine: jeu.Chaine, installation: Any, lancer: Lancer) -> None:
    """`rentree aaf projets` gives the code that `alimenter` wants, and how far each project has been fed."""

    def lister() -> str:
        reponse = CliRunner().invoke(application, ["aaf", "projets", "--bac", chaine.bac.nom])
        assert reponse.exit_code == 0
        return reponse.stdout

    assert "Aucun projet d'ENT" in lister()
    chaine.projet(jeu.A, grammaire="6.1")
    assert lister() == f"ENT96 : {jeu.A} ; grammaire 6.1 ; pas encore d'alimentation\n"


def test_a_feed_of_the_history(chaine: jeu.Chaine, lancer: Lancer, tmp_path: Path) -> None:
    """Without --complet, the last feed of the nights, or the one of a number; a name in .tar.gz keeps the archive."""
    depart(chaine)
    chaine.projet(jeu.A)
    chaine.jusqu_a(2)
    depart(chaine, eleves=[jeu.eleve(1)])
    chaine.jusqu_a(2)
    archive = tmp_path / "derniere.tar.gz"
    assert "Delta" in lancer("--projet", "ENT96", "-o", str(archive)).stdout
    with tarfile.open(archive) as tar:
        assert "manifeste.json" in tar.getnames()
    assert hashlib.sha256(archive.read_bytes()).hexdigest() == chaine.alimentations()[-1]["sha256"]
    assert "Complet" in lancer("--projet", "ENT96", "--numero", "1", "-o", str(tmp_path / "une")).stdout
    assert verifier_alimentation(tmp_path / "une") == []


def test_what_is_refused(chaine: jeu.Chaine, lancer: Lancer, tmp_path: Path) -> None:
    """A folder in use, options that exclude each other, an unknown project or feed: refused, nothing is written."""
    depart(chaine)
    chaine.projet(jeu.A)
    occupe, fichier = tmp_path / "occupe", tmp_path / "fichier"
    occupe.mkdir()
    (occupe / "note.txt").write_text("à garder")
    fichier.write_text("à garder")
    (tmp_path / "la.tar.gz").write_text("à garder")
    neuf = str(tmp_path / "neuf")
    for arguments, code in (
        (("--projet", "ENT96", "--complet", "-o", str(occupe)), "SORTIE_OCCUPEE"),
        (("--projet", "ENT96", "--complet", "-o", str(fichier)), "SORTIE_OCCUPEE"),
        (("--projet", "ENT96", "--complet", "-o", str(tmp_path / "la.tar.gz")), "SORTIE_OCCUPEE"),
        (("--projet", "ENT96", "--complet", "--numero", "1", "-o", neuf), "ALIMENTER_OPTIONS"),
        (("--projet", "RIEN", "--complet", "-o", neuf), "PROJET_INCONNU"),
        (("--projet", "../../_sim/health", "--complet", "-o", neuf), "AAF_PROJET"),
        (("--projet", "ENT96", "-o", neuf), "ALIMENTATION_INCONNUE"),
        (("--projet", "ENT96", "--numero", "9", "-o", neuf), "ALIMENTATION_INCONNUE"),
    ):
        with pytest.raises(Refus) as refus:
            lancer(*arguments)
        assert (refus.value.code, bool(refus.value.remede)) == (code, True), arguments
    assert lancer("--projet", "ENT96", "--numero", "0", "-o", neuf).exit_code == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["fichier", "la.tar.gz", "occupe"]
    assert [p.name for p in occupe.iterdir()] == ["note.txt"]


def test_the_exit_code_of_a_refusal(installation: Any, bac: Any, tmp_path: Path) -> None:
    """From a shell a refusal is a French sentence with what to do, and exit code 2."""
    import os

    arguments = ["aaf", "alimenter", "--projet", "RIEN", "--complet", "-o", str(tmp_path / "neuf"), "--bac", bac.nom]
    propre = {k: v for k, v in os.environ.items() if k != "RENTREE_DATABASE_URL"}
    fini = subprocess.run(
        [sys.executable, "-m", "rentree", *arguments],
        env=propre | environnement(installation),
        capture_output=True,
        text=True,
        check=False,
    )
    assert fini.returncode == 2
    assert "PROJET_INCONNU : Le projet « RIEN » n'existe pas dans l'AAF." in fini.stderr
    assert "que faire : Vérifiez le code, ou créez le projet (menu Projets)." in fini.stderr
