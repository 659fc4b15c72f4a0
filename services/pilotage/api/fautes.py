"""The faults that a tester may ask for, and the one that is the clock's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from fastapi import Request
from msgspec.structs import asdict
from pydantic import BaseModel

from services.pilotage.api.etat import cadence, horloge_du_poste
from services.pilotage.api.horloge import ATTENTE_MAX
from shared.contracts.fautes import CIBLES, FAUTES, FautePosee, verifier
from shared.http.dependances import noyau
from shared.http.routes import Routeur

routeur = Routeur(prefix="/api", tags=["fautes"])


class FauteDHorloge(BaseModel):
    """A fault of the clock: of which ENT project the delay is."""

    faute: FautePosee
    projet: str


@routeur.get("/fautes")
def lister_fautes() -> list[dict[str, Any]]:
    """Every fault: its name, on what it is switched on, what it does, for which protocols, its settings."""
    return [asdict(f) | {"ou": CIBLES[f.cible]} for f in FAUTES.values()]


@routeur.post("/fautes", status_code=202)
def poser_faute(request: Request, corps: FauteDHorloge) -> dict[str, datetime]:
    """`delai_de_purge`: move the clock beyond the delay after which that ENT deletes the accounts that left."""
    verifier(corps.faute, "horloge")
    lu = horloge_du_poste(request)
    projet = noyau(request).clients.pour(lu.bac)["ent"].lire(f"/api/projets/{corps.projet}")
    jours = projet["desactivation_jours"] + projet["purge_jours"] + corps.faute.reglage("jours")
    cible = lu.instant + timedelta(days=jours)
    cadence(request).demander(lu.bac, "instant", cible, instantane=False)
    cadence(request).attendre(lu.bac, ATTENTE_MAX)
    return {"instant": cible}
