"""Where the clock may go. Pure functions."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from shared.contracts.refus import Refus
from shared.horloge.horloge import instant_fr

Mode = Literal["lot", "nuit", "24h", "48h", "instant"]

MATIN = time(6, 0)
"""A night is over at six: the ENT has been fed at five (architecture, night timetable)."""

AVANCE_MAXIMALE = timedelta(days=400)


def fin_de_la_nuit(instant: datetime, fuseau: ZoneInfo) -> datetime:
    """The next six o'clock in the morning, local time."""
    local = instant.astimezone(fuseau)
    jour = local.date() if local.time() < MATIN else local.date() + timedelta(days=1)
    return datetime.combine(jour, MATIN, fuseau).astimezone(instant.tzinfo)


def cible(mode: Mode, maintenant: datetime, fuseau: ZoneInfo, instant: datetime | None) -> datetime:
    """Where the clock is asked to go (all modes but `lot`, whose target is the next due batch).

    Raises `Refus` HORLOGE_RECULE (it never goes back: a snapshot does) and HORLOGE_TROP_LOIN.
    """
    if mode == "instant":
        if instant is None:
            raise Refus(
                "Il manque l'instant où aller.",
                code="INSTANT_MANQUANT",
                remede="Donnez une date et une heure.",
            )
        but = instant if instant.tzinfo else instant.replace(tzinfo=fuseau)
    elif mode == "nuit":
        but = fin_de_la_nuit(maintenant, fuseau)
    else:
        but = maintenant + timedelta(hours=int(mode.removesuffix("h")))
    if but <= maintenant:
        raise Refus(
            f"L'horloge est déjà au {instant_fr(maintenant, fuseau)} : elle ne recule pas.",
            code="HORLOGE_RECULE",
            statut=409,
            remede="Pour revenir en arrière, restaurez un instantané : « revenir avant la nuit ».",
        )
    if but - maintenant > AVANCE_MAXIMALE:
        raise Refus(
            "L'avance demandée dépasse 400 jours.",
            code="HORLOGE_TROP_LOIN",
            remede="Avancez en plusieurs fois.",
        )
    return but.astimezone(maintenant.tzinfo)
