"""A deposit taken up again at night: read as when it was deposited, or failed as a whole.

Source: procedures BEE-81 to BEE-84; SIECLE reference, sections 8.4 and 10.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from msgspec import Struct

from services.siecle_bee.models import BaseEleves, Depot, DepotDossiers
from shared.contracts.refus import Refus
from shared.formats.elegroupe.depot import ContexteDepot
from shared.persistence.unite import Unite

D = TypeVar("D", Depot, DepotDossiers)
T = TypeVar("T")


class Relu(Struct, Generic[D, T], frozen=True):
    """A deposit to treat: its row, its base, what its file holds."""

    depot: D
    base: BaseEleves
    document: T


def relire(
    u: Unite, table: type[D], depot_id: int, verifier: Callable[[D, str, bytes, ContexteDepot], T]
) -> Relu[D, T] | dict[str, Any]:
    """A waiting deposit, its row locked, and what `verifier(depot, nom, contenu, contexte)` reads in its file.

    The counts of the treatment instead, when there is nothing to do: treated already, or a file that has become
    unreadable or whose base is gone (noted as a failure: the base stays as it was).
    """
    depot = u.session.get(table, depot_id, with_for_update=True)
    if depot is None or depot.etat != "attente":
        return {"nb": 0, "deja": True}
    b = u.session.get(BaseEleves, (depot.uai, depot.millesime))
    depot.traite_le = u.maintenant
    try:
        if b is None:
            raise Refus("Le code RNE du fichier est inexistant.", code="RNE_INEXISTANT")
        contexte = ContexteDepot(b.uai, b.millesime, export_eleves_fait=True)
        nom = depot.fichier.removesuffix(".xml") + ".zip"
        return Relu(depot, b, verifier(depot, nom, u.fichiers.lire(depot.digest), contexte))
    except Refus as refus:
        if refus.statut >= 500 or refus.code == "FICHIER_PERDU":
            raise
        depot.etat, depot.erreur = "echec", refus.phrase
        return {"nb": 0, "nb_refus": 1, "code": refus.code}
