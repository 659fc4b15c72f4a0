"""Every date comes from the simulated clock, every draw from the seed: the code is read for it."""

from __future__ import annotations

import tomllib

import pytest

from .lecture import RACINE, offences

TOLERES = {
    ("services/ent/screens/heure.py", "datetime.datetime.now"): "dates of tokens: software compares them to its own",
    ("shared/persistence/embarque.py", "secrets.token_urlsafe"): "the embedded server's password, never in a document",
    ("rentree/installation/reglages.py", "secrets.token_hex"): "the installation's secret, never in a document",
    ("rentree/commandes/secret_pseudonymes.py", "secrets.token_bytes"): "the key of one pseudonymisation, kept nowhere",
    ("rentree/commandes/fichier_convertir.py", "secrets.token_bytes"): "the key of one container",
    ("rentree/commandes/fichier_convertir.py", "random.SystemRandom"): "the padding of that key, never in the clear",
}
"""File and name, with the reason. An entry that no longer serves fails the test too."""


def test_no_wall_clock_and_no_global_random() -> None:
    """The project's code reads neither the computer's clock nor a random source that the seed does not rule."""
    trouves: dict[tuple[str, str], int] = {}
    for dossier in ("rentree", "services", "shared"):
        for chemin in sorted((RACINE / dossier).rglob("*.py")):
            nom = chemin.relative_to(RACINE).as_posix()
            for ligne, appel in offences(chemin.read_text(encoding="utf-8")):
                trouves.setdefault((nom, appel), ligne)
    fautes = [f"{nom}:{ligne}: {appel}" for (nom, appel), ligne in trouves.items() if (nom, appel) not in TOLERES]
    assert not fautes, "\n".join(fautes)
    assert set(TOLERES) <= set(trouves), "a tolerance is no longer needed"


@pytest.mark.parametrize(
    ("source", "nom"),
    [
        ("import datetime as d\nx = d.datetime.now(d.UTC)", "datetime.datetime.now"),
        ("from datetime import datetime\nf(default_factory=datetime.utcnow)", "datetime.datetime.utcnow"),
        ("from datetime import date as jour\njour.today()", "datetime.date.today"),
        ("from time import time as t\nt()", "time.time"),
        ("import uuid\nuuid.uuid4()", "uuid.uuid4"),
        ("import random\nrandom.shuffle(x)", "random.shuffle"),
        ("from random import Random\nRandom()", "random.Random()"),
        ("from sqlalchemy import func\nfunc.now()", "sqlalchemy.func.now"),
        ("session.execute(text('SELECT now()'))", "SQL now()"),
        ("session.execute(f'INSERT INTO {t} VALUES (CURRENT_TIMESTAMP)')", "SQL current_timestamp"),
        ("x = hash(nom) % 7", "hash"),
    ],
)
def test_the_reading_sees(source: str, nom: str) -> None:
    """The reading sees a forbidden use under any import name, as a call, a reference or SQL."""
    assert [appel for _, appel in offences(source)] == [nom]


@pytest.mark.parametrize(
    "source",
    [
        "import random\nr = random.Random(3)\nr.random()",
        "import time\nt = time.monotonic()",
        "def f():\n    '''Not now(): the simulated instant.'''",
        "u.horloge.maintenant()\nhorloge.now()",
        "from datetime import datetime\ndatetime.fromisoformat(s)",
    ],
)
def test_the_reading_lets_be(source: str) -> None:
    """Seeded draws, durations, documentation and the simulated clock are let be."""
    assert list(offences(source)) == []


def test_ruff_forbids_the_same() -> None:
    """ruff's list of banned names is there and in force, so that an editor shows the mistake first."""
    ruff = tomllib.loads((RACINE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert "TID" in ruff["select"]
    assert not [regle for regle in ruff["ignore"] if regle.startswith("TID")]
    bannis = set(ruff["flake8-tidy-imports"]["banned-api"])
    assert bannis >= {
        *("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today"),
        *("time.time", "time.localtime", "uuid.uuid1", "uuid.uuid4"),
        *("random.random", "random.randint", "random.choice", "random.shuffle", "random.seed"),
    }
