"""What runs at night: the deposits of dossiers and of group links (22:00), the remontée to the AAF (23:30).

Source: architecture, "Nights"; procedures BEE-83, CAL-08, CAL-09.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.siecle_bee.use_cases import remontee, traitement_depots, traitement_dossiers
from shared.batches.lots import Lot, PartAFaire
from shared.persistence.unite import Unite


def _planifier_depots(u: Unite, instant: datetime) -> Sequence[PartAFaire]:
    """One part per school that has a deposit waiting."""
    parts: dict[str, dict[str, Any]] = {}
    for nature, traitement in (("dossiers", traitement_dossiers), ("depot", traitement_depots)):
        for uai, depot in traitement.deposants(u):
            parts.setdefault(uai, {})[nature] = depot
    return [PartAFaire(uai, parts[uai]) for uai in sorted(parts)]


def _executer_depots(u: Unite, part: PartAFaire) -> dict[str, Any]:
    """The dossiers first: pupils they bring may be in the group links of the same night."""
    bilan: dict[str, Any] = {}
    if "dossiers" in part.donnees:
        bilan = {"dossiers": traitement_dossiers.traiter(u, int(part.donnees["dossiers"]))}
    if "depot" not in part.donnees:
        return bilan | {nom: bilan["dossiers"].get(nom, 0) for nom in ("nb", "nb_refus")}
    return bilan | traitement_depots.traiter(u, int(part.donnees["depot"]))


def _planifier_remontee(u: Unite, instant: datetime) -> Sequence[PartAFaire]:
    """One part per school whose base of the collected year is open."""
    return [PartAFaire(uai, {"millesime": millesime}) for uai, millesime in remontee.etablissements_a_remonter(u)]


def _executer_remontee(u: Unite, part: PartAFaire) -> dict[str, Any]:
    return dict(remontee.remonter(u, part.cle, int(part.donnees["millesime"])))


DEPOTS_A_LA_FOIS = 4

LOTS: tuple[Lot, ...] = (
    Lot("bee_depots", "Imports depuis logiciel privé", _planifier_depots, _executer_depots, paquet=DEPOTS_A_LA_FOIS),
    Lot(
        "remontee_bee",
        "Remontée vers l'annuaire académique fédérateur",
        _planifier_remontee,
        _executer_remontee,
    ),
)
