"""What a reader is delivered, and the faults of its deliveries."""

from __future__ import annotations

from datetime import date

from fastapi.responses import Response
from pydantic import BaseModel

from services.aaf.use_cases import livraisons, projets
from shared.contracts.fautes import FautePosee
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur(prefix="/api/projets/{code}", tags=["aaf"])


class LivraisonVue(BaseModel):
    """A delivery: its rank, the number, type and day of its feed, the name of its archive."""

    rang: int
    numero: int
    type: str
    jour: date
    nom: str


@routeur.get("/livraisons")
def lister_livraisons(u: Lecture, code: str) -> list[LivraisonVue]:
    """What a reader is delivered, in order: each feed once, but for the faults of the project."""
    return [
        LivraisonVue(rang=x.rang, numero=a.numero, type=a.type, jour=a.jour, nom=a.nom)
        for x in livraisons.livraisons(u, code)
        for a in (x.alimentation,)
    ]


@routeur.get("/livraisons/{rang}/archive", response_class=Response)
def telecharger_livraison(u: Lecture, code: str, rang: int) -> Response:
    """The archive of a delivery, spoilt as the faults of the project ask."""
    nom, octets = livraisons.livrer(u, code, rang)
    entetes = {"Content-Disposition": f'attachment; filename="{nom}"'}
    return Response(octets, media_type="application/gzip", headers=entetes)


@routeur.get("/fautes")
def lister_fautes(u: Lecture, code: str) -> list[FautePosee]:
    """The faults of a project: of its deliveries, of the chain's own nights."""
    return livraisons.posees(projets.projet(u, code))


@routeur.post("/fautes", status_code=201)
def poser_faute(u: Ecriture, code: str, corps: FautePosee) -> list[FautePosee]:
    """Switch one on (`rentree fautes` lists them); all of them."""
    return livraisons.poser(u, code, corps)


@routeur.delete("/fautes", status_code=204)
def retirer_fautes(u: Ecriture, code: str) -> None:
    """Switch all off."""
    livraisons.retirer(u, code)
