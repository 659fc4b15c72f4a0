"""The calendar of an ENT project's feeds: on which days they are written, on which they are complete.

Inferred: no public text gives the cadence of the feeds (AAF reference, sections 1.5 and 9: delta every night, complete
once a week or on request). An académie settles it with each project.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.horloge.annees import Calendrier, annee_sts
from shared.horloge.calendrier import Zone, calendrier_scolaire, jours_feries

JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MAX_SUSPENSIONS = 50
DUREE_MAXIMALE = 366

Jour = Annotated[int, Field(ge=0, le=6)]


class Suspension(BaseModel):
    """Days, both included, on which a project is not fed, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    debut: date
    fin: date
    motif: str = Field(default="", max_length=200)

    @model_validator(mode="after")
    def _dans_l_ordre(self) -> Suspension:
        if self.fin < self.debut:
            raise ValueError("une suspension finit avant de commencer")
        if (self.fin - self.debut).days >= DUREE_MAXIMALE:
            raise ValueError("une suspension dure un an au plus")
        return self


class CalendrierAlimentation(BaseModel):
    """When a project is fed, within the nights of the académie.

    `jours_complets`: weekdays (0 = Monday) of its complete feeds, none for the académie's own; `jours_sans`: weekdays
    without feed; `feries`, `vacances`: no feed on public holidays, in school holidays (the summer is not one: accounts
    are wanted on the day of the rentrée); `suspensions`: other days without feed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    jours_complets: tuple[Jour, ...] = ()
    jours_sans: tuple[Jour, ...] = ()
    feries: bool = False
    vacances: bool = False
    suspensions: tuple[Suspension, ...] = Field(default=(), max_length=MAX_SUSPENSIONS)

    @model_validator(mode="before")
    @classmethod
    def _ranger(cls, valeurs: object) -> object:
        """Days once each and in order, so that two calendars that say the same are the same."""
        if not isinstance(valeurs, dict):
            return valeurs
        listes = {
            nom: tuple(sorted(set(valeurs[nom])))
            for nom in ("jours_complets", "jours_sans")
            if isinstance(valeurs.get(nom), list | tuple) and all(isinstance(j, int) for j in valeurs[nom])
        }
        return valeurs | listes

    def ferme(self, jour: date, calendrier: Calendrier = "nord", zone: Zone = "A") -> bool:
        """Whether the project has no feed on `jour`."""
        if jour.weekday() in self.jours_sans or any(s.debut <= jour <= s.fin for s in self.suspensions):
            return True
        if self.feries and jour in jours_feries(jour.year, calendrier):
            return True
        return self.vacances and any(
            p.debut <= jour < p.reprise
            for p in calendrier_scolaire(annee_sts(jour, calendrier), calendrier, zone).vacances
        )
