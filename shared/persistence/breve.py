"""A transaction of a few statements in SQL: what is asked hundreds of times a second, where an ORM is most of the time.

It takes the same lock, reads the same clock and ends the same way as a `Unite`. Source: architecture, "Storage".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

import psycopg
from msgspec import Struct

from shared.persistence.acces import VERROU_BAC
from shared.persistence.bases import traduire
from shared.persistence.unite import Fabrique, nuit_en_cours

_OUVRIR = f"""
    SELECT set_config('lock_timeout', '2s', true), pg_advisory_xact_lock_shared({VERROU_BAC}),
        set_config('lock_timeout', '0', true);
    SELECT bac, instant FROM sim.horloge
""".encode()  # noqa: S608 - a constant of ours
"""One message, two statements: the clock is read by one of its own, which sees what the step waited for left."""


class Executant(Protocol):
    """What runs a statement at a simulated instant: a `Unite`, a `UniteBreve`."""

    @property
    def maintenant(self) -> datetime:
        """The simulated instant, aware, UTC."""

    @property
    def nom_du_bac(self) -> str:
        """The bac's name."""

    def executer(self, sql: str, parametres: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run a statement written as psycopg writes parameters (`%(nom)s`): its rows."""


class UniteBreve(Struct, frozen=True):
    """The transaction."""

    connexion: psycopg.Connection[tuple[Any, ...]]
    nom_du_bac: str
    maintenant: datetime

    def executer(self, sql: str, parametres: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run a statement: its rows."""
        curseur = self.connexion.execute(sql.encode(), parametres)
        lu = curseur.pgresult
        return curseur.fetchall() if lu is not None and lu.nfields else []


@contextmanager
def ouvrir_breve(fabrique: Fabrique, bac: str) -> Iterator[UniteBreve]:
    """A writing transaction on `bac`, committed at the end of the block.

    Raises `NuitEnCours` (409), `Inconnu` (unknown bac), `BaseInjoignable`.
    """
    try:
        pretee = fabrique.bases.moteur(bac).raw_connection()
        try:
            connexion: Any = pretee.driver_connection
            try:
                curseur = connexion.execute(_OUVRIR, prepare=False)
            except psycopg.errors.LockNotAvailable:
                raise nuit_en_cours() from None
            curseur.nextset()
            nom, instant = curseur.fetchone()
            yield UniteBreve(connexion, nom, instant)
            connexion.commit()
        finally:
            pretee.close()
    except Exception as erreur:
        refus = traduire(erreur, bac)
        if refus is None:
            raise
        raise refus from erreur


def lire_bref(fabrique: Fabrique, bac: str, sql: str, parametres: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of one statement that reads, without a transaction: one message, and nothing is waited for.

    Raises `Inconnu` (unknown bac), `BaseInjoignable`.
    """
    try:
        pretee = fabrique.bases.moteur(bac).raw_connection()
        try:
            connexion: Any = pretee.driver_connection
            connexion.autocommit = True
            try:
                lus: list[tuple[Any, ...]] = connexion.execute(sql.encode(), parametres).fetchall()
            finally:
                connexion.autocommit = False
        finally:
            pretee.close()
    except Exception as erreur:
        refus = traduire(erreur, bac)
        if refus is None:
            raise
        raise refus from erreur
    return lus
