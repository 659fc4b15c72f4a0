"""The clock of a bac: nights pass because it is moved."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from rentree_kit.client import Client, RefusRentree

ATTENTE = 600
"""Seconds that a step is waited for."""
_DUREE = re.compile(r"(?:(\d+)\s*(?:j|d))?\s*(?:(\d+)\s*h)?\s*(?:(\d+)\s*(?:min|m))?", re.IGNORECASE)


class Horloge:
    """`bac.horloge`: `instant`, `avancer("48h")`, `aller(datetime)`, `nuit()`."""

    def __init__(self, pilotage: Client) -> None:
        self._pilotage = pilotage

    @property
    def instant(self) -> datetime:
        """Now, in UTC."""
        return datetime.fromisoformat(self._pilotage.lire("/api/horloge")["instant"])

    def avancer(self, duree: str | timedelta) -> datetime:
        """Let that long pass, nights included: « 48h », « 3j », « 1j12h », « 90min », or a timedelta; the new instant.

        Raises `ValueError` for what is not a duration.
        """
        return self.aller(self.instant + lire_duree(duree))

    def aller(self, instant: datetime) -> datetime:
        """Move to an instant to come (aware)."""
        return self._pas({"mode": "instant", "instant": instant.isoformat()})

    def nuit(self) -> datetime:
        """Let the next night pass."""
        return self._pas({"mode": "nuit"})

    def passer_la_purge(self, projet: str = "ENT-KIT", jours: int = 1) -> datetime:
        """Go that many days beyond the delay after which the ENT deletes the accounts that left (the fault
        `delai_de_purge`): every night on the way is played."""
        faute = {"faute": "delai_de_purge", "reglages": {"jours": jours}}
        self._pilotage.demander("POST", "/api/fautes", {"faute": faute, "projet": projet})
        return self.instant

    def _pas(self, corps: dict[str, str]) -> datetime:
        demande = {**corps, "attendre": ATTENTE, "instantane": False}
        fait = self._pilotage.demander("POST", "/api/horloge/avance", demande)
        if fait["etat"] != "ready":
            raise RefusRentree(504, "HORLOGE_LENTE", f"La nuit n'est pas finie après {ATTENTE} s.")
        return self.instant


def lire_duree(duree: str | timedelta) -> timedelta:
    """« 48h », « 3j », « 1j12h », « 90min ». Raises `ValueError`."""
    if isinstance(duree, timedelta):
        return duree
    lu = _DUREE.fullmatch(duree.strip())
    if lu is None or not any(lu.groups()):
        raise ValueError(f"« {duree} » n'est pas une durée : écrivez 48h, 3j, 1j12h ou 90min")
    jours, heures, minutes = (int(x or 0) for x in lu.groups())
    return timedelta(days=jours, hours=heures, minutes=minutes)
