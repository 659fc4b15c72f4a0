"""Communes that ceased to exist: which one an address names, and which one took its place.

Source: code officiel géographique (INSEE), a few mergers; procedure NOM-07 (« Impact communes modifiées »).
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from shared.identifiers import cle_tri


class Fusion(Struct, frozen=True):
    """A commune that another one absorbed on a day: INSEE codes and names; `departement`, start of its postcodes."""

    ancien: str
    nom: str
    nouveau: str
    nouveau_nom: str
    le: date

    @property
    def departement(self) -> str:
        """The first two figures of its INSEE code, and of its postcodes."""
        return self.ancien[:2]


_ANNECY = date(2017, 1, 1)
_CHERBOURG = date(2016, 1, 1)
FUSIONS: tuple[Fusion, ...] = (
    Fusion("50173", "EQUEURDREVILLE HAINNEVILLE", "50129", "CHERBOURG EN COTENTIN", _CHERBOURG),
    Fusion("50203", "LA GLACERIE", "50129", "CHERBOURG EN COTENTIN", _CHERBOURG),
    Fusion("50416", "QUERQUEVILLE", "50129", "CHERBOURG EN COTENTIN", _CHERBOURG),
    Fusion("50602", "TOURLAVILLE", "50129", "CHERBOURG EN COTENTIN", _CHERBOURG),
    Fusion("69152", "PIERRE BENITE", "69149", "OULLINS PIERRE BENITE", date(2024, 1, 1)),
    Fusion("74011", "ANNECY LE VIEUX", "74010", "ANNECY", _ANNECY),
    Fusion("74093", "CRAN GEVRIER", "74010", "ANNECY", _ANNECY),
    Fusion("74182", "MEYTHET", "74010", "ANNECY", _ANNECY),
    Fusion("74217", "PRINGY", "74010", "ANNECY", _ANNECY),
    Fusion("74268", "SEYNOD", "74010", "ANNECY", _ANNECY),
    Fusion("93059", "PIERREFITTE SUR SEINE", "93066", "SAINT DENIS", date(2025, 1, 1)),
)
_PAR_CODE = {f.ancien: f for f in FUSIONS}
_PAR_NOM = {(f.departement, cle_tri(f.nom.replace("-", " "))): f for f in FUSIONS}


def fusion(code: str, nom: str, code_postal: str, jour: date) -> Fusion | None:
    """The merger that concerns an address on `jour`, by its INSEE code, else by name and postcode; None if none."""
    par_nom = _PAR_NOM.get((code_postal[:2], cle_tri(nom.replace("-", " ").replace("'", " "))))
    trouvee = _PAR_CODE.get(code) or (par_nom if not code else None)
    return trouvee if trouvee is not None and trouvee.le <= jour else None
