"""The pytest plugin: `rentree`, an installation for the whole run; `bac`, a world of its own for each test.

@pytest.mark.rentree(monde=mon_monde, apres="24h", profil="noumea-2018")
def test_…(bac): …
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator

import pytest

from rentree_kit.bac import Bac
from rentree_kit.demarrage import Partagee, PasDeRentree
from rentree_kit.installation import Installation

OPTIONS = ("monde", "apres", "profil", "graine")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the mark."""
    config.addinivalue_line("markers", f"rentree({', '.join(OPTIONS)}): what the fixture `bac` begins with")


@pytest.fixture(scope="session")
def rentree() -> Iterator[Installation]:
    """An installation: the one of RENTREE_URL, else one started for this run, shared by the workers of pytest-xdist,
    ended with the last of them."""
    url = os.environ.get("RENTREE_URL")
    if url:
        installation = Installation.a(url)
        yield installation
        installation.fermer()
        return
    try:
        partagee = Partagee(os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"seul-{os.getpid()}")
    except PasDeRentree as erreur:
        pytest.fail(str(erreur), pytrace=False)
    installation = Installation(partagee.adresses, os.environ.get("RENTREE_JETON") or None)
    yield installation
    installation.fermer()
    partagee.fermer()


def _nom(request: pytest.FixtureRequest) -> str:
    """The same test has a bac of the same name, so that what depends on it is the same from run to run."""
    return "essai_" + hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:12]


@pytest.fixture
def bac(request: pytest.FixtureRequest, rentree: Installation) -> Iterator[Bac]:
    """A world of its own, dropped at the end: `monde_type()` two days after it was put, unless the mark `rentree` says
    otherwise."""
    marque = request.node.get_closest_marker("rentree")
    options = dict(marque.kwargs) if marque else {}
    if inconnues := sorted(set(options) - set(OPTIONS)):
        raise pytest.UsageError(f"la marque rentree n'a pas d'option « {inconnues[0]} » : {', '.join(OPTIONS)}")
    with rentree.bac(_nom(request), **options) as fait:
        yield fait


@pytest.fixture
def bac_vide(request: pytest.FixtureRequest, rentree: Installation) -> Iterator[Bac]:
    """A bac with nothing in it."""
    with rentree.bac_vide(_nom(request)) as fait:
        yield fait
