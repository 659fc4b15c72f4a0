"""The delay to the ENT as each académie announces it, and what it comes to on the simulated clock.

Source: procedures CAL-11 to CAL-13 (`delai.ent`): guides 000 §4.2 and §4.5, 001 §4, 003 §3.2.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from shared.horloge.nuits import Etape, horaire
from shared.horloge.profils import ProfilAcademique


class Annonce(Struct, frozen=True):
    """What an académie says of the delay: its words, from when it counts, what stretches it."""

    mots: str
    depuis: str
    reserve: str


ANNONCES: dict[str, Annonce] = {
    "48h": Annonce(
        "T + 48 h",
        "après le dépôt dans SIECLE ou l'export des services",
        "Ce qui part un vendredi n'arrive que le lundi matin : l'annuaire ne travaille pas le samedi soir.",
    ),
    "48-72h": Annonce(
        "48 Heures (voire 72h)",
        "après l'import dans SIECLE",
        "Davantage quand des jours ne sont pas travaillés : l'annuaire ne sert ni le dimanche ni un férié.",
    ),
    "1-2j_apres_traitement": Annonce(
        "un ou deux jours plus tard",
        "que le compte rendu de l'import, lisible le lendemain du dépôt",
        "Deux jours après un compte rendu du samedi : l'annuaire n'alimente pas l'ENT le dimanche.",
    ),
}


class Delai(Struct, frozen=True):
    """What leaves at an instant: the announcement, the stops up to the ENT, when it is there."""

    reglage: str
    annonce: Annonce
    depart: datetime
    etapes: tuple[Etape, ...]

    @property
    def arrivee(self) -> datetime:
        """The morning on which the ENT has it."""
        return self.etapes[-1].instant


def delai(profil: ProfilAcademique, depart: datetime, depuis: str = "bee_depots") -> Delai:
    """What is deposited (`bee_depots`) or exported (`remontee_bee`, `remontee_sts`) at `depart`, an aware instant.

    Raises `Inconnu` (TRAITEMENT_INCONNU) for another starting point.
    """
    etapes = horaire(profil).trajet(depart, profil.zone_horaire, depuis=depuis)
    return Delai(profil.delai_ent, ANNONCES[profil.delai_ent], depart, tuple(etapes))
