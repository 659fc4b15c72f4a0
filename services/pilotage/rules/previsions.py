"""The instants that applications announce, as the ENT of the school will live them.

An application knows the académie's nights, not the calendar of the project that feeds an ENT: what it says of the last
two batches is put right here. Source: CAL-08 to CAL-13. Pure functions.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.pilotage.rules.verdict import Cadran
from shared.contracts.traces import Etape, Trace

ALIMENTATION, IMPORT = "aaf_alimentation", "ent_alimentation"


def redater(traces: Sequence[Trace], cadran: Cadran) -> list[Trace]:
    """The traces with the feed and the import that `cadran` gives, where the nights alone gave them."""
    return [_redater(t, cadran) if any(e.lot == IMPORT for e in t.etapes) else t for t in traces]


def _redater(trace: Trace, cadran: Cadran) -> Trace:
    annoncee = next(e.instant for e in trace.etapes if e.lot == IMPORT)
    alimentation, arrivee = cadran.livraison(annoncee)
    vrais = {ALIMENTATION: alimentation, IMPORT: arrivee}

    def dater(e: Etape) -> Etape:
        if e.lot not in vrais:
            return e
        instant = vrais[e.lot]
        return e.model_copy(update={"instant": instant, "prevu": instant > cadran.maintenant})

    echeance = trace.echeance and cadran.recu(trace.echeance)
    return trace.model_copy(update={"etapes": [dater(e) for e in trace.etapes], "echeance": echeance})
