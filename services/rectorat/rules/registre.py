"""The registry of INE, and the numbers that the rectorat gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.nomenclatures import academies

PREMIER_INE = 998_000_000
"""First number that the simulated registry gives (the reserved range is 990 000 000 to 999 999 999)."""

PREMIER_AGENT = 5_000_000
"""First number of a dossier typed here: those that come with an invented school are below."""

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


def departements_de(code_academie: str) -> frozenset[str]:
    """The départements of an académie; none when it is not one that the nomenclatures know."""
    return frozenset(d for a in academies() if a.code == code_academie for d in a.departements)


def motif_de_verification(identite: Mapping[str, Any], departements: frozenset[str]) -> str:
    """Why the registry does not number this identity by itself ("" when it does).

    Arguments: `departements`, those of the académie (none: unknown, nothing is checked on the birth place).
    Source: REC-16, a fiche may wait for its INE. The criterion is the simulator's: a birth abroad, in another
    académie (the pupil may already be numbered there), or in France without its commune, is checked by a person.
    """
    if str(identite.get("pays_naissance") or FRANCE) != FRANCE:
        return "Naissance à l'étranger : l'identité est vérifiée par le rectorat avant l'attribution."
    commune = str(identite.get("commune_naissance") or "")
    if not commune:
        return "Commune de naissance absente : l'identité est incomplète."
    departement = commune[:3] if commune.startswith(("97", "98")) else f"0{commune[:2]}"
    if departements and departement not in departements:
        return "Naissance dans une autre académie : le rectorat cherche si l'élève y a déjà un INE."
    return ""
