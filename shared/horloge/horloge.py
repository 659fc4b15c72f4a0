"""The simulated clock as services see it, and the French way to write instants and durations.

Source: architecture, "One idea carries the rest: every date comes from the simulated clock".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from shared.contracts.refus import Refus

JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MOIS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
# Past it, a date is a slip of the keyboard: nobody waits for the nights of a century.
ANNEE_LIMITE = 2200
INSECABLE = "\N{NO-BREAK SPACE}"


class Horloge(Protocol):
    """What a service may ask of time. Nothing else tells it the date."""

    @property
    def fuseau(self) -> ZoneInfo:
        """The académie's time zone."""

    def maintenant(self) -> datetime:
        """The present instant of the bac: aware, in UTC."""

    def local(self) -> datetime:
        """The present instant in the académie's time zone (aware)."""

    def aujourd_hui(self) -> date:
        """The present local day."""


@dataclass(frozen=True, slots=True)
class HorlogeFixe:
    """A clock that does not move: a request's (the instant is read once), a batch's, a test's.

    `instant` must be aware; `fuseau` is the académie's. Raises ValueError for a naive instant.
    """

    instant: datetime
    fuseau: ZoneInfo

    def __post_init__(self) -> None:
        if self.instant.tzinfo is None:
            raise ValueError("HorlogeFixe wants an aware instant")

    def maintenant(self) -> datetime:
        """The instant, in UTC."""
        return self.instant.astimezone(UTC)

    def local(self) -> datetime:
        """The instant in `fuseau`."""
        return self.instant.astimezone(self.fuseau)

    def aujourd_hui(self) -> date:
        """The local day."""
        return self.local().date()


def date_fr(jour: date) -> str:
    """Return « 24/07/2018 »."""
    return f"{jour.day:02}/{jour.month:02}/{jour.year:04}"


def date_longue_fr(jour: date) -> str:
    """Return « mardi 24 juillet 2018 » (the first of a month is « 1er »)."""
    quantieme = "1er" if jour.day == 1 else str(jour.day)
    return f"{JOURS[jour.weekday()]} {quantieme} {MOIS[jour.month - 1]} {jour.year}"


def heure_fr(instant: datetime, fuseau: ZoneInfo) -> str:
    """Return the local time of an aware instant, « 09 h 13 » (with no-break spaces)."""
    local = instant.astimezone(fuseau)
    return f"{local.hour:02}{INSECABLE}h{INSECABLE}{local.minute:02}"


def instant_fr(instant: datetime, fuseau: ZoneInfo) -> str:
    """Return « mardi 24 juillet 2018 à 09 h 13 », local, for an aware instant."""
    return f"{date_longue_fr(instant.astimezone(fuseau).date())} à {heure_fr(instant, fuseau)}"


def duree_fr(duree: timedelta) -> str:
    """Return « 1 jour 15 heures »: whole seconds, zero units left out, « moins de 1 seconde » at zero."""
    reste = abs(duree)
    secondes = reste.days * 86400 + reste.seconds
    morceaux = []
    for unite, taille in (("jour", 86400), ("heure", 3600), ("minute", 60), ("seconde", 1)):
        nombre, secondes = divmod(secondes, taille)
        if nombre:
            morceaux.append(f"{nombre}{INSECABLE}{unite}{'s' if nombre > 1 else ''}")
    return " ".join(morceaux) or f"moins de 1{INSECABLE}seconde"


_UNITES = {"sem": "weeks", "j": "days", "h": "hours", "min": "minutes", "s": "seconds"}
_DUREE = re.compile(
    r"\+?(?:(?P<sem>[0-9]{1,5})sem)?(?:(?P<j>[0-9]{1,6})j)?(?:(?P<h>[0-9]{1,7})h)?"
    r"(?:(?P<min>[0-9]{1,8})(?:min|mn|m))?(?:(?P<s>[0-9]{1,9})s)?"
)
_INSTANT_FR = re.compile(r"(\d{2})/(\d{2})/(\d{4})(?:[ T]+(?:à )?(\d{1,2}) ?[h:] ?(\d{2})?)?", re.ASCII)
_INSTANT_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?)?", re.ASCII)


def _parties(texte: str) -> dict[str, int] | None:
    compact = re.sub(r"\s+", "", texte.lower()).removeprefix("t+")
    trouve = _DUREE.fullmatch(compact)
    if not trouve or not any(trouve.groupdict().values()):
        return None
    return {_UNITES[nom]: int(valeur) for nom, valeur in trouve.groupdict().items() if valeur}


def analyser_duree(texte: str) -> timedelta:
    """Read « 48h », « +2j », « 1j 12h », « 90 min », « T+24 h », « 1sem »; a day is 24 hours.

    Raises `Refus` (DUREE_INVALIDE).
    """
    parties = _parties(texte)
    if parties is None:
        raise Refus(
            f"« {texte[:80]} » n'est pas une durée.",
            code="DUREE_INVALIDE",
            remede="Écrivez un nombre et une unité (sem, j, h, min, s), par exemple « 48h » ou « +2j ».",
        )
    return timedelta(**parties)


def _lire_instant(propre: str, horloge: Horloge) -> datetime | None:
    parties = _parties(propre)
    if parties is not None:
        jours = parties.pop("days", 0) + 7 * parties.pop("weeks", 0)
        return (horloge.local() + timedelta(days=jours)).astimezone(UTC) + timedelta(**parties)
    if trouve := _INSTANT_FR.fullmatch(propre):
        jour, mois, annee, heure, minute = (int(v or 0) for v in trouve.groups())
        return datetime(annee, mois, jour, heure, minute, tzinfo=horloge.fuseau).astimezone(UTC)
    if _INSTANT_ISO.fullmatch(propre):
        lu = datetime.fromisoformat(propre)
        return (lu if lu.tzinfo else lu.replace(tzinfo=horloge.fuseau)).astimezone(UTC)
    return None


def analyser_instant(texte: str, horloge: Horloge) -> datetime:
    """Read the instant to which the clock must go; returns it aware, in UTC.

    `texte` is a duration from now (« 48h », « +2j »: days and weeks keep the local time of day across a
    change of time), or a local date with or without a time (« 2021-09-01T08:00 », « 01/09/2021 08 h 00 »; an
    ISO instant may carry its offset). Raises `Refus` (INSTANT_INVALIDE).
    """
    try:
        lu = _lire_instant(" ".join(texte.split()), horloge)
    except (ValueError, OverflowError):
        lu = None  # a day or an hour that does not exist
    if lu is not None and lu.year < ANNEE_LIMITE:
        return lu
    raise Refus(
        f"« {texte[:80]} » n'est ni une durée ni une date.",
        code="INSTANT_INVALIDE",
        remede="Écrivez une durée (« 48h », « +2j ») ou une date et une heure (« 2021-09-01T08:00 »).",
    )
