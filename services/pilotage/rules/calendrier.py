"""The calendar of a year: who does what when, what it depends on, and where a school stands. Pure functions.

Source: procedures section 13 and CAL-01 to CAL-06: guide 002 (calendar), guide 003 §3 and §4, guide 004 §3.1. Days
inside the months that the guides give are inferred, so that something can be late.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from services.pilotage.rules.chaine import Source
from services.pilotage.rules.lignes import Ligne
from shared.horloge.calendrier import CalendrierScolaire

SECRETARIAT, CHEF, ADJOINT = "Le secrétariat", "Le chef d'établissement", "La personne qui tient EDT"
ACADEMIE, DPE = "L'académie", "Le gestionnaire académique (DPE)"
SUPERVISEUR, ADMINISTRATEUR = "Le superviseur EDT, le secrétariat", "L'administrateur de l'ENT"
TROIS_MINUTES = "« Temps de manipulation : 3 minutes »."
"""What the whole transfer of the links takes a user (CAL-15)."""

ETATS = ("fait", "fait_en_retard", "a_faire", "en_retard", "a_venir", "remplace", "passe")


class Dates(Struct, frozen=True):
    """The days of STS year `annee` on which the steps hang."""

    annee: int
    scolaire: CalendrierScolaire
    campagne: tuple[date, date]

    def jour(self, mois: int, quantieme: int, ans: int = 0) -> date:
        """A day of the civil year `annee + ans`."""
        return date(self.annee + ans, mois, quantieme)


def acte(service: str, *genres: str) -> tuple[Source, ...]:
    """Journal lines of acts of a user of `service`."""
    return tuple(Source(service, genre, "action") for genre in genres)


class Jalon(Struct, frozen=True):
    """Something to do in the year.

    Arguments: `periode`, the months as the guides word them; `qui`, `quoi` (menu names in « »), `ou` the application;
    `debut` and `fin`, its days; `sources`, the journal lines that say it was done; `apres`, the keys of what must be
    done before; `suite`, what comes of it; `guide`; `facultatif`: never late, there may be nothing to do; `relais`:
    the later step that does the same again (an export of June, the new one of August); `arrivee`: done when what
    this step sent is in the ENT.
    """

    cle: str
    periode: str
    qui: str
    quoi: str
    ou: str
    debut: date
    fin: date
    sources: tuple[Source, ...]
    apres: tuple[str, ...] = ()
    suite: str = ""
    guide: str = ""
    facultatif: bool = False
    relais: str = ""
    arrivee: str = ""


class Etape(Struct, frozen=True):
    """Where a step stands: `etat`, one of `ETATS`; first and last time it was done; what it should have waited for
    (`desordre`) or still waits for (`attend`), as keys.
    """

    jalon: Jalon
    etat: str
    fait_le: datetime | None = None
    dernier_le: datetime | None = None
    fois: int = 0
    desordre: tuple[str, ...] = ()
    attend: tuple[str, ...] = ()


def dater(
    jalons: Sequence[Jalon],
    lignes: Mapping[str, Sequence[Ligne]],
    maintenant: datetime,
    fuseau: ZoneInfo,
    arrivees: Mapping[str, datetime] | None = None,
) -> tuple[Etape, ...]:
    """Where each step stands at `maintenant`.

    Arguments: `lignes`, by key, the journal lines of the year that speak of it; `arrivees`, by key, when what a step
    sent reaches the ENT at the earliest.
    """
    attendues = arrivees or {}
    passages = {
        j.cle: sorted(
            x.instant for x in lignes.get(j.cle, ()) if _compte(j, jalons, x.instant, fuseau, attendues.get(j.cle))
        )
        for j in jalons
    }
    faits = {cle: instants[0] for cle, instants in passages.items() if instants}
    for j in jalons:  # what was done again later was done, for whatever depends on it
        if j.cle not in faits and j.relais in faits:
            faits[j.cle] = faits[j.relais]
    return tuple(_etape(j, passages[j.cle], faits, maintenant.astimezone(fuseau).date(), fuseau) for j in jalons)


def _compte(
    jalon: Jalon, jalons: Sequence[Jalon], instant: datetime, fuseau: ZoneInfo, arrivee: datetime | None
) -> bool:
    """Whether a line counts for this step: the same act, done again later, is another step's."""
    jour = instant.astimezone(fuseau).date()
    relais = next((j for j in jalons if j.cle == jalon.relais), None)
    if relais is not None and jour >= relais.debut:
        return False
    if any(j.relais == jalon.cle for j in jalons) and jour < jalon.debut:
        return False
    return not jalon.arrivee or (arrivee is not None and instant >= arrivee)


def _etape(
    jalon: Jalon, instants: Sequence[datetime], faits: Mapping[str, datetime], jour: date, fuseau: ZoneInfo
) -> Etape:
    if instants:
        premier = instants[0]
        tard = not jalon.facultatif and premier.astimezone(fuseau).date() > jalon.fin
        return Etape(
            jalon,
            "fait_en_retard" if tard else "fait",
            premier,
            instants[-1],
            len(instants),
            desordre=tuple(a for a in jalon.apres if a not in faits or faits[a] > premier),
        )
    if jour < jalon.debut:
        etat = "a_venir"
    elif jour <= jalon.fin:
        etat = "a_faire"
    elif jalon.cle in faits:
        etat = "remplace"
    else:
        etat = "passe" if jalon.facultatif else "en_retard"
    return Etape(jalon, etat, attend=tuple(a for a in jalon.apres if a not in faits))
