"""The map: the applications, the exchanges between them, what last passed, what waits and until when.

Source: AAF-12, EDT-49. Nothing is kept here: it is what the services' journals and outboxes say, and the timetable.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from services.pilotage.rules import textes
from services.pilotage.rules.carte import FlecheVue, voir
from services.pilotage.rules.chaine import CHAINE, ROLES, TITRES
from services.pilotage.rules.fleches import FLECHES
from services.pilotage.use_cases.journaux import Memoire
from services.pilotage.use_cases.poste import Poste
from shared.horloge.nuits import Etape, horaire
from shared.screens.liens import lien_vers


class Application(Struct, frozen=True):
    """A node: where its pages are, and whether it answers (`cause`: why not)."""

    nom: str
    titre: str
    role: str
    lien: str
    repond: bool
    cause: str = ""


class Carte(Struct, frozen=True):
    """The map at the bac's instant. `textes` and `etats` are what the page prints, by address."""

    instant: datetime
    applications: tuple[Application, ...]
    fleches: tuple[FlecheVue, ...]
    suite: tuple[Etape, ...]
    textes: Mapping[str, str]
    etats: Mapping[str, str]


def dresser(poste: Poste, memoire: Memoire, adresses: Mapping[str, str]) -> Carte:
    """Draw the map up. A service that does not answer is shown as such; what it had said before stays."""
    releve = memoire.relever(poste)
    nuits = horaire(poste.profil)
    vues = voir(FLECHES, releve, poste.instant, nuits, poste.fuseau)
    return Carte(
        instant=poste.instant,
        applications=tuple(
            Application(
                nom=nom,
                titre=TITRES[nom],
                role=ROLES[nom],
                lien=lien_vers(adresses, poste.bac, nom),
                repond=nom not in releve.muets,
                cause=releve.muets.get(nom, ""),
            )
            for nom in CHAINE
        ),
        fleches=tuple(vues),
        suite=tuple(nuits.suite(poste.instant, poste.fuseau)),
        textes=textes.adresses_des_textes(vues, releve.muets, poste.fuseau),
        etats=textes.adresses_des_etats(vues, releve.muets),
    )
