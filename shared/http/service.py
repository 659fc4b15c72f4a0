"""What a service declares of itself, and the settings that its process is given.

Source: architecture, "The houses" and "How it runs".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct, field

from shared.security.acces import ReglesAcces

if TYPE_CHECKING:  # the command that starts PostgreSQL reads the ports here before importing all that
    from pathlib import Path

    from sqlalchemy import MetaData

    from shared.batches.lots import Lot
    from shared.contracts.echanges.socle import Message
    from shared.contracts.traces import Trace
    from shared.persistence.acces import AccesBase
    from shared.persistence.differe import Ecrire
    from shared.persistence.tables import EnvoiMixin, JournalMixin
    from shared.persistence.unite import Fabrique, Unite

FERME = ReglesAcces("simulation", "simulation")

PORTS: dict[str, int] = {
    "pilotage": 8000,
    "sts_web": 8001,
    "siecle_bee": 8002,
    "aaf": 8003,
    "ent": 8004,
    "edt": 8005,
    "rectorat": 8006,
}


class Reception(Struct, frozen=True):
    """A kind of message that the service takes in (POST /_echanges/<genre>).

    `traiter(unite, message)` does it and gives its counts back: `nb`, `nb_refus`, anything worth the journal.
    A message whose idempotency key is known is not treated again: the journal's answer is given back.
    """

    genre: str
    libelle: str
    modele: type[Message]
    traiter: Callable[[Unite, Any], dict[str, Any]]


class ServiceDef(Struct, frozen=True):
    """A house: its name, tables, batches, receptions, and how it answers *Suivre*.

    `appelle` is its part of the call graph: `demande` = asked within a request, `envoi` = by outbox.
    `acces`, which right each of its addresses wants (by default they are closed to whoever signs in).
    `dehors(fabrique, bac)` delivers the messages of the outbox that leave the chain (`livraison.DEHORS`); how many.
    `differe(executant, base, lignes)` writes what it does not write at once (`persistence.differe`).
    `tracer(unite, q, cles)` gives the traces that match the text `q` (or, when `q` is empty, the keys `cles`).
    """

    nom: str
    titre: str
    metadata: MetaData
    envoi: type[EnvoiMixin]
    journal: type[JournalMixin]
    tracer: Callable[[Unite, str, Mapping[str, str]], list[Trace]]
    lots: tuple[Lot, ...] = ()
    receptions: tuple[Reception, ...] = ()
    appelle: Mapping[str, Literal["demande", "envoi"]] = field(default_factory=dict)
    acces: ReglesAcces = FERME
    dehors: Callable[[Fabrique, str], int] | None = None
    differe: Ecrire | None = None


class Reglages(Struct, frozen=True):
    """The settings of one service process.

    Arguments: `acces`, the database role of this service alone; `racine`, RENTREE_HOME (files are under
    `racine/fichiers`); `adresses`, the base URL of every service; `jeton_interne`, the secret between services;
    `jeton`, RENTREE_JETON, required from callers when set; `hotes`, the Host headers accepted;
    `acces_gestion` and `secret`, for pilotage alone, which creates and copies bacs.
    """

    acces: AccesBase
    racine: Path
    adresses: Mapping[str, str]
    jeton_interne: str
    jeton: str | None = None
    hotes: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    acces_gestion: AccesBase | None = None
    secret: str | None = None
