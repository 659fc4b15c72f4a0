"""Faults of a connector by web service."""

from __future__ import annotations

from services.ent.use_cases import connecteurs, fautes
from shared.contracts.fautes import FautePosee
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur(prefix="/api/connecteurs", tags=["connecteurs"])


@routeur.get("/{code}/fautes")
def lister_fautes(u: Lecture, code: str) -> list[FautePosee]:
    """The faults that a connector is given."""
    return fautes.posees(connecteurs.trouver(u, code))


@routeur.post("/{code}/fautes", status_code=201)
def poser_faute(u: Ecriture, code: str, corps: FautePosee) -> list[FautePosee]:
    """Switch one on (`rentree fautes` lists them); all of them."""
    return fautes.poser(u, code, corps)


@routeur.delete("/{code}/fautes", status_code=204)
def retirer_fautes(u: Ecriture, code: str) -> None:
    """Switch all off."""
    fautes.retirer(u, code)
