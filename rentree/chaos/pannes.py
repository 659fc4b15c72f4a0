"""Killing processes on purpose while the clock advances: what to kill, when, and what was really hit.

Source: architecture, "Nights" (a killed worker leaves its part open and nothing half-written) and "Nothing is lost".
The blows are drawn from a seed; between two advances of the clock everything lives, so that what a person types is
never disturbed: only the nights are.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import structlog

from rentree.installation.metier import OUVRIER
from rentree.installation.superviseur import Superviseur
from shared.batches.ruptures import POINTS
from shared.contracts.refus import Refus
from shared.persistence.acces import SERVICES
from shared.persistence.embarque_binaires import place_of_data
from shared.persistence.embarque_processus import living_pid

journal = structlog.get_logger("chaos")

POSTGRESQL = "postgresql"
PILOTAGE = "pilotage"
AUTRE_SERVICE = "service"
TOUT = "tout"
GENRES: tuple[str, ...] = (*POINTS, POSTGRESQL, PILOTAGE, AUTRE_SERVICE, TOUT)
"""Kinds of blows: the named points, PostgreSQL, the control room, another service, all of them at once."""

LIBELLES: dict[str, str] = {
    "apres_prise": "ouvrier, part prise",
    "avant_commit": "ouvrier, avant le commit",
    "apres_commit": "ouvrier, après le commit, avant l'acquittement",
    "apres_envoi": "expéditeur, après la réponse, avant de la noter",
    "apres_reception": "destinataire, après le commit, avant de répondre",
    POSTGRESQL: "PostgreSQL (postmaster)",
    PILOTAGE: "pilotage, au milieu d'un pas",
    AUTRE_SERVICE: "un autre service",
    TOUT: "tout à la fois, PostgreSQL compris",
}

DELAI_MAX = 0.25
"""Seconds at most between the start of an advance (or the last recovery) and a blow that has no named point."""
DELAI_RELANCE = 60.0


def tirer_plan(graine: int, morts: int, genres: Sequence[str] = GENRES) -> list[str]:
    """`morts` blows, every one of `genres` in turn, each turn in an order drawn from the seed."""
    alea = random.Random(graine)
    plan: list[str] = []
    while len(plan) < morts:
        tour = list(genres)
        alea.shuffle(tour)
        plan += tour
    return plan[:morts]


@dataclass
class Compte:
    """What was hit: by kind, and by process."""

    par_genre: Counter[str] = field(default_factory=Counter)
    par_processus: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """Blows that hit."""
        return sum(self.par_genre.values())


class Pannes:
    """Strikes a running installation.

    Arguments: `superviseur`, whose processes are struck; `dossier`, the folder that RENTREE_CHAOS names (set before
    the processes were forked); `plan`, kinds of blows in order; `alea`, for delays and for which service.
    """

    def __init__(self, superviseur: Superviseur, dossier: Path, plan: list[str], alea: random.Random) -> None:
        self.compte = Compte()
        self._superviseur = superviseur
        self._dossier = dossier
        self._plan = list(plan)
        self._alea = alea
        self._marche = threading.Event()
        self._fin = threading.Event()
        self._occupe = threading.Lock()  # held while a blow is on its way
        self._fil = threading.Thread(target=self._mener, name="chaos", daemon=True)
        self._fil.start()

    @property
    def reste(self) -> int:
        """Blows of the plan not yet struck."""
        return len(self._plan)

    def lacher(self) -> None:
        """The clock advances: strike."""
        self._marche.set()

    def retenir(self) -> None:
        """The clock has arrived: strike no more, and wait until everything lives again."""
        self._marche.clear()
        with self._occupe:
            for point in POINTS:
                (self._dossier / point).unlink(missing_ok=True)
            self._attendre_relance()

    def fermer(self) -> None:
        """Stop for good."""
        self._fin.set()
        self._marche.set()
        self._fil.join(DELAI_RELANCE)

    # --- the thread ------------------------------------------------------------------------------------------------

    def _mener(self) -> None:
        while not self._fin.is_set() and self._plan:
            self._marche.wait()
            if self._fin.is_set():
                return
            genre = self._plan[0]
            attente = self._alea.uniform(0, DELAI_MAX)
            with self._occupe:
                touche = self._armer(genre) if genre in POINTS else self._frapper(genre, attente)
                if touche:
                    self._attendre_relance()
            if touche:
                self._plan.pop(0)
            elif len(self._plan) > 1 and self._marche.is_set():
                self._plan.append(self._plan.pop(0))  # this point is not reached now: the next one

    def _armer(self, point: str) -> bool:
        """Arm a named point until a process kills itself there; False when the clock arrived, or nobody came."""
        connus = {pid: nom for nom, pid in self._superviseur.pids.items()}
        avant = set(self._dossier.glob(f"touche-{point}-*"))
        (self._dossier / point).touch()
        limite = time.monotonic() + 5
        while self._marche.is_set() and time.monotonic() < limite:
            if self._note(point, avant, connus):
                return True
            time.sleep(0.002)
            connus |= {pid: nom for nom, pid in self._superviseur.pids.items()}
        with contextlib.suppress(FileNotFoundError):
            (self._dossier / point).unlink()
            return False
        return self._note(point, avant, connus)  # taken at the very last moment

    def _note(self, point: str, avant: set[Path], connus: dict[int, str]) -> bool:
        for trace in sorted(set(self._dossier.glob(f"touche-{point}-*")) - avant):
            numero = re.search(r"\d+$", trace.name)
            assert numero is not None
            self._compter(point, [connus.get(int(numero.group()), "?")])
            return True
        return False

    def _frapper(self, genre: str, attente: float) -> bool:
        """Kill from outside, after a while; False when the clock arrived before."""
        limite = time.monotonic() + attente
        while time.monotonic() < limite:
            if not self._marche.is_set():
                return False
            time.sleep(0.002)
        pids = self._superviseur.pids
        if genre == POSTGRESQL:
            victimes = [POSTGRESQL]
        elif genre == PILOTAGE:
            victimes = [PILOTAGE]
        elif genre == AUTRE_SERVICE:
            victimes = [self._alea.choice([s for s in SERVICES if s != PILOTAGE])]
        else:
            victimes = [POSTGRESQL, *SERVICES, OUVRIER]
        base = living_pid(place_of_data(self._superviseur.racine))
        for nom in victimes:
            pid = base if nom == POSTGRESQL else pids[nom]
            if pid is not None:
                os.kill(pid, signal.SIGKILL)
        self._compter(genre, victimes)
        return True

    def _compter(self, genre: str, victimes: list[str]) -> None:
        self.compte.par_genre[genre] += 1
        for nom in victimes:
            self.compte.par_processus[nom] += 1
        journal.info("coup", genre=genre, processus=victimes)

    def _attendre_relance(self) -> None:
        """Until each process is a living one, and PostgreSQL and the services answer. Raises `Refus`."""
        limite = time.monotonic() + DELAI_RELANCE
        i = self._superviseur.implantation
        with httpx.Client(trust_env=False, timeout=5, verify=False) as client:  # noqa: S501 - loopback http
            while time.monotonic() < limite:
                try:
                    vivants = all(_vit(pid) for pid in self._superviseur.pids.values())
                    socket.create_connection((i.hote_base, i.port_base), 1).close()
                    reponses = [client.get(i.adresses[nom] + "/_sim/vivant").status_code for nom in SERVICES]
                except (OSError, httpx.HTTPError):
                    vivants, reponses = False, []
                if vivants and all(code == 200 for code in reponses):
                    return
                time.sleep(0.01)
        raise Refus(
            f"Un processus tué n'a pas été relancé en {DELAI_RELANCE:.0f} secondes.",
            code="RELANCE_MANQUEE",
            statut=500,
            remede="Relancez avec RENTREE_JOURNAL=info : le journal dit lequel.",
        )


def _vit(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    if Path("/proc").is_dir():
        with contextlib.suppress(OSError):
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return True
