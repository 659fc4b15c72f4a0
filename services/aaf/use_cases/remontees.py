"""Receiving what comes up from BEE, STS-Web and the rectorat: kept, day by day, for the integration to come.

Source: architecture, "Nights" (an integration takes the remontées up to the day before); procedures AAF-01 to AAF-05.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from services.aaf.models import Identifiant, Nomenclature, Remontee, Scolarite, Structure
from services.aaf.rules.personnels import cle_agent
from shared.contracts.echanges import RemonteeBee, RemonteeRectorat, RemonteeSts
from shared.persistence.unite import Unite

Message = RemonteeBee | RemonteeSts | RemonteeRectorat
CleIdentifiant = tuple[str, str]
"""Kind and key of a person: see `Identifiant`."""


def cles_bee(message: RemonteeBee) -> set[CleIdentifiant]:
    """The persons of a remontée of BEE."""
    eleves = {("eleve", e.ine) for e in message.eleves if e.ine}
    return eleves | {("responsable", str(r.personne_id)) for r in message.responsables}


def cles_sts(message: RemonteeSts) -> set[CleIdentifiant]:
    """The persons of a remontée of STS-Web."""
    return {("agent", cle_agent(message.uai, p.type, p.id)) for p in message.personnels}


def cles_rectorat(message: RemonteeRectorat) -> set[CleIdentifiant]:
    """The persons of a remontée of the rectorat."""
    return {("agent", cle_agent(message.uai, "epp", a.id)) for a in message.agents}


def recevoir_bee(u: Unite, message: RemonteeBee) -> dict[str, Any]:
    """`remontee_bee`: keep it as the latest of its day, with the active scolarités that it declares."""
    jour = _garder(u, "bee", message, message.annee, len(message.eleves))
    _connaitre(u, cles_bee(message), message.instant, jour)
    _garder_scolarites(u, message, jour)
    return {
        "nb": len(message.eleves),
        "nb_refus": len(message.non_remontes),
        "responsables": len(message.responsables),
        "liens": len(message.liens),
    }


def recevoir_sts(u: Unite, message: RemonteeSts) -> dict[str, Any]:
    """`remontee_sts`: keep it as the latest of its day."""
    jour = _garder(u, "sts", message, message.annee, len(message.personnels))
    _connaitre(u, cles_sts(message), message.instant, jour)
    return {"nb": len(message.personnels)}


def recevoir_rectorat(u: Unite, message: RemonteeRectorat) -> dict[str, Any]:
    """`remontee_rectorat`: keep it as the latest of its day, and the nomenclatures that it carries."""
    jour = _garder(u, "rectorat", message, 0, len(message.agents))
    _connaitre(u, cles_rectorat(message), message.instant, jour)
    if message.nomenclatures is not None:
        u.session.execute(
            insert(Nomenclature)
            .values(
                version=message.nomenclatures.version,
                digest=u.fichiers.deposer(message.nomenclatures.model_dump_json().encode()),
                jour=jour,
            )
            .on_conflict_do_nothing()
        )
    return {"nb": len(message.agents)}


def _garder(u: Unite, source: str, message: Message, annee: int, nb: int) -> date:
    """Keep a message; the local day that it counts for. A later one of the same day takes its place."""
    jour = message.instant.astimezone(u.horloge.fuseau).date()
    u.session.execute(insert(Structure).values(uai=message.uai, jour=jour, comptes={}).on_conflict_do_nothing())
    contenu = message.model_dump_json(exclude={"instant"}).encode()
    ligne = insert(Remontee).values(
        uai=message.uai,
        source=source,
        annee=annee,
        jour=jour,
        instant=message.instant,
        digest=u.fichiers.deposer(message.model_dump_json().encode()),
        empreinte=hashlib.sha256(contenu).hexdigest(),
        nb=nb,
    )
    u.session.execute(
        ligne.on_conflict_do_update(
            index_elements=["uai", "source", "annee", "jour"],
            set_={nom: ligne.excluded[nom] for nom in ("instant", "digest", "empreinte", "nb")},
            where=Remontee.instant <= ligne.excluded.instant,
        )
    )
    return jour


def _connaitre(u: Unite, cles: Iterable[CleIdentifiant], instant: datetime, jour: date) -> None:
    """Remember the persons met for the first time; their numbers are allotted by the next integration."""
    lignes = [{"genre": genre, "cle": cle, "connu_le": instant, "jour": jour} for genre, cle in sorted(cles)]
    if lignes:
        u.session.execute(insert(Identifiant).on_conflict_do_nothing(), lignes)


def _garder_scolarites(u: Unite, message: RemonteeBee, jour: date) -> None:
    """Keep the active scolarités of that day and of the last one before it: no integration looks further back."""
    ici = (Scolarite.uai == message.uai, Scolarite.annee == message.annee)
    u.session.execute(delete(Scolarite).where(*ici, Scolarite.jour == jour))
    avant = u.session.scalar(select(Scolarite.jour).where(*ici).order_by(Scolarite.jour.desc()).limit(1))
    if avant is not None:
        u.session.execute(delete(Scolarite).where(*ici, Scolarite.jour < min(avant, jour)))
    lues = {e.eleve_id: (e.ine, e.division, e.mef) for e in message.eleves}
    for s in message.scolarites:
        lues.setdefault(
            int(s["eleve_id"]), (str(s.get("ine") or ""), str(s.get("division") or ""), str(s.get("mef") or ""))
        )
    lignes = [
        {
            "uai": message.uai,
            "annee": message.annee,
            "jour": jour,
            "eleve_id": eleve_id,
            "ine": ine,
            "division": division,
            "mef": mef,
        }
        for eleve_id, (ine, division, mef) in sorted(lues.items())
        if ine
    ]
    if lignes:
        u.session.execute(insert(Scolarite), lignes)
