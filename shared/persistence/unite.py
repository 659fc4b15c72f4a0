"""The unit of work: what a use case, a route or a night receives.

It joins one database transaction to the simulated instant, the bac's profile and seed, the file store and
the clients of the other services. Application code never commits: the edge does, once.
Source: architecture, "The houses" and "Storage".
"""

from __future__ import annotations

import gc
import hashlib
import itertools
import json
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from zoneinfo import ZoneInfo

import psycopg
import structlog
from msgspec import Struct
from sqlalchemy import ColumnElement, Row, select, text, true
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import InstrumentedAttribute, Session

from shared.contracts.echanges.socle import Message
from shared.contracts.refus import NuitEnCours
from shared.horloge.horloge import HorlogeFixe
from shared.horloge.profils import ProfilAcademique
from shared.persistence.acces import VERROU_BAC
from shared.persistence.bases import Bases, traduire
from shared.persistence.fichiers import MagasinFichiers
from shared.persistence.sim import LigneHorloge
from shared.persistence.tables import EnvoiMixin, JournalMixin

if TYPE_CHECKING:
    from shared.http.clients import Clients
    from shared.persistence.differe import Differe


PAR_RAMASSAGE = 32
"""Units of work between two looks at garbage."""
PRENDRE_VERROU = text(
    "SELECT set_config('lock_timeout', '2s', true), pg_advisory_xact_lock_shared(:cle),"
    " set_config('lock_timeout', '0', true)"
)
"""In this order; the clock is read by a statement of its own, which sees what the step that was waited for left."""
LIRE_HORLOGE = select(
    LigneHorloge.bac,
    LigneHorloge.generation,
    LigneHorloge.graine,
    LigneHorloge.profil,
    LigneHorloge.instant,
    LigneHorloge.donnees_reelles,
    LigneHorloge.jetons,
)


_ENVOYER = """
    INSERT INTO {0} (id, cle, genre, destinataire, uai, annee, digest, nb, cree_le, etat, tentatives)
    SELECT n, %(prefixe)s || n, %(genre)s, %(destinataire)s, %(uai)s, %(annee)s, %(digest)s, %(nb)s, %(cree_le)s,
        'en_attente', 0
    FROM nextval(pg_get_serial_sequence('{0}', 'id')) AS n RETURNING cle
"""
_JOURNALISER = """
    INSERT INTO {} (instant, sens, genre, origine, uai, annee, cle, nb, nb_refus, libelle, resume, digest)
    VALUES (%(instant)s, %(sens)s, %(genre)s, %(origine)s, %(uai)s, %(annee)s, %(cle)s, %(nb)s, %(nb_refus)s,
        %(libelle)s, %(resume)s, %(digest)s)
"""
"""Every act and every message writes one: as objects, they would cost three times as much."""


class Parti(NamedTuple):
    """A message put in the outbox: its idempotency key, the digest of its body."""

    cle: str
    digest: str


class Bac(Struct, frozen=True):
    """The sandbox a request works in: name, generation (changes at restore), seed, profile, API tokens by number."""

    nom: str
    generation: int
    graine: int
    profil: ProfilAcademique
    donnees_reelles: bool
    jetons: dict[str, Any]


class Unite:
    """One transaction on one bac, at one simulated instant.

    `session` writes to the service's own schema; `horloge` was read when the unit opened; `clients` asks
    other services (only along the declared call graph); `acteur` says who acts, for the journal; `perimetre` is the
    school that lists must keep to, None for all.
    """

    def __init__(
        self,
        *,
        service: str,
        session: Session,
        ligne: Row[tuple[str, int, int, dict[str, Any], datetime, bool, dict[str, Any]]],
        fichiers: MagasinFichiers,
        clients: Clients,
        table_envoi: type[EnvoiMixin],
        table_journal: type[JournalMixin],
        acteur: str = "",
        differe: Differe | None = None,
    ) -> None:
        self.service = service
        self.session = session
        self.fichiers = fichiers
        self.clients = clients
        self.acteur = acteur
        self.differe = differe
        """What this process has still to write, where its service writes some things later."""
        self.perimetre: str | None = None
        profil = ProfilAcademique.model_validate(ligne.profil)
        self.bac = Bac(ligne.bac, ligne.generation, ligne.graine, profil, ligne.donnees_reelles, ligne.jetons)
        self.horloge = HorlogeFixe(ligne.instant, ZoneInfo(profil.fuseau))
        self.envois_immediats = False
        self.recu: bytes | None = None
        """The message being taken in, as it came."""
        self._table_envoi = table_envoi
        self._envois, self._lignes = (str(cast("Any", t).__table__) for t in (table_envoi, table_journal))

    @property
    def profil(self) -> ProfilAcademique:
        """The bac's *profil académique*."""
        return self.bac.profil

    @property
    def maintenant(self) -> datetime:
        """The simulated instant, aware, UTC."""
        return self.horloge.maintenant()

    @property
    def nom_du_bac(self) -> str:
        """The bac's name."""
        return self.bac.nom

    def executer(self, sql: str, parametres: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run a statement written as psycopg writes parameters (`%(nom)s`), after what the session holds: its rows."""
        self.session.flush()
        lu = self.session.connection().exec_driver_sql(sql, dict(parametres))
        return [tuple(ligne) for ligne in lu] if lu.returns_rows else []

    def du_perimetre(self, uai: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[bool]:
        """The condition that keeps a list to the school of who asks; `uai` is the column that holds it."""
        return true() if self.perimetre is None else uai == self.perimetre

    def alea(self, *cles: object) -> random.Random:
        """A random source that depends on the bac's seed and on `cles` alone: same seed, same actions, same draws."""
        return random.Random(self.graine(*cles))

    def graine(self, *cles: object) -> bytes:
        """What `alea` starts from: 32 bytes, enough where one short draw is wanted for each of thousands."""
        texte = ":".join([str(self.bac.graine), self.service, *map(str, cles)])
        return hashlib.sha256(texte.encode()).digest()

    def corps_de(self, message: Message) -> bytes:
        """The JSON of a message to keep: the bytes that came, while it is being taken in."""
        return message.en_json() if self.recu is None else self.recu

    def envoyer(
        self,
        genre: str,
        destinataire: str,
        message: Message | bytes,
        *,
        uai: str | None = None,
        annee: int | None = None,
        nb: int = 0,
        immediat: bool = False,
    ) -> Parti:
        """Put a message in the outbox, in this transaction.

        Arguments: `genre`, the kind that the receiver declares (shared/contracts/echanges/); `destinataire`;
        `message`, or its JSON; `nb`, how many things it carries; `immediat`: deliver right after the commit, before
        the answer leaves (exports by web service); otherwise the relay or the end of the batch delivers it.
        """
        corps = message if isinstance(message, bytes) else message.en_json()
        digest = self.fichiers.deposer(corps)
        dits = {
            "prefixe": f"{self.service}:{self.bac.generation}:",
            "genre": genre,
            "destinataire": destinataire,
            "uai": uai,
            "annee": annee,
            "digest": digest,
            "nb": nb,
            "cree_le": self.maintenant,
        }
        ((cle,),) = self.executer(_ENVOYER.format(self._envois), dits)
        self.envois_immediats = self.envois_immediats or immediat
        return Parti(cle, digest)

    def envoyer_si_nouveau(
        self, genre: str, destinataire: str, message: Message | bytes, *, uai: str, annee: int, nb: int = 0
    ) -> Parti | None:
        """Put a message in the outbox, unless the last one of its kind, school and year says the same (None then)."""
        corps = message if isinstance(message, bytes) else message.en_json()
        if hashlib.sha256(corps).hexdigest() == self.dernier_envoi(genre, uai, annee):
            return None
        return self.envoyer(genre, destinataire, corps, uai=uai, annee=annee, nb=nb)

    def dernier_envoi(self, genre: str, uai: str, annee: int) -> str | None:
        """The digest of the last message of that kind, school and year that was not refused."""
        table = self._table_envoi
        siens = (table.genre == genre, table.uai == uai, table.annee == annee, table.etat != "refuse")
        return self.session.scalar(select(table.digest).where(*siens).order_by(table.id.desc()).limit(1))

    def journaliser(
        self,
        genre: str,
        libelle: str,
        *,
        sens: str = "action",
        origine: str | None = None,
        uai: str | None = None,
        annee: int | None = None,
        cle: str | None = None,
        nb: int = 0,
        nb_refus: int = 0,
        resume: dict[str, Any] | None = None,
        digest: str | None = None,
    ) -> None:
        """Write a line of the journal, in this transaction. `resume` and `libelle` hold no name and no INE."""
        dits = {
            "instant": self.maintenant,
            "sens": sens,
            "genre": genre,
            "origine": origine if origine is not None else self.acteur or None,
            "uai": uai,
            "annee": annee,
            "cle": cle,
            "nb": nb,
            "nb_refus": nb_refus,
            "libelle": libelle,
            "resume": json.dumps(resume or {}),
            "digest": digest,
        }
        self.executer(_JOURNALISER.format(self._lignes), dits)


class Fabrique:
    """Opens units of work for one service in one process."""

    def __init__(
        self,
        *,
        service: str,
        bases: Bases,
        fichiers: MagasinFichiers,
        clients: Clients,
        table_envoi: type[EnvoiMixin],
        table_journal: type[JournalMixin],
        dehors: Callable[[Fabrique, str], int] | None = None,
    ) -> None:
        self.service = service
        self.bases = bases
        self.fichiers = fichiers
        self.clients = clients
        self.table_envoi = table_envoi
        self.table_journal = table_journal
        self.dehors = dehors
        self.differe: Differe | None = None
        self._ouvertes = itertools.count(1)

    @contextmanager
    def ouvrir(self, bac: str, *, ecriture: bool, nuit: bool = False, acteur: str = "") -> Iterator[Unite]:
        """A unit on `bac`; committed at the end of the block when `ecriture`, rolled back otherwise.

        A write outside a night takes the bac's lock, shared, for its transaction; if the clock is advancing it waits
        2 s, then raises `NuitEnCours` (409). `nuit=True` is for the night itself and for exchanges between services.
        Raises `Inconnu` (unknown bac) and `BaseInjoignable`.
        """
        try:
            with self.bases.session(bac) as session:
                if ecriture and not nuit:
                    prendre_verrou(session)
                ligne = session.execute(LIRE_HORLOGE).one()
                structlog.contextvars.bind_contextvars(instant_simule=ligne.instant.isoformat())
                unite = Unite(
                    service=self.service,
                    session=session,
                    ligne=ligne,
                    fichiers=self.fichiers,
                    clients=self.clients.pour(bac, ligne.instant),
                    table_envoi=self.table_envoi,
                    table_journal=self.table_journal,
                    acteur=acteur,
                    differe=self.differe,
                )
                yield unite
                if ecriture:
                    session.commit()
        except Exception as erreur:
            refus = traduire(erreur, bac)
            if refus is None:
                raise
            raise refus from erreur
        finally:
            self._ramasser()

    def _ramasser(self) -> None:
        """Look for garbage now and then, where imports were set apart and it takes milliseconds: the interpreter counts
        objects, and one parser of lxml, tied in a cycle as all are, keeps the megabytes of its document until then."""
        if next(self._ouvertes) % PAR_RAMASSAGE == 0 and gc.get_freeze_count():
            gc.collect()


def prendre_verrou(session: Session) -> None:
    """Take the bac's lock, shared, until the end of the transaction. Raises `NuitEnCours` after 2 s."""
    try:
        session.execute(PRENDRE_VERROU, {"cle": VERROU_BAC})
    except DBAPIError as erreur:
        if isinstance(erreur.orig, psycopg.errors.LockNotAvailable):
            raise nuit_en_cours() from None
        raise


def nuit_en_cours() -> NuitEnCours:
    """The bac's lock is the night's."""
    return NuitEnCours(
        "Une nuit est en cours : les traitements automatiques tournent.",
        remede="Attendez la fin de la nuit (quelques secondes), puis recommencez.",
    )
