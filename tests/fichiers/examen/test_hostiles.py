"""The whole corpus of hostile files through the examination."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType

from shared.formats.examen import Gravite, examiner

from .jeu_examen import FICHIERS, poser

_SECONDES = 20.0


def _corpus() -> ModuleType:
    """`tests/hostile/corpus_hostile.py`, which makes its files in code."""
    chemin = Path(__file__).parents[2] / "hostile/corpus_hostile.py"
    plan = importlib.util.spec_from_file_location("corpus_hostile_pour_examen", chemin)
    assert plan is not None
    assert plan.loader is not None
    module = importlib.util.module_from_spec(plan)
    sys.modules[plan.name] = module
    plan.loader.exec_module(module)
    return module


def test_every_hostile_file_is_an_error_of_its_own(tmp_path: Path) -> None:
    """All of them in one folder with a school: each is told, none stops the others, nothing is left behind."""
    corpus = _corpus()
    fabriques = {f"{nom}.xml": f for nom, (_, f) in corpus.XML.items()}
    fabriques |= {f"{nom}.zip": f for nom, (_, f) in (corpus.ZIP | corpus.ZIP_LUS).items()}
    for nom, fabrique in fabriques.items():
        (tmp_path / nom).write_bytes(fabrique())
    poser(tmp_path)
    avant = set(Path(tempfile.gettempdir()).glob("rentree-examen-*"))
    debut = time.monotonic()
    rapport = examiner([tmp_path])
    assert time.monotonic() - debut < _SECONDES
    fautifs = {d.chemin for d in rapport.documents if any(p.gravite is Gravite.ERREUR for p in d.problemes)}
    assert fautifs == {str(tmp_path / nom) for nom in fabriques}
    assert {d.nom for d in rapport.documents} >= set(FICHIERS)
    assert set(Path(tempfile.gettempdir()).glob("rentree-examen-*")) == avant
