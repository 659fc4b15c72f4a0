"""The chain: its applications and its exchanges, what carries each of them, and the journal lines that speak of it.

Source: AAF-12 (the guides' drawings are the model of the map), EDT-49 (the numbers of the guides beside the arrows),
architecture "Nights". Pure data.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Mode = Literal["lot", "service_web", "personne"]
"""Carried by a batch of the night, by web service on the spot, or by a person who moves a file."""

TITRES: dict[str, str] = {
    "rectorat": "Rectorat",
    "sts_web": "STS-Web",
    "siecle_bee": "SIECLE BEE",
    "edt": "EDT / PRONOTE",
    "aaf": "AAF",
    "ent": "ENT",
    "pilotage": "Pilotage",
}
"""The applications in the order in which data flow, and the control room."""

ROLES: dict[str, str] = {
    "rectorat": "EPP, GI/GC, AFFELNET",
    "sts_web": "structure et services",
    "siecle_bee": "base élèves",
    "edt": "emploi du temps",
    "aaf": "annuaire fédérateur",
    "ent": "espace de travail",
    "pilotage": "horloge et carte",
}

LIEUX: dict[str, str] = {
    "rectorat": "au rectorat",
    "sts_web": "dans STS-Web",
    "siecle_bee": "dans SIECLE BEE",
    "edt": "dans EDT",
    "aaf": "dans l'AAF",
    "ent": "dans l'ENT",
}
"""« The pupil is … »."""

SUJETS: dict[str, str] = {
    "rectorat": "Le rectorat",
    "sts_web": "STS-Web",
    "siecle_bee": "SIECLE BEE",
    "edt": "EDT",
    "aaf": "L'AAF",
    "ent": "L'ENT",
}
"""« … does not answer »."""

CHAINE: tuple[str, ...] = tuple(nom for nom in TITRES if nom != "pilotage")


class Source(Struct, frozen=True):
    """The journal lines of a kind: those of `service`, of `genre`, of that `sens` (`recu`, `lot`, `action`)."""

    service: str
    genre: str
    sens: str


class Attente(Struct, frozen=True):
    """What has been done and has not gone on yet.

    Arguments: `sources`, the lines that speak of it; `mot`, how one of them is counted (singular, plural);
    `lot`, the batch that will take it; without it, it waits for a person: `geste` says what she must do and
    `fin` are the lines that say she did. `par_ligne`: count lines, not the things in them; `par_annee`: a line ends
    the waiting of its school's year only (STS year on both sides); `par_ecole`: a later line of the same school
    and year takes the place of the former (a deposit replaces the one before it).
    """

    sources: tuple[Source, ...]
    mot: tuple[str, str]
    lot: str | None = None
    geste: str = ""
    fin: tuple[Source, ...] = ()
    par_ligne: bool = True
    par_annee: bool = True
    par_ecole: bool = False


class Echange(Struct, frozen=True):
    """One exchange. `envois`: its kinds in the sender's outbox; `passages`: the lines that say it has passed."""

    cle: str
    libelle: str
    mode: Mode
    passages: tuple[Source, ...]
    lot: str | None = None
    envois: tuple[str, ...] = ()
    attentes: tuple[Attente, ...] = ()
    synchro: str = ""
    fiche_2013: str = ""


class Fleche(Struct, frozen=True):
    """The exchanges from an application to another; `court` is its name on the drawing."""

    de: str
    vers: str
    court: str
    echanges: tuple[Echange, ...]

    @property
    def cle(self) -> str:
        """Its identifier on the page."""
        return f"{self.de}-{self.vers}"

    @property
    def lots(self) -> tuple[str, ...]:
        """The batches that make something pass on it."""
        lots = {e.lot for e in self.echanges if e.lot}
        return tuple(sorted(lots | {p.genre for e in self.echanges for p in e.passages if p.sens == "lot"}))

    @property
    def mode(self) -> Mode:
        """How its first exchange is carried: decides how the arrow is drawn."""
        return self.echanges[0].mode
