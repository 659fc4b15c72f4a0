"""Receiving what comes up from BEE, STS-Web and the rectorat: kept, day by day, for the integration to come.

Source: architecture, "Nights" (an integration takes the remontées up to the day before); procedures AAF-01 to AAF-05.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import literal, select, text
from sqlalchemy.dialects.postgresql import insert

from services.aaf.models import Nomenclature, Remontee, Scolarite
from services.aaf.rules.personnels import cle_agent
from shared.contracts.echanges import RemonteeBee, RemonteeRectorat, RemonteeSts, empreinte_du_corps
from shared.contracts.refus import Refus
from shared.persistence.masse import copier
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
    """`remontee_bee`: keep it as the latest of its day, with the active scolarités that it declares.

    The answer gives the fingerprint of what is kept back. Raises `Refus` (REMONTEE_DIFFERENTE) when the message says
    « unchanged » of another content than the last one kept: the next night sends everything again.
    """
    dite = message.inchangee
    if dite is not None:
        _reconduire(u, message, dite.empreinte)
        return {
            "nb": dite.eleves,
            "nb_refus": dite.non_remontes,
            "responsables": dite.responsables,
            "liens": dite.liens,
            "empreinte": dite.empreinte,
        }
    jour, empreinte = _garder(u, "bee", message, message.annee, len(message.eleves))
    _connaitre(u, cles_bee(message), message.instant, jour)
    _garder_scolarites(u, message, jour)
    return {
        "nb": len(message.eleves),
        "nb_refus": len(message.non_remontes),
        "responsables": len(message.responsables),
        "liens": len(message.liens),
        "empreinte": empreinte,
    }


def recevoir_sts(u: Unite, message: RemonteeSts) -> dict[str, Any]:
    """`remontee_sts`: keep it as the latest of its day."""
    jour, _ = _garder(u, "sts", message, message.annee, len(message.personnels))
    _connaitre(u, cles_sts(message), message.instant, jour)
    return {"nb": len(message.personnels)}


def recevoir_rectorat(u: Unite, message: RemonteeRectorat) -> dict[str, Any]:
    """`remontee_rectorat`: keep it as the latest of its day, and the nomenclatures that it carries."""
    jour, _ = _garder(u, "rectorat", message, 0, len(message.agents))
    _connaitre(u, cles_rectorat(message), message.instant, jour)
    if message.nomenclatures is not None:
        u.session.execute(
            insert(Nomenclature)
            .values(
                version=message.nomenclatures.version,
                digest=u.fichiers.deposer(message.nomenclatures.en_json()),
                jour=jour,
            )
            .on_conflict_do_nothing()
        )
    return {"nb": len(message.agents)}


def _garder(u: Unite, source: str, message: Message, annee: int, nb: int) -> tuple[date, str]:
    """Keep a message; the local day that it counts for, its fingerprint. A later one of a day takes its place."""
    corps = u.corps_de(message)
    empreinte = empreinte_du_corps(corps)
    jour = _jour(u, message)
    u.session.execute(_ETABLIR, {"uai": message.uai, "jour": jour})
    _noter(u, source, message, annee, nb, empreinte, u.fichiers.deposer(corps))
    return jour, empreinte


def _jour(u: Unite, message: Message) -> date:
    return message.instant.astimezone(u.horloge.fuseau).date()


def _noter(u: Unite, source: str, message: Message, annee: int, nb: int, empreinte: str, digest: str) -> None:
    valeurs = {
        "uai": message.uai,
        "source": source,
        "annee": annee,
        "jour": _jour(u, message),
        "instant": message.instant,
        "digest": digest,
        "empreinte": empreinte,
        "nb": nb,
    }
    u.session.execute(_NOTER, valeurs)


def _reconduire(u: Unite, message: RemonteeBee, empreinte: str) -> None:
    """Keep for a new day the content of the last remontée of BEE: its persons are known, its scolarités still hold."""
    jour = _jour(u, message)
    derniere = u.session.scalars(
        select(Remontee)
        .where(Remontee.uai == message.uai, Remontee.source == "bee", Remontee.annee == message.annee)
        .order_by(Remontee.jour.desc())
        .limit(1)
    ).first()
    if derniere is None or derniere.empreinte != empreinte or derniere.jour > jour:
        raise Refus(
            "La remontée se dit inchangée, mais ce n'est pas la dernière qui a été reçue.",
            code="REMONTEE_DIFFERENTE",
            remede="La remontée de la nuit prochaine renverra tout : rien n'est à faire.",
        )
    _noter(u, "bee", message, message.annee, derniere.nb, empreinte, derniere.digest)
    if derniere.jour == jour:
        return
    _oublier_scolarites(u, message, jour)
    gardees = select(
        Scolarite.uai,
        Scolarite.annee,
        literal(jour),
        Scolarite.eleve_id,
        Scolarite.ine,
        Scolarite.division,
        Scolarite.mef,
    ).where(Scolarite.uai == message.uai, Scolarite.annee == message.annee, Scolarite.jour == derniere.jour)
    colonnes = ["uai", "annee", "jour", "eleve_id", "ine", "division", "mef"]
    u.session.execute(insert(Scolarite).from_select(colonnes, gardees))


def _connaitre(u: Unite, cles: Iterable[CleIdentifiant], instant: datetime, jour: date) -> None:
    """Remember the persons met for the first time; their numbers are allotted by the next integration."""
    triees = sorted(cles)
    if triees:
        genres, dites = zip(*triees, strict=True)
        parametres = {"genres": list(genres), "cles": list(dites), "instant": instant, "jour": jour}
        u.session.execute(_CONNAITRE, parametres)


def _oublier_scolarites(u: Unite, message: RemonteeBee, jour: date) -> None:
    """Make room for the active scolarités of a day; of those before, the last ones stay: nobody looks further back."""
    u.session.execute(_OUBLIER, {"uai": message.uai, "annee": message.annee, "jour": jour})


def _garder_scolarites(u: Unite, message: RemonteeBee, jour: date) -> None:
    """Keep the active scolarités of that day."""
    _oublier_scolarites(u, message, jour)
    lues = {e.eleve_id: (e.ine, e.division, e.mef) for e in message.eleves}
    for s in message.scolarites:
        lues.setdefault(
            int(s["eleve_id"]), (str(s.get("ine") or ""), str(s.get("division") or ""), str(s.get("mef") or ""))
        )
    copier(
        u.session,
        Scolarite,
        ("uai", "annee", "jour", "eleve_id", "ine", "division", "mef"),
        (
            (message.uai, message.annee, jour, eleve_id, ine, division, mef)
            for eleve_id, (ine, division, mef) in sorted(lues.items())
            if ine
        ),
    )


# --- statements, written once: every school says something every night -----------------------------------------------

_ETABLIR = text(
    """
    INSERT INTO aaf.structure (uai, jour, libelle, code_academie, empreinte, comptes)
    VALUES (:uai, :jour, '', '', '', '{}') ON CONFLICT DO NOTHING
    """
)
_NOTER = text(
    """
    INSERT INTO aaf.remontee (uai, source, annee, jour, instant, digest, empreinte, nb)
    VALUES (:uai, :source, :annee, :jour, :instant, :digest, :empreinte, :nb)
    ON CONFLICT (uai, source, annee, jour) DO UPDATE SET
        instant = excluded.instant, digest = excluded.digest, empreinte = excluded.empreinte, nb = excluded.nb
    WHERE remontee.instant <= excluded.instant
    """
)
_CONNAITRE = text(
    """
    INSERT INTO aaf.identifiant (genre, cle, connu_le, jour)
    SELECT genre, cle, CAST(:instant AS timestamptz), CAST(:jour AS date)
    FROM unnest(CAST(:genres AS text[]), CAST(:cles AS text[])) AS venues (genre, cle) ON CONFLICT DO NOTHING
    """
)
_OUBLIER = text(
    """
    DELETE FROM aaf.scolarite WHERE uai = :uai AND annee = :annee AND (jour = :jour OR jour < least(:jour, (
        SELECT max(s.jour) FROM aaf.scolarite AS s WHERE s.uai = :uai AND s.annee = :annee AND s.jour <> :jour)))
    """
)
