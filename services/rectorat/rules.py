"""The rules of the rectorat. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PREMIER_INE = 998_000_000
"""First number that the simulated registry gives (the reserved range is 990 000 000 to 999 999 999)."""

FRANCE = "100"


def cle_identite(identite: Mapping[str, Any], cle_tri: str) -> str:
    """What makes one person for the registry: names (as a sort key), sex, birth date and place."""
    return "|".join(
        [
            cle_tri,
            str(identite.get("sexe", "")),
            str(identite.get("date_naissance", "")),
            str(identite.get("commune_naissance") or identite.get("ville_naissance") or ""),
        ]
    )


def motif_de_verification(identite: Mapping[str, Any]) -> str:
    """Why the registry does not number this identity by itself ("" when it does).

    Source: REC-16, a fiche may wait for its INE. The criterion is the simulator's: a birth abroad, or a birth in
    France without its commune, is checked by a person of the rectorat.
    """
    if str(identite.get("pays_naissance") or FRANCE) != FRANCE:
        return "Naissance à l'étranger : l'identité est vérifiée par le rectorat avant l'attribution."
    if not identite.get("commune_naissance"):
        return "Commune de naissance absente : l'identité est incomplète."
    return ""
