"""A rentrée being played: the applications, the people, the clock, and what was seen so far.

Source: guide 000 chapter 2, whose steps are in rentree.demo.etapes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rentree.demo import depart
from rentree.installation.tache import Tache
from rentree.population import Population
from shared.contracts.refus import Refus
from shared.http.clients import Clients

PATIENCE = 60.0
"""Seconds that a control room which does not answer is waited for."""


@dataclass
class Rentree:
    """A rentrée being played: the chain, the people, and what has been seen so far.

    `dire(etape, instant)` tells a step as it passes; `fichiers` are those carried by hand (name, bytes).
    """

    clients: Clients
    population: Population
    fuseau: ZoneInfo
    dire: Callable[[str, datetime], None]
    jalons: list[dict[str, Any]] = field(default_factory=list)
    fichiers: dict[str, bytes] = field(default_factory=dict)
    eleves: dict[int, int] = field(default_factory=dict)
    """Pupil of the population → ELEVE_ID in BEE."""
    rapports: dict[str, Any] = field(default_factory=dict)
    avant: depart.Avant | None = None
    """The files of the state before, when they are made already."""
    bases: Tache[None] | None = None
    """Those of BEE on their way to it, when somebody else sends them."""
    annuaire: Future[None] | None = None
    """The project being opened in the directory and in the ENT, when somebody else does it."""
    instantanes: bool = True
    """Whether one may go back before each night: nobody can when the pages are not left open."""
    instant: datetime | None = None
    """Where the clock stands, once it was asked: nobody else moves it while a rentrée is played."""

    @property
    def uai(self) -> str:
        """The school."""
        return self.population.etablissement.uai

    @property
    def annee(self) -> int:
        """Year N in STS-Web."""
        return self.population.parametres.annee

    @property
    def millesime(self) -> int:
        """Year N in BEE."""
        return self.population.parametres.millesime_effectif

    @property
    def sts(self) -> str:
        """The school's year in STS-Web's web service."""
        return f"/api/etablissements/{self.uai}/annees/{self.annee}"

    @property
    def bee(self) -> str:
        """The school's base in BEE's web service."""
        return f"/api/etablissements/{self.uai}/bases/{self.millesime}"

    @property
    def edt(self) -> str:
        """The school's base in the timetable software."""
        return f"/api/etablissements/{self.uai}/bases/{self.annee}"

    def maintenant(self) -> datetime:
        """The simulated instant."""
        if self.instant is None:
            self.instant = datetime.fromisoformat(self.clients["pilotage"].lire("/api/horloge")["instant"])
        return self.instant

    def jalon(self, etape: str) -> datetime:
        """Note that a step was done now."""
        instant = self.maintenant()
        self.jalons.append({"etape": etape, "instant": instant.astimezone(self.fuseau).isoformat()})
        self.dire(etape, instant)
        return instant

    def autre_main(self) -> Rentree:
        """Someone else's part in the same rentrée, who works meanwhile; told when `reprendre` brings it back."""
        return replace(self, jalons=[], dire=lambda etape, instant: None)

    def reprendre(self, autre: Rentree) -> None:
        """Note what the other did, after what was done here."""
        for jalon in autre.jalons:
            self.jalons.append(jalon)
            self.dire(jalon["etape"], datetime.fromisoformat(jalon["instant"]))

    def aller(self, instant: datetime) -> None:
        """Move the clock there; every night on the way is played.

        A control room that lets go is waited for: its clock says whether the step is over, runs, or is still to be
        asked for. Raises the refusal of a step that cannot be (`HORLOGE_RECULE`), `ServiceInjoignable`.
        """
        pilotage = self.clients["pilotage"]
        limite = time.monotonic() + PATIENCE
        while True:
            try:
                horloge = pilotage.lire("/api/horloge")
                limite = time.monotonic() + PATIENCE
                if horloge["etat"] != "ready":
                    time.sleep(0.05)
                elif datetime.fromisoformat(horloge["instant"]) == instant:
                    self.instant = instant
                    return
                else:
                    corps = {
                        "mode": "instant",
                        "instant": instant.isoformat(),
                        "attendre": 3600,
                        "instantane": self.instantanes,
                    }
                    pilotage.poster("/api/horloge/avance", corps)
            except Refus as refus:
                passager = refus.statut >= 500 or refus.code == "HORLOGE_AVANCE"
                if not passager or time.monotonic() > limite:
                    raise
                time.sleep(0.1)

    def aller_demain(self, heure: int) -> None:
        """Move the clock to tomorrow at that hour, local time."""
        local = self.maintenant().astimezone(self.fuseau)
        self.aller((local + timedelta(days=1)).replace(hour=heure, minute=0, second=0, microsecond=0))
