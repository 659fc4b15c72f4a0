"""Named points where a chaos run may kill the process (make chaos).

A point is armed by a file `<dossier>/<point>` (the folder is RENTREE_CHAOS). The process that takes the file
away kills itself, so each armed point kills once. Without RENTREE_CHAOS this costs one look at the environment.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

POINTS: tuple[str, ...] = (
    "apres_prise",  # a worker has claimed a part, nothing is written
    "avant_commit",  # the work is done, not committed
    "apres_commit",  # committed, the queue does not know yet
    "apres_envoi",  # the receiver has answered, the sender has not noted it
    "apres_reception",  # the receiver has committed, its answer has not left
)


def rupture(point: str) -> None:
    """Kill this process with SIGKILL if that point is armed."""
    dossier = os.environ.get("RENTREE_CHAOS")
    if not dossier:
        return
    try:
        (Path(dossier) / point).rename(Path(dossier) / f"touche-{point}-{os.getpid()}")
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
