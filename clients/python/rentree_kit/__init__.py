"""rentree-kit: Rentrée in a developer's own test suite.

    def test_un_eleve_parti(bac):
        bac.eleves["lea"].partir()
        bac.horloge.avancer("48h")
        assert bac.aaf.alimentation().categories["Eleve"].suppressions == 1

The pytest plugin gives `rentree` (an installation) and `bac` (a world of its own for each test).
"""

from __future__ import annotations

from rentree_kit.bac import Bac
from rentree_kit.client import RefusRentree
from rentree_kit.installation import Installation
from rentree_kit.mondes import Ecole, Eleve, Monde, Personnel, Responsable, monde_type

__all__ = [
    "Bac",
    "Ecole",
    "Eleve",
    "Installation",
    "Monde",
    "Personnel",
    "RefusRentree",
    "Responsable",
    "monde_type",
]
