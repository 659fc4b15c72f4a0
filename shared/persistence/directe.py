"""Transactions of a few statements that the event loop itself asks for, without lending a thread.

One connection to each bac, on which requests follow one another without waiting for each other's answers (libpq's
pipeline mode): each is one message, a transaction of its own. What cannot be done at once is not waited for: `tenter`
says None, and the caller asks again in a thread, by `shared.persistence.breve`, which waits, opens connections anew and
knows how to refuse. Source: docs/decisions/0013.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import OrderedDict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGresult

from shared.persistence.acces import VERROU_BAC, AccesBase, base_bac

Lignes = list[tuple[Any, ...]]

PRENDRE_VERROU = f"SELECT pg_advisory_xact_lock_shared({VERROU_BAC})"
"""The bac's lock, shared: a statement of its own, so that the next one sees what a step of the clock left."""
PATIENCE = "20ms"
"""How long a lock is waited for here: nobody else is answered meanwhile."""
AU_PLUS = 8
"""Bacs that are kept connected, the least recently used let go first."""
ATTENTE = 2.0
"""Seconds that who lets go of a bac waits for the connection to be closed."""
REGLER = "SELECT set_config('lock_timeout', %s, false), set_config('plan_cache_mode', 'force_generic_plan', false)"
_PARAMETRE = re.compile(r"%\((\w+)\)s|%%")


class Directes:
    """The connections of one process and one role that its event loop speaks to."""

    def __init__(self, acces: AccesBase) -> None:
        self.acces = acces
        self._boucle: asyncio.AbstractEventLoop | None = None
        self._lignes: OrderedDict[str, asyncio.Task[_Ligne]] = OrderedDict()

    async def tenter(self, bac: str, sql: str, parametres: Mapping[str, Any], *, verrou: bool) -> Lignes | None:
        """The rows of a statement (parameters as `%(nom)s`), alone in its transaction; None when it was not done.

        Arguments: `verrou`, whether the transaction takes the bac's lock, shared, before. None: the lock is held by a
        step of the clock, a row by another transaction, the server does not answer, or the statement is refused. When
        the server goes away in between, the statement may have been done.
        """
        ordres = [(PRENDRE_VERROU, {}), (sql, parametres)] if verrou else [(sql, parametres)]
        try:
            ligne = await self._ligne(bac)
            return (await ligne.demander(ordres))[-1]
        except (psycopg.Error, OSError):
            return None

    async def _ligne(self, bac: str) -> _Ligne:
        boucle = asyncio.get_running_loop()
        if self._boucle is not boucle:
            self._boucle, self._lignes = boucle, OrderedDict()
        tache = self._lignes.get(bac)
        if tache is not None and tache.done() and (tache.cancelled() or tache.exception() or not tache.result().libre):
            tache = None
        if tache is None:
            tache = self._lignes[bac] = boucle.create_task(self._ouvrir(bac))
        self._lignes.move_to_end(bac)
        while len(self._lignes) > AU_PLUS:
            _finir(self._lignes.popitem(last=False)[1])
        return tache.result() if tache.done() else await asyncio.shield(tache)

    async def _ouvrir(self, bac: str) -> _Ligne:
        connexion = await psycopg.AsyncConnection.connect(
            self.acces.conninfo(base_bac(bac)),
            autocommit=True,
            connect_timeout=5,
            application_name=self.acces.role,
        )
        await connexion.execute(REGLER, [PATIENCE])
        return _Ligne(connexion)

    def lacher(self, bac: str) -> None:
        """Close the connection on that bac, from another thread; what is under way on it ends first."""
        boucle = self._boucle
        if boucle is not None and boucle.is_running():
            with contextlib.suppress(TimeoutError):  # whoever is left is cut
                asyncio.run_coroutine_threadsafe(self._lacher([bac]), boucle).result(ATTENTE)

    async def fermer(self) -> None:
        """Close every connection."""
        await self._lacher([*self._lignes])

    async def _lacher(self, bacs: Sequence[str]) -> None:
        for bac in bacs:
            tache = self._lignes.pop(bac, None)
            if tache is not None:
                _finir(tache)


def _finir(tache: asyncio.Task[_Ligne]) -> None:
    """Close a connection, when it is open and what is under way on it is over."""

    def finir(faite: asyncio.Task[_Ligne]) -> None:
        if not faite.cancelled() and faite.exception() is None:
            faite.result().finir()

    if tache.done():
        finir(tache)
    else:
        tache.add_done_callback(finir)


@dataclass(slots=True)
class _Attente:
    """What was sent, a transaction or a preparation: where its rows go, what has come back of it."""

    avenir: asyncio.Future[list[Lignes]]
    recus: list[PGresult] = field(default_factory=list)


class _Ligne:
    """A connection in pipeline mode: answers come in the order of what was asked."""

    def __init__(self, connexion: psycopg.AsyncConnection[Any]) -> None:
        self._connexion = connexion
        self._pgconn = connexion.pgconn
        self._tx = Transformer(connexion)
        self._boucle = asyncio.get_running_loop()
        self._preparees: dict[tuple[bytes, tuple[int, ...]], bytes] = {}
        self._attentes: deque[_Attente] = deque()
        self._prise = self._pgconn.socket
        self.libre = True
        """Whether more may be asked of it."""
        self._pgconn.enter_pipeline_mode()
        self._boucle.add_reader(self._prise, self._lire)

    async def demander(self, ordres: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Lignes]:
        """Run statements in one transaction: the rows of each. Raises `psycopg.Error`; nothing was done then, unless
        the connection was lost."""
        prets = []
        for sql, parametres in ordres:
            texte, noms = _traduire(sql)
            valeurs = self._tx.dump_sequence([parametres[nom] for nom in noms], [PyFormat.AUTO] * len(noms))
            prets.append((texte, valeurs, self._tx.types or (), self._tx.formats))
        try:
            for texte, _, types, _ in prets:
                if (texte, types) not in self._preparees:
                    self._preparer(texte, types)
            for texte, valeurs, types, formats in prets:
                self._pgconn.send_query_prepared(self._preparees[texte, types], valeurs, formats)
            avenir = self._envoyer()
        except psycopg.Error as erreur:
            self._perdre(erreur)
            raise
        return await avenir

    def _preparer(self, texte: bytes, types: tuple[int, ...]) -> None:
        """Have a statement prepared, apart: it stays so whatever becomes of who wants it first. When it cannot be, the
        connection is not asked again."""
        nom = self._preparees[texte, types] = b"d%d" % len(self._preparees)
        self._pgconn.send_prepare(nom, texte, types)
        self._envoyer().add_done_callback(lambda avenir: avenir.exception())

    def _envoyer(self) -> asyncio.Future[list[Lignes]]:
        """End what was asked: a transaction of its own, whose rows will come."""
        self._pgconn.pipeline_sync()
        attente = _Attente(self._boucle.create_future())
        self._attentes.append(attente)
        self._ecrire()
        return attente.avenir

    def finir(self) -> None:
        """Ask no more of it; it closes when all is answered."""
        self.libre = False
        if not self._attentes:
            self._fermer()

    # --- called by the loop ------------------------------------------------------------------------------------

    def _ecrire(self) -> None:
        try:
            reste = self._pgconn.flush()
        except psycopg.Error as erreur:
            self._perdre(erreur)
            return
        if reste:
            self._boucle.add_writer(self._prise, self._ecrire)
        else:
            self._boucle.remove_writer(self._prise)

    def _lire(self) -> None:
        try:
            self._pgconn.consume_input()
            vides = 0
            while self._attentes and vides < 2 and not self._pgconn.is_busy():
                recu = self._pgconn.get_result()
                if recu is None:  # between two statements; twice: nothing more has come
                    vides += 1
                    continue
                vides = 0
                if recu.status == ExecStatus.PIPELINE_SYNC:
                    self._rendre(self._attentes.popleft())
                else:
                    self._attentes[0].recus.append(recu)
            if self._pgconn.status == ConnStatus.BAD:
                raise psycopg.OperationalError("the connection is lost")
        except psycopg.Error as erreur:
            self._perdre(erreur)
            return
        if not self.libre and not self._attentes:
            self._fermer()

    def _rendre(self, attente: _Attente) -> None:
        """Hand the rows, or the error, to who waits."""
        for recu in attente.recus:
            if recu.status == ExecStatus.FATAL_ERROR:
                erreur = error_from_result(recu, encoding=self._tx.encoding)
                if not isinstance(erreur, psycopg.errors.LockNotAvailable | psycopg.DataError):
                    self.libre = False  # a statement that is out of date, a server that stops: a new one will know
                if not attente.avenir.done():
                    attente.avenir.set_exception(erreur)
                return
        lignes = []
        for recu in attente.recus:
            self._tx.set_pgresult(recu)
            lignes.append(self._tx.load_rows(0, recu.ntuples, tuple))
        if not attente.avenir.done():
            attente.avenir.set_result(lignes)

    def _perdre(self, erreur: psycopg.Error) -> None:
        """The server has gone: whoever waits is told."""
        self._fermer()
        while self._attentes:
            attente = self._attentes.popleft()
            if not attente.avenir.done():
                attente.avenir.set_exception(erreur)

    def _fermer(self) -> None:
        self.libre = False
        if self._prise >= 0:
            self._boucle.remove_reader(self._prise)
            self._boucle.remove_writer(self._prise)
            self._prise = -1
            self._pgconn.finish()


@lru_cache(maxsize=64)
def _traduire(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """A statement as the server numbers its parameters, and their names in that order."""
    noms = list(dict.fromkeys(n for n in _PARAMETRE.findall(sql) if n))
    texte = _PARAMETRE.sub(lambda m: f"${noms.index(m[1]) + 1}" if m[1] else "%", sql)
    return texte.encode(), tuple(noms)
