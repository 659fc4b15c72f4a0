"""Fixtures: one installation per test process (PostgreSQL, seven services, a worker), one bac per test."""

from __future__ import annotations

import gc
import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, settings

from shared.horloge.profils import profil as profil_nomme

EN_MEMOIRE = Path("/dev/shm")
PLACE = 6 * 1024**3

# A thousand bacs are made and dropped: in memory where there is room, each costs a third of what it costs on a disk.
if "TMPDIR" not in os.environ and EN_MEMOIRE.is_dir() and shutil.disk_usage(EN_MEMOIRE).free > PLACE:
    os.environ["TMPDIR"] = str(EN_MEMOIRE)
    tempfile.tempdir = None


# Half of Hypothesis' examples: `make fuzz` goes further. A machine that is slow today is no fault of a strategy.
settings.register_profile("rentree", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("rentree")


LONGS = (
    "tests/chaine/test_enqueteur.py",
    "tests/services/siecle_bee/test_toutes_les_pages.py",
    "tests/chaos/test_chaos.py",
    "tests/demo/test_demo.py",
    "tests/navigateur/test_pilotage.py",
    "tests/services/ent/test_ent_saml.py",
    "tests/navigateur/test_composants.py",
    "tests/navigateur/test_edt.py",
    "tests/services/aaf/test_alimentations.py",
    "tests/navigateur/test_rectorat.py",
    "tests/services/sts_web/test_navigateur.py",
    "tests/services/ent/test_ent_oidc.py",
    "tests/persistence/test_embarque.py",
    "tests/acces/test_portail.py",
    "tests/services/siecle_bee/test_consequences.py",
    "tests/services/siecle_bee/test_remontee.py",
    "tests/services/ent/test_ent_nuits.py",
    "tests/services/ent/test_ent_gestion_pages.py",
    "tests/services/ent/test_ent_pages.py",
    "tests/kit/test_suite_du_kit.py",
)
"""The longest modules, each done by one process: were one of them left to the end, the others would wait for it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first."""
    rangs = {nom: rang for rang, nom in enumerate(LONGS)}
    items.sort(key=lambda item: rangs.get(item.nodeid.partition("::")[0], len(LONGS)))


def pytest_collection_finish() -> None:
    """What was imported to collect is not garbage: do not look for it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


class BacEssai:
    """A bac for one test: clients of the services, and its clock."""

    def __init__(self, installation: Any, nom: str, pile: ExitStack) -> None:
        self.installation = installation
        self.nom = nom
        self._pile = pile
        self._clients: dict[str, httpx.Client] = {}

    def __getitem__(self, service: str) -> httpx.Client:
        """An httpx client of a service, in this bac: `bac["aaf"].get("/api/projets")`."""
        if service not in self._clients:
            self._clients[service] = self._pile.enter_context(self.installation.client(service, self.nom))
        return self._clients[service]

    def interne(self, service: str, methode: str, chemin: str, **options: Any) -> httpx.Response:
        """A request with the token that services use among themselves (`/_sim/…`, `/_echanges/…`)."""
        entetes = {"Authorization": f"Bearer {self.installation.implantation.jeton_interne}"} | options.pop(
            "headers", {}
        )
        return self[service].request(methode, chemin, headers=entetes, **options)

    def avancer(self, mode: str = "nuit", instant: datetime | None = None, *, instantane: bool = False) -> None:
        """Move the clock and wait: `lot`, `nuit`, `24h`, `48h`, `instant`. No snapshot unless the test goes back."""
        corps = {
            "mode": mode,
            "attendre": 60,
            "instant": instant and instant.isoformat(),
            "instantane": instantane,
        }
        reponse = self["pilotage"].post("/api/horloge/avance", json=corps)
        assert reponse.status_code == 202, reponse.text
        assert reponse.json()["etat"] == "ready", "the step did not end"

    @property
    def maintenant(self) -> datetime:
        """The simulated instant."""
        return datetime.fromisoformat(self["pilotage"].get("/api/horloge").json()["instant"])


@pytest.fixture(scope="session")
def installation() -> Iterator[Any]:
    """The whole chain in this process, on a PostgreSQL of its own."""
    from rentree.installation.locale import InstallationLocale

    base = Path(os.environ.get("RENTREE_ESSAIS", tempfile.gettempdir()))
    base.mkdir(parents=True, exist_ok=True)
    racine = Path(tempfile.mkdtemp(prefix="rentree-essais-", dir=base))
    racine.chmod(0o755)  # PostgreSQL runs as another user when we are root
    locale = InstallationLocale(racine)
    yield locale
    locale.arreter()
    shutil.rmtree(racine, ignore_errors=True)


_numeros = itertools.count(1)


@pytest.fixture
def nouveau_bac(installation: Any) -> Iterator[Callable[..., BacEssai]]:
    """Makes bacs: `nouveau_bac(profil="noumea-2018", graine=3, depart=datetime(...))`."""
    faits: list[str] = []
    with ExitStack() as pile:

        def faire(
            profil: str = "nice-2021", graine: int = 1, depart: datetime | None = None, **reglages: Any
        ) -> BacEssai:
            nom = f"essai_{next(_numeros)}"
            choisi = profil_nomme(profil)
            if reglages:
                choisi = choisi.model_copy(update=reglages)
            installation.gestion.creer(nom, profil=choisi, graine=graine, depart=depart or choisi.debut)
            faits.append(nom)
            return BacEssai(installation, nom, pile)

        yield faire
    for nom in faits:
        installation.gestion.supprimer(nom)


@pytest.fixture
def bac(nouveau_bac: Callable[..., BacEssai]) -> BacEssai:
    """A bac with the profile of Nice, Monday 23 August 2021 at eight."""
    return nouveau_bac()
