"""Something done beside us: its result, its refusal, and a thread that does not end in the middle of a fork."""

from __future__ import annotations

import threading

import pytest

from rentree.installation.tache import Tache
from shared.contracts.refus import Refus


def _refuser() -> None:
    raise Refus("Non.", code="NON")


@pytest.mark.parametrize("fourche", [False, True], ids=["fil", "fourche"])
def test_a_result_or_a_refusal(fourche: bool) -> None:
    """What the function gives is given, as often as asked; what it raises is raised."""
    tache = Tache(lambda: [1, 2], fourche=fourche)
    assert (tache.resultat(), tache.resultat()) == ([1, 2], [1, 2])
    with pytest.raises(Refus, match="Non"):
        Tache(_refuser, fourche=fourche).resultat()


def test_a_thread_stays() -> None:
    """A thread that has given its result does not end: as it ends it may hold what a forked process would wait for."""
    fil = Tache(threading.current_thread, fourche=False).resultat()
    fil.join(0.2)
    assert fil.is_alive()
