"""What runs at night: the deposits of group links (22:00), the remontée to the AAF (23:30).

Source: architecture, "Nights"; procedures BEE-83, CAL-08, CAL-09.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.siecle_bee.use_cases import remontee, traitement_depots
from shared.batches.lots import Lot, PartAFaire
from shared.persistence.unite import Unite


def _planifier_depots(u: Unite, instant: datetime) -> Sequence[PartAFaire]:
    """One part per school that has a deposit waiting."""
    return [PartAFaire(uai, {"depot": depot}) for uai, depot in traitement_depots.deposants(u)]


def _executer_depots(u: Unite, part: PartAFaire) -> dict[str, Any]:
    return traitement_depots.traiter(u, int(part.donnees["depot"]))


def _planifier_remontee(u: Unite, instant: datetime) -> Sequence[PartAFaire]:
    """One part per school whose base of the collected year is open."""
    return [PartAFaire(uai, {"millesime": millesime}) for uai, millesime in remontee.etablissements_a_remonter(u)]


def _executer_remontee(u: Unite, part: PartAFaire) -> dict[str, Any]:
    return dict(remontee.remonter(u, part.cle, int(part.donnees["millesime"])))


LOTS: tuple[Lot, ...] = (
    Lot("bee_depots", "Import des liens élève-groupe", _planifier_depots, _executer_depots),
    Lot(
        "remontee_bee",
        "Remontée vers l'annuaire académique fédérateur",
        _planifier_remontee,
        _executer_remontee,
    ),
)
