"""The event loop's own connections: answers go to who asked, what must wait is left to a thread, nothing is held."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import psycopg

from shared.persistence.acces import VERROU_BAC, base_bac, role_service
from shared.persistence.directe import Directes

T = TypeVar("T")
DITE = (
    "SELECT %(n)s::int, %(texte)s::text, CAST('{\"a\": [1]}' AS jsonb), instant FROM sim.horloge WHERE %(n)s::int >= 0"
)


def dans_un_fil(suite: Coroutine[Any, Any, T]) -> T:
    """Run it in a thread of its own: the tests' browser may have left a running loop in this one."""
    with ThreadPoolExecutor(1) as fil:
        return fil.submit(asyncio.run, suite).result()


def acces(bac: Any) -> Any:
    """The ENT's role."""
    return bac.installation.implantation.acces(role_service("ent"))


def connexions(bac: Any, nom: str) -> list[int]:
    """The processes of PostgreSQL that serve the ENT's connections of that name on the bac."""
    with psycopg.connect(
        bac.installation.implantation.acces(role_service("pilotage")).conninfo(base_bac(bac.nom))
    ) as c:
        lus = c.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = %s AND application_name = %s", [base_bac(bac.nom), nom]
        )
        return [ligne[0] for ligne in lus.fetchall()]


async def demander(directes: Directes, bac: Any, n: int, *, verrou: bool = True) -> list[tuple[Any, ...]] | None:
    """The statement of these tests."""
    return await directes.tenter(bac.nom, DITE, {"n": n, "texte": f"é %s {n}"}, verrou=verrou)


def test_answers_go_to_who_asked(bac: Any) -> None:
    """Many ask at once on one connection, some for what is refused: each has its own answer, as Python values."""

    async def jouer() -> None:
        directes = Directes(acces(bac))
        bons = [demander(directes, bac, n, verrou=n % 2 == 0) for n in range(40)]
        faux = [directes.tenter(bac.nom, "SELECT 1 / %(n)s::int", {"n": 0}, verrou=True) for _ in range(3)]
        recus = await asyncio.gather(*faux, *bons)
        assert recus[:3] == [None] * 3
        assert recus[3:] == [[(n, f"é %s {n}", {"a": [1]}, bac.maintenant)] for n in range(40)]
        assert await directes.tenter(bac.nom, "SELECT absente FROM journal", {}, verrou=False) is None
        assert await demander(directes, bac, 5) is not None, "the connection is made again"
        await directes.fermer()

    dans_un_fil(jouer())


def test_what_must_wait_is_not_waited_for(bac: Any) -> None:
    """While a step of the clock holds the bac, who needs its lock is sent away at once, who reads is answered."""

    async def jouer() -> None:
        directes = Directes(acces(bac))
        with psycopg.connect(acces(bac).conninfo(base_bac(bac.nom)), autocommit=True) as c:
            c.execute("SELECT pg_advisory_lock(%s)", [VERROU_BAC])
            assert await demander(directes, bac, 1) is None
            assert await demander(directes, bac, 1, verrou=False) is not None
        assert await demander(directes, bac, 1) is not None
        await directes.fermer()

    dans_un_fil(jouer())


def test_a_connection_that_was_cut_is_made_again(bac: Any) -> None:
    """PostgreSQL ends our connection, as for a copy: the next who asks is answered, by a new one."""

    async def jouer() -> None:
        directes = Directes(acces(bac))
        ((pid,),) = await directes.tenter(bac.nom, "SELECT pg_backend_pid()", {}, verrou=False) or [(0,)]
        with psycopg.connect(acces(bac).conninfo(base_bac(bac.nom)), autocommit=True) as c:
            c.execute("SELECT pg_terminate_backend(%s, 2000)", [pid])
        await asyncio.sleep(0.01)  # the loop hears of it
        assert await demander(directes, bac, 2) is not None
        await directes.fermer()

    dans_un_fil(jouer())


def test_an_unknown_bac_is_nobodys(bac: Any) -> None:
    """No connection, no answer: the thread that asks again says why."""
    assert dans_un_fil(Directes(acces(bac)).tenter("inconnu", DITE, {"n": 1, "texte": ""}, verrou=False)) is None


def test_a_bac_that_is_let_go_of_has_no_connection_left(bac: Any) -> None:
    """Before a copy, the connection is closed from another thread, after what is under way on it."""

    async def jouer() -> None:
        directes = Directes(acces(bac))
        ((pid,),) = await directes.tenter(bac.nom, "SELECT pg_backend_pid()", {}, verrou=False) or [(0,)]
        assert pid in connexions(bac, acces(bac).role)
        reste = asyncio.create_task(demander(directes, bac, 3))
        await asyncio.sleep(0)
        await asyncio.to_thread(directes.lacher, bac.nom)
        assert await reste is not None
        for _ in range(100):
            if pid not in connexions(bac, acces(bac).role):
                break
            await asyncio.sleep(0.01)
        assert pid not in connexions(bac, acces(bac).role)

    dans_un_fil(jouer())
