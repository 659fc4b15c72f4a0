"""One world for the targets of the catalogues of sign-in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from rentree.conformite.monde import MondeDEssai
from shared.http.clients import Clients, nouveau_transport

BAC = "conformite_essai"


@pytest.fixture(scope="package")
def monde(installation: Any) -> Iterator[MondeDEssai]:
    """One world for every target."""
    lieu = installation.implantation
    transport = nouveau_transport()
    clients = Clients(lieu.adresses, lieu.jeton_interne, transport)
    installation.gestion.creer("principal", profil=_profil(), graine=1, depart=_profil().debut)
    yield MondeDEssai.preparer(clients, lieu.adresses["ent"], BAC)
    transport.close()
    for nom in (BAC, "principal"):
        installation.gestion.supprimer(nom)


def _profil() -> Any:
    from shared.horloge.profils import profil

    return profil("nice-2021")
