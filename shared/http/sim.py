"""The `/_sim/` and `/_echanges/` routes that every service has: health, nights, outbox, journal, trace.

Source: architecture, "Nights" and "Nothing is lost"; model codebases §2 (one control router on every service).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
from fastapi import Header, Query, Request
from pydantic import BaseModel
from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import insert
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from shared.contracts.refus import Inconnu, Refus
from shared.contracts.traces import Trace
from shared.horloge.nuits import horaire
from shared.http import ensemble
from shared.http.dependances import Lecture, noyau
from shared.http.livraison import livrer_envois
from shared.http.reception import recevoir
from shared.http.routes import Routeur
from shared.persistence.sim import Part

routeur = Routeur(include_in_schema=False)


class Echeance(BaseModel):
    """The next due batch of a service."""

    lot: str
    libelle: str
    instant: datetime
    ordre: int


class Suite(BaseModel):
    """What a service has before it: its due batches, and whether its outbox holds something."""

    lots: list[Echeance]
    en_attente: bool


class Planification(BaseModel):
    instant: datetime


class Plan(BaseModel):
    """A batch planned: its parts, those still open, how many a worker takes at a time; the messages that left
    meanwhile, and whether its service sends any."""

    parts: int
    ouvertes: int
    paquet: int
    livres: int
    envoie: bool


@routeur.get("/_sim/vivant")
def vivant() -> dict[str, str]:
    """Alive: nothing else is looked at."""
    return {"etat": "ok"}


@routeur.get("/_sim/health")
def sante(request: Request) -> JSONResponse:
    """Database, clock and neighbours; 503 and the name of the one that fails."""
    n = noyau(request)
    verdict: dict[str, Any] = {"service": n.service.nom, "bac": request.state.bac}
    pannes: list[str] = []
    try:
        with n.fabrique.ouvrir(request.state.bac, ecriture=False) as u:
            verdict["base"] = "ok"
            verdict["horloge"] = u.maintenant.isoformat()
    except Refus as refus:
        verdict["base"] = refus.code
        pannes.append("base")
    voisins: dict[str, str] = {}
    for nom in sorted(n.service.appelle):
        try:
            adresse = n.reglages.adresses[nom]
            voisins[nom] = (
                "ok" if n.transport.get(adresse + "/_sim/vivant", timeout=1).status_code == 200 else "en panne"
            )
        except httpx.HTTPError as erreur:
            voisins[nom] = type(erreur).__name__
        if voisins[nom] != "ok":
            pannes.append(nom)
    verdict["voisins"] = voisins
    verdict["pannes"] = pannes
    return JSONResponse(verdict, 503 if pannes else 200)


@routeur.get("/_sim/lots/prochains")
def prochains_lots(request: Request, u: Lecture, apres: datetime, jusque: datetime, rang: int = -1) -> Suite:
    """The batches due after (`apres`, `rang`) (same instant and greater rank, or later), up to `jusque` included.

    In order of running. They depend on the timetable alone: one answer serves for a whole step.
    """
    service = noyau(request).service
    nuits = horaire(u.profil)
    fuseau = u.horloge.fuseau
    echeances = []
    for lot in service.lots:
        ordre = nuits.creneau(lot.nom).ordre
        instant = nuits.prochain(lot.nom, apres - timedelta(microseconds=1), fuseau)
        while instant <= jusque:
            if (instant, ordre) > (apres, rang):
                echeances.append(Echeance(lot=lot.nom, libelle=lot.libelle, instant=instant, ordre=ordre))
            instant = nuits.prochain(lot.nom, instant, fuseau)
    en_attente = select(exists().where(service.envoi.etat == "en_attente"))
    return Suite(
        lots=sorted(echeances, key=lambda e: (e.instant, e.ordre)), en_attente=bool(u.session.scalar(en_attente))
    )


@routeur.post("/_sim/lots/{nom}/planifier")
def planifier_lot(request: Request, nom: str, corps: Planification) -> Plan:
    """Write the parts of a batch at an instant (once: planning again finds them); how many there are, how many open.

    When there is nothing to wait for, what is in the outbox leaves at once. Called by pilotage, which holds the bac's
    lock: this unit is part of the night.
    """
    n = noyau(request)
    lot = next((lot for lot in n.service.lots if lot.nom == nom), None)
    if lot is None:
        raise Inconnu(f"Le lot « {nom} » n'existe pas dans {n.service.titre}.", code="LOT_INCONNU")
    with n.fabrique.ouvrir(request.state.bac, ecriture=True, nuit=True) as u:
        ici = (Part.service == n.service.nom, Part.lot == nom, Part.instant == corps.instant)
        compte = select(func.count(), func.count().filter(Part.etat == "ouverte")).select_from(Part).where(*ici)
        parts, ouvertes = u.session.execute(compte).one()
        if not parts:
            prevues = lot.planifier(u, corps.instant)
            if prevues:
                u.session.execute(
                    insert(Part).on_conflict_do_nothing(),
                    [
                        {
                            "service": n.service.nom,
                            "lot": nom,
                            "instant": corps.instant,
                            "cle": part.cle,
                            "generation": u.bac.generation,
                            "etat": "ouverte",
                            "donnees": part.donnees,
                        }
                        for part in prevues
                    ],
                )
                parts, ouvertes = u.session.execute(compte).one()
        envoi = n.service.envoi
        attend = not ouvertes and u.session.scalar(select(exists().where(envoi.etat == "en_attente")))
    livres = livrer_envois(n.fabrique, request.state.bac) if attend else 0
    envoie = "envoi" in n.service.appelle.values() or n.service.dehors is not None
    return Plan(parts=parts, ouvertes=ouvertes, paquet=lot.paquet, livres=livres, envoie=envoie)


@routeur.post("/_sim/envois/livrer")
def livrer(request: Request) -> dict[str, int]:
    """Deliver the waiting messages of this service now."""
    return {"livres": livrer_envois(noyau(request).fabrique, request.state.bac)}


@routeur.post("/_sim/lacher")
def lacher(request: Request) -> dict[str, str]:
    """Close this process's connections on the bac, before it is copied, restored or dropped."""
    noyau(request).lacher(request.state.bac)
    return {"etat": "lache"}


@routeur.get("/_sim/envois")
def envois(
    request: Request, u: Lecture, etat: str | None = None, limite: int = Query(100, le=1000)
) -> list[dict[str, Any]]:
    """The outbox, latest first."""
    table = noyau(request).service.envoi
    requete = select(table).order_by(table.id.desc()).limit(limite)
    if etat:
        requete = requete.where(table.etat == etat)
    return [
        {
            "id": e.id,
            "genre": e.genre,
            "destinataire": e.destinataire,
            "uai": e.uai,
            "annee": e.annee,
            "nb": e.nb,
            "cree_le": e.cree_le,
            "livre_le": e.livre_le,
            "etat": e.etat,
            "reponse": e.reponse,
        }
        for e in u.session.scalars(requete)
    ]


@routeur.get("/_sim/journal")
def journal(
    request: Request,
    u: Lecture,
    uai: str | None = None,
    genre: str | None = None,
    sens: str | None = None,
    apres_id: int = 0,
    limite: int = Query(200, le=2000),
) -> list[dict[str, Any]]:
    """The journal, latest first; `apres_id` gives only newer lines."""
    table = noyau(request).service.journal
    requete = select(table).where(table.id > apres_id).order_by(table.id.desc()).limit(limite)
    for colonne, valeur in ((table.uai, uai), (table.genre, genre), (table.sens, sens)):
        if valeur:
            requete = requete.where(colonne == valeur)
    service = noyau(request).service.nom
    return [
        {
            "service": service,
            "id": j.id,
            "instant": j.instant,
            "sens": j.sens,
            "genre": j.genre,
            "origine": j.origine,
            "uai": j.uai,
            "annee": j.annee,
            "nb": j.nb,
            "nb_refus": j.nb_refus,
            "libelle": j.libelle,
            "resume": j.resume,
        }
        for j in u.session.scalars(requete)
    ]


@routeur.get("/_sim/trace")
def trace(request: Request, u: Lecture, q: str = "", cle: list[str] = Query(default=[])) -> list[Trace]:
    """What this service knows: of a text `q`, or of keys `cle=nom:valeur` (all must hold)."""
    cles: Mapping[str, str] = dict(c.split(":", 1) for c in cle if ":" in c)
    return noyau(request).service.tracer(u, q.strip(), cles)


@routeur.post(ensemble.CHEMIN)
async def recevoir_ensemble(request: Request) -> JSONResponse:
    """Take several messages in, all or none, in one transaction; the answer to each."""
    messages = ensemble.lire(await request.body())
    return JSONResponse(await run_in_threadpool(recevoir, noyau(request), request.state.bac, messages))


@routeur.post("/_echanges/{genre}")
async def recevoir_un(request: Request, genre: str, idempotency_key: str = Header()) -> JSONResponse:
    """Take a message in: once per idempotency key, in one transaction with its journal line."""
    message = ensemble.Porte(idempotency_key, genre, await request.body())
    return JSONResponse((await run_in_threadpool(recevoir, noyau(request), request.state.bac, [message]))[0])
