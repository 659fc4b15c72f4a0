"""The control room's web service: clock, bacs, snapshots, live events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from pydantic import BaseModel, Field
from starlette.responses import StreamingResponse

from services.pilotage.api.etat import cadence, diffusion, gestion, horloge_du_poste
from services.pilotage.rules import horloge as rules
from services.pilotage.use_cases.poste import Poste
from services.pilotage.use_cases.retour import revenir as revenir_avant
from shared.horloge.horloge import instant_fr
from shared.horloge.profils import profil
from shared.http.routes import Routeur

routeur = Routeur(prefix="/api", tags=["pilotage"])
ATTENTE_MAX = 3600.0


class EtatHorloge(BaseModel):
    """The clock: `etat` is `ready` or `advancing`; while it advances, the batch that runs and its parts done."""

    bac: str
    instant: datetime
    local: str
    fuseau: str
    etat: str
    cible: datetime | None
    profil: str
    generation: int
    graine: int
    phrase: str
    lot: str | None = None
    parts_faites: int = 0
    parts_total: int = 0


class Avance(BaseModel):
    """Where to go. `attendre`: answer when the step is over (seconds at most; 0: at once, 202).

    `instantane`: keep what the bac is now, to go back to. A program that never goes back does without, and is quicker.
    """

    mode: rules.Mode
    instant: datetime | None = None
    attendre: float = Field(default=0, ge=0, le=ATTENTE_MAX)
    instantane: bool = True


class Modele(BaseModel):
    """A snapshot of another bac; its latest when `instantane` is absent."""

    bac: str
    instantane: int | None = None


class NouveauBac(BaseModel):
    """A bac to create. Without `depart` its clock starts where its profile says.

    `modele`: it begins as that snapshot was, whose profile, seed and clock it takes.
    """

    nom: str
    profil: str = "nice-2021"
    graine: int = 1
    depart: datetime | None = None
    donnees_reelles: bool = False
    modele: Modele | None = None


class DemandeInstantane(BaseModel):
    libelle: str = "à la main"


class Retour(BaseModel):
    """Which snapshot to go back to; the latest when `numero` is absent."""

    numero: int | None = None


def etat_horloge(lu: Poste) -> EtatHorloge:
    """The clock of a bac."""
    return EtatHorloge(
        bac=lu.bac,
        instant=lu.instant,
        local=instant_fr(lu.instant, lu.fuseau),
        fuseau=lu.profil.fuseau,
        etat=lu.etat,
        cible=lu.cible,
        profil=lu.profil.nom,
        generation=lu.generation,
        graine=lu.graine,
        phrase=lu.phrase,
        lot=lu.en_cours.libelle if lu.en_cours else None,
        parts_faites=lu.en_cours.faites if lu.en_cours else 0,
        parts_total=lu.en_cours.total if lu.en_cours else 0,
    )


@routeur.get("/horloge")
def lire_horloge(lu: Annotated[Poste, Depends(horloge_du_poste)]) -> EtatHorloge:
    """Where the clock stands."""
    return etat_horloge(lu)


@routeur.post("/horloge/avance", status_code=202)
def avancer(request: Request, corps: Avance) -> dict[str, Any]:
    """Start a step of the clock: next batch, next night, +24 h, +48 h, or to an instant. Forward only."""
    bac = request.state.bac
    cible = cadence(request).demander(bac, corps.mode, corps.instant, instantane=corps.instantane)
    fini = cadence(request).attendre(bac, corps.attendre) if corps.attendre else False
    return {"cible": cible, "etat": "ready" if fini else "advancing"}


@routeur.post("/horloge/retour")
def revenir(request: Request, corps: Retour) -> dict[str, Any]:
    """Put the bac back as a snapshot was (« revenir avant la nuit »)."""
    copie = revenir_avant(cadence(request), gestion(request), diffusion(request), request.state.bac, corps.numero)
    return {"numero": copie.numero, "instant": copie.instant, "libelle": copie.libelle}


@routeur.get("/bacs")
def lister_bacs(request: Request) -> list[dict[str, Any]]:
    """Every bac of the installation."""
    return [
        {
            "nom": b.nom,
            "profil": b.profil.nom,
            "graine": b.graine,
            "depart": b.depart,
            "generation": b.generation,
            "donnees_reelles": b.donnees_reelles,
        }
        for b in gestion(request).lister()
    ]


@routeur.post("/bacs", status_code=201)
def creer_bac(request: Request, corps: NouveauBac) -> dict[str, Any]:
    """A new world: its clock at the profile's start, nothing in it; or a copy of another's snapshot."""
    if corps.modele is not None:
        bac = gestion(request).cloner(corps.nom, corps.modele.bac, corps.modele.instantane)
        return {"nom": bac.nom, "generation": bac.generation, "depart": bac.depart}
    choisi = profil(corps.profil)
    depart = corps.depart or choisi.debut
    if depart.tzinfo is None:
        depart = depart.replace(tzinfo=choisi.zone_horaire)
    bac = gestion(request).creer(
        corps.nom, profil=choisi, graine=corps.graine, depart=depart, donnees_reelles=corps.donnees_reelles
    )
    return {"nom": bac.nom, "generation": bac.generation, "depart": bac.depart}


@routeur.delete("/bacs/{nom}", status_code=204)
def supprimer_bac(request: Request, nom: str) -> Response:
    """Drop a bac and its snapshots."""
    gestion(request).supprimer(nom)
    return Response(status_code=204)


@routeur.post("/bacs/menage")
def menage(request: Request) -> dict[str, int]:
    """Delete the files that no bac nor snapshot speaks of any more: how many, how large."""
    fait = gestion(request).balayer(request.app.state.noyau.fabrique.fichiers)
    return {"fichiers": fait.fichiers, "octets": fait.octets}


@routeur.get("/bacs/{nom}/instantanes")
def lister_instantanes(request: Request, nom: str) -> list[dict[str, Any]]:
    """The snapshots of a bac."""
    gestion(request).trouver(nom)
    return [
        {"numero": i.numero, "libelle": i.libelle, "instant": i.instant, "automatique": i.automatique}
        for i in gestion(request).instantanes(nom)
    ]


@routeur.post("/bacs/{nom}/instantanes", status_code=201)
def prendre_instantane(request: Request, nom: str, corps: DemandeInstantane) -> dict[str, Any]:
    """Copy a bac as it is now."""
    copie = gestion(request).prendre_instantane(nom, corps.libelle)
    return {"numero": copie.numero, "instant": copie.instant}


@routeur.get("/evenements")
async def evenements(request: Request) -> StreamingResponse:
    """Server-sent events: the clock and the batches, as they happen."""
    bac = request.state.bac
    source = diffusion(request)
    file = source.abonner(bac)

    async def flux() -> AsyncIterator[str]:
        try:
            yield "retry: 1000\n\n"
            while True:
                try:
                    texte = await asyncio.wait_for(file.get(), 15)
                except TimeoutError:
                    yield ": vivant\n\n"
                    continue
                if texte is None:
                    return
                yield f"data: {texte}\n\n"
        finally:
            source.desabonner(bac, file)

    return StreamingResponse(flux(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})
