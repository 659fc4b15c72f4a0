"""What shows a public key of the bac: read as any page, made the first time. A night does not close it."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request
from starlette.responses import Response

from services.ent.use_cases import cles
from shared.http.dependances import noyau
from shared.persistence.unite import Unite


def avec_cle(request: Request, usage: str, lire: Callable[[Unite], Response]) -> Response:
    """What `lire` answers, the key of that usage being there."""
    fabrique = noyau(request).fabrique
    with fabrique.ouvrir(request.state.bac, ecriture=False) as u:
        if cles.trouver(u, usage) is not None:
            return lire(u)
    with fabrique.ouvrir(request.state.bac, ecriture=True) as u:
        return lire(u)
