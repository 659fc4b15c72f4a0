"""Engines and sessions on the bacs, for one role: at most 2 connections per bac and 16 in all.

Source: architecture, "Storage".
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as AttenteTropLongue
from sqlalchemy.orm import Session

from shared.contracts.refus import Inconnu, Refus
from shared.persistence.acces import AccesBase, base_bac
from shared.persistence.dialecte import PILOTE, instructions_gardees

CONNEXIONS_PAR_BAC = 2
CONNEXIONS_EN_TOUT = 16


class BaseInjoignable(Refus):
    """The database server does not answer, or has just let go of us (503): trying again is right."""

    code = "BASE_INJOIGNABLE"
    statut = 503


class Bases:
    """The engines of one process and one role, one per bac, the least recently used let go first."""

    def __init__(self, acces: AccesBase) -> None:
        self.acces = acces
        self._moteurs: OrderedDict[str, Engine] = OrderedDict()
        self._instructions = instructions_gardees()
        self._verrou = threading.Lock()

    def moteur(self, bac: str) -> Engine:
        """The engine of a bac; made on first use."""
        with self._verrou:
            moteur = self._moteurs.get(bac)
            if moteur is None:
                moteur = create_engine(
                    make_url(self.acces.url(base_bac(bac))).set(drivername=PILOTE),
                    execution_options={"compiled_cache": self._instructions},
                    use_native_hstore=False,
                    pool_size=CONNEXIONS_PAR_BAC,
                    max_overflow=0,
                    pool_timeout=20,
                    pool_pre_ping=True,
                    connect_args={"connect_timeout": 5, "application_name": self.acces.role},
                )
                self._moteurs[bac] = moteur
            self._moteurs.move_to_end(bac)
            trop = [
                self._moteurs.pop(nom)
                for nom in list(self._moteurs)[: max(0, len(self._moteurs) - CONNEXIONS_EN_TOUT // CONNEXIONS_PAR_BAC)]
            ]
        for ancien in trop:
            ancien.dispose()
        return moteur

    def session(self, bac: str) -> Session:
        """A new session on a bac. The caller commits and closes."""
        return Session(self.moteur(bac), expire_on_commit=False)

    def lacher(self, bac: str) -> None:
        """Close every idle connection on that bac (before a copy or a drop).

        The engine stays: it is asked for again at once.
        """
        with self._verrou:
            moteur = self._moteurs.get(bac)
        if moteur is not None:
            moteur.dispose()

    def fermer(self) -> None:
        """Close everything."""
        with self._verrou:
            moteurs = list(self._moteurs.values())
            self._moteurs.clear()
        for moteur in moteurs:
            moteur.dispose()


def traduire(erreur: BaseException, bac: str) -> Refus | None:
    """The refusal that a database error means to a user, or None when it is a fault of ours."""
    if isinstance(erreur, AttenteTropLongue):
        return BaseInjoignable(
            f"Trop de demandes à la fois sur le bac « {bac} ».",
            code="BAC_OCCUPE",
            remede="Réessayez dans un instant.",
        )
    if not isinstance(erreur, DBAPIError | psycopg.Error):
        return None
    # COPY speaks to psycopg directly: its errors come without SQLAlchemy's wrapping.
    origine: Any = erreur.orig if isinstance(erreur, DBAPIError) else erreur
    if isinstance(origine, psycopg.errors.InvalidCatalogName) or (
        isinstance(origine, psycopg.OperationalError) and "does not exist" in str(origine)
    ):
        return Inconnu(
            f"Le bac « {bac} » n'existe pas.",
            code="BAC_INCONNU",
            remede="La liste des bacs : rentree bac list.",
        )
    if isinstance(origine, psycopg.DataError):  # what was typed or sent: nobody checks every number and every sign
        return Refus(
            "Une valeur ne peut pas être enregistrée ni cherchée : nombre trop grand, ou signe interdit.",
            code="VALEUR_IMPOSSIBLE",
            remede="Corrigez la valeur saisie ou l'adresse demandée.",
        )
    perdue = isinstance(erreur, DBAPIError) and erreur.connection_invalidated
    perdue |= isinstance(origine, psycopg.InterfaceError) and "connection" in str(origine)
    if perdue or isinstance(origine, psycopg.OperationalError):
        return BaseInjoignable(
            f"La base de données du bac « {bac} » ne répond pas.",
            remede="Elle démarre, s'arrête ou prend un instantané : réessayez dans un instant.",
        )
    return None
