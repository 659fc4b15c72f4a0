"""*Suivre*: what the AAF knows of a person, a group or a division, and why it does not come out.

Source: DIAG-01 to DIAG-14; architecture, "Nothing is lost, everything can be explained".
"""

from __future__ import annotations

from collections.abc import Mapping

from services.aaf.traces.attente import tracer_attente
from services.aaf.traces.exclus import tracer_exclus
from services.aaf.traces.personnes import tracer_personnes
from services.aaf.traces.structures import tracer_structures
from shared.contracts.traces import Trace
from shared.persistence.unite import Unite


def tracer(u: Unite, q: str, cles: Mapping[str, str]) -> list[Trace]:
    """The traces that match `q` (name, INE, number, code of a group or division), or all of the keys `cles`.

    First what is in the directory, then what is held back, then what came up and waits for an integration.
    """
    presents = tracer_personnes(u, q, cles)
    exclus = tracer_exclus(u, q, cles)
    attente = [] if presents or exclus else tracer_attente(u, q, cles)
    return [*presents, *exclus, *attente, *tracer_structures(u, q, cles)]
