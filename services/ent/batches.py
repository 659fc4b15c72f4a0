"""The ENT's night: 21:00, exports for the GAR; 05:00, feeds are asked of the AAF and imported, then accounts past their
time are deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.ent import exchanges
from services.ent.use_cases import cycle, gar, gar_depot, notifications, projets, registre
from shared.batches.lots import Lot, PartAFaire
from shared.persistence.unite import Unite


def planifier(u: Unite, instant: datetime) -> list[PartAFaire]:
    """One part per project, every night."""
    return [PartAFaire(p.code) for p in projets.projets(u)]


def executer(u: Unite, part: PartAFaire) -> dict[str, Any]:
    """Import what is new, then let go: someone who comes back the very night is kept."""
    compte = exchanges.alimenter(u, part.cle)
    disparus = cycle.retirer_disparus(u, projets.projet(u, part.cle))
    if disparus:
        u.journaliser(
            "retrait_comptes",
            "Comptes absents depuis trop longtemps désactivés",
            sens="lot",
            nb=disparus,
            resume={"projet": part.cle, "disparus": disparus},
        )
    purges = cycle.purger(u, projets.projet(u, part.cle))
    if purges:
        u.journaliser(
            "purge_comptes",
            "Comptes désactivés supprimés",
            sens="lot",
            nb=purges,
            resume={"projet": part.cle, "purges": purges},
        )
    notifications.relever(u, part.cle)
    if registre.lu(u, part.cle):
        registre.rafraichir(u, part.cle)
    return {"nb": compte["appliques"], "nb_refus": compte["refuses"], "disparus": disparus, "purges": purges}


def planifier_gar(u: Unite, instant: datetime) -> list[PartAFaire]:
    """One part per GAR connector of an ENT that has been fed: none where nobody declared one."""
    nourris = {p.code for p in projets.projets(u) if p.dernier_jour is not None}
    return [PartAFaire(c.code) for c in gar.declares(u) if c.projet in nourris]


def executer_gar(u: Unite, part: PartAFaire) -> dict[str, Any]:
    """Write the export, keep it, deposit it: done again after a fall, it has the same names and the same bytes."""
    fait = gar_depot.deposer(u, gar.exporter(u, part.cle, "nuit"))
    return {
        "nb": sum(fait.rapport["comptes"].values()),
        "nb_refus": sum(fait.rapport["anomalies"].values()),
        "export": fait.numero,
        "depot": fait.depot,
    }


LOTS = (
    Lot("ent_gar", "Export de l'ENT vers le GAR", planifier_gar, executer_gar),
    Lot("ent_alimentation", "Import de l'alimentation AAF dans l'ENT", planifier, executer),
)
