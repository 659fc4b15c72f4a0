"""The night timetable: which batch is due when, in the académie's own time zone.

Source: architecture, "How it runs > Nights" (table of the default timetable); delays of procedures CAL-07 to
CAL-13. A timetable is data: a bac may replace hours and days (`avec_reglages`). Public holidays count as days that
are not worked where the académie says « 48 Heures (voire 72h) » (CAL-12, inferred).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from shared.contracts.refus import Inconnu, Refus
from shared.horloge.alimentations import CalendrierAlimentation
from shared.horloge.annees import Calendrier
from shared.horloge.calendrier import Zone, est_ferie_en_semaine
from shared.horloge.profils import ProfilAcademique

LUNDI, MARDI, MERCREDI, JEUDI, VENDREDI, SAMEDI, DIMANCHE = range(7)
TOUS_LES_JOURS = frozenset(range(7))
SAUF_SAMEDI = TOUS_LES_JOURS - {SAMEDI}
SAUF_DIMANCHE = TOUS_LES_JOURS - {DIMANCHE}
ALIMENTATION = "aaf_alimentation"
PORTEE, PORTEE_PROJET = 10, 20_000
"""Days in which a batch is sure to run: those that a project suspends may be many."""
# The batches that a public holiday stops, and how many days after the batch that holiday falls.
ECART_AU_FERIE = {"aaf_integration": 1, ALIMENTATION: 0}


class Creneau(Struct, frozen=True):
    """One batch's place in the night: name, local time, weekdays (0 = Monday), rank in a tie."""

    nom: str
    heure: time
    jours: frozenset[int]
    ordre: int


class Etape(Struct, frozen=True):
    """One stop of a data item on its way to the ENT: the batch that carries it and the instant (UTC)."""

    nom: str
    instant: datetime


class HoraireNuits(Struct, frozen=True):
    """A night timetable: its slots in declared order, and the weekdays on which the AAF feed is complete."""

    creneaux: tuple[Creneau, ...]
    jours_flux_complet: frozenset[int] = frozenset({SAMEDI})
    feries: Calendrier | None = None
    """Whose public holidays the AAF does not work on: no feed that day, no integration the evening before, as for a
    Sunday. None: it works on them."""
    projet: tuple[CalendrierAlimentation, Calendrier, Zone] | None = None
    """The calendar of the ENT project whose nights these are, within the académie's calendar. None: any project."""

    def pour_projet(self, propre: CalendrierAlimentation, profil: ProfilAcademique) -> HoraireNuits:
        """Return the nights as one ENT project lives them."""
        complets = frozenset(propre.jours_complets) or self.jours_flux_complet
        return replace(self, jours_flux_complet=complets, projet=(propre, profil.calendrier, profil.zone))

    def creneau(self, nom: str) -> Creneau:
        """Return the slot of batch `nom`. Raises `Inconnu` (TRAITEMENT_INCONNU)."""
        for creneau in self.creneaux:
            if creneau.nom == nom:
                return creneau
        raise Inconnu(
            f"L'horaire des nuits n'a pas de traitement « {nom} ».",
            code="TRAITEMENT_INCONNU",
            remede=f"Choisissez l'un de ceux-ci : {', '.join(c.nom for c in self.creneaux)}.",
        )

    def prochain(self, nom: str, apres: datetime, fuseau: ZoneInfo) -> datetime:
        """Return the first instant strictly after `apres` (aware) at which batch `nom` is due, in UTC.

        On the night when clocks go forward, a time that does not exist is run at the same offset as before
        the change (02:30 becomes 03:30); when they go back, the first of the two is meant: one run a day.
        """
        creneau = self.creneau(nom)
        jour = apres.astimezone(fuseau).date() - timedelta(days=1)
        for _ in range(PORTEE if self.projet is None else PORTEE_PROJET):
            if self.travaille(nom, jour):
                instant = _instant(jour, creneau.heure, fuseau)
                if instant > apres:
                    return instant
            jour += timedelta(days=1)
        raise Refus(
            f"Le traitement « {nom} » n'a aucun jour de passage.",
            code="HORAIRE_INVALIDE",
            remede="Donnez-lui au moins un jour de la semaine dans l'horaire des nuits.",
        )

    def travaille(self, nom: str, jour: date) -> bool:
        """Tell whether batch `nom` runs on `jour`: its weekdays, public holidays, the project's own calendar."""
        if jour.weekday() not in self.creneau(nom).jours:
            return False
        if nom == ALIMENTATION and self.projet is not None and self.projet[0].ferme(jour, *self.projet[1:]):
            return False
        if self.feries is None or nom not in ECART_AU_FERIE:
            return True
        return not est_ferie_en_semaine(jour + timedelta(days=ECART_AU_FERIE[nom]), self.feries)

    def tri(self, nom: str, instant: datetime) -> tuple[datetime, int]:
        """Return the sorting key of a due batch: earlier first, then the declared order."""
        return instant, self.creneau(nom).ordre

    def suite(self, apres: datetime, fuseau: ZoneInfo, noms: Iterable[str] | None = None) -> list[Etape]:
        """Return the next run of each batch (all, or those of `noms`), in the order of running."""
        choisis = [c.nom for c in self.creneaux] if noms is None else sorted(set(noms))
        etapes = [Etape(nom, self.prochain(nom, apres, fuseau)) for nom in choisis]
        return sorted(etapes, key=lambda etape: self.tri(etape.nom, etape.instant))

    def flux_complet(self, instant: datetime, fuseau: ZoneInfo) -> bool:
        """Tell whether the AAF feed written at `instant` is a complete one (Saturday), not a delta.

        A complete feed that a day without feed prevented is the next one written.
        """
        jour = instant.astimezone(fuseau).date()
        while jour.weekday() not in self.jours_flux_complet:
            jour -= timedelta(days=1)
            if self.travaille(ALIMENTATION, jour):
                return False
        return True

    def trajet(self, depart: datetime, fuseau: ZoneInfo, depuis: str = "bee_depots") -> list[Etape]:
        """Return the stops, up to the ENT, of what is deposited or typed at `depart`.

        `depuis` is `bee_depots` (a deposit of group links), or the remontée that takes the data directly
        (`remontee_bee`, `remontee_sts`, `remontee_rectorat`). An integration takes the remontées up to the
        day before (CAL-08 to CAL-13).
        """
        noms = ["bee_depots", "remontee_bee"] if depuis == "bee_depots" else [depuis]
        etapes: list[Etape] = []
        instant = depart
        for nom in noms:
            instant = self.prochain(nom, instant, fuseau)
            etapes.append(Etape(nom, instant))
        jour_remontee = instant.astimezone(fuseau).date()
        instant = self.prochain("aaf_integration", instant, fuseau)
        while instant.astimezone(fuseau).date() <= jour_remontee:
            instant = self.prochain("aaf_integration", instant, fuseau)
        etapes.append(Etape("aaf_integration", instant))
        for nom in (ALIMENTATION, "ent_alimentation"):
            instant = self.prochain(nom, instant, fuseau)
            etapes.append(Etape(nom, instant))
        return etapes

    def avec_reglages(self, reglages: Mapping[str, Mapping[str, Any]]) -> HoraireNuits:
        """Return a copy with some slots changed: `{"bee_depots": {"heure": "21:30", "jours": [0, 1, 2]}}`.

        Raises `Inconnu` (TRAITEMENT_INCONNU) or `Refus` (HORAIRE_INVALIDE).
        """
        for nom in reglages:
            self.creneau(nom)
        return replace(
            self,
            creneaux=tuple(_regle(creneau, reglages.get(creneau.nom, {})) for creneau in self.creneaux),
        )

    def en_json(self) -> dict[str, dict[str, Any]]:
        """Return the slots as plain JSON values, in the form that `avec_reglages` reads."""
        return {c.nom: {"heure": c.heure.strftime("%H:%M"), "jours": sorted(c.jours)} for c in self.creneaux}


def _instant(jour: date, heure: time, fuseau: ZoneInfo) -> datetime:
    return datetime.combine(jour, heure, fuseau).astimezone(UTC)


def _regle(creneau: Creneau, reglage: Mapping[str, Any]) -> Creneau:
    try:
        if set(reglage) - {"heure", "jours"}:
            raise ValueError
        heure = time.fromisoformat(str(reglage["heure"])) if "heure" in reglage else creneau.heure
        jours = frozenset(int(j) for j in reglage["jours"]) if "jours" in reglage else creneau.jours
        if heure.tzinfo is not None or not jours or not jours <= TOUS_LES_JOURS:
            raise ValueError
    except (TypeError, ValueError) as erreur:
        raise Refus(
            f"L'horaire donné pour le traitement « {creneau.nom} » ne convient pas.",
            code="HORAIRE_INVALIDE",
            remede="Donnez une heure (« 22:00 ») et des jours de 0 (lundi) à 6 (dimanche), au moins un.",
            details={"traitement": creneau.nom},
        ) from erreur
    return replace(creneau, heure=heure, jours=jours)


def _declare(*lignes: tuple[str, time, frozenset[int]]) -> HoraireNuits:
    return HoraireNuits(tuple(Creneau(n, h, j, ordre) for ordre, (n, h, j) in enumerate(lignes)))


# The declared order is the order in which data flow: it decides between batches due at the same instant.
HORAIRE_PAR_DEFAUT = _declare(
    ("rectorat_diffusion", time(19, 0), TOUS_LES_JOURS),
    ("bee_depots", time(22, 0), TOUS_LES_JOURS),
    ("remontee_bee", time(23, 30), TOUS_LES_JOURS),
    ("remontee_sts", time(23, 30), TOUS_LES_JOURS),
    ("remontee_rectorat", time(23, 30), TOUS_LES_JOURS),
    ("aaf_integration", time(20, 0), SAUF_SAMEDI),
    ("ent_gar", time(21, 0), TOUS_LES_JOURS),
    ("aaf_alimentation", time(2, 0), SAUF_DIMANCHE),
    ("ent_alimentation", time(5, 0), TOUS_LES_JOURS),
    ("edt_envoi_ent", time(5, 30), TOUS_LES_JOURS),  # after the accounts, which the timetable is matched with
)

# By the profile's setting `nuits`. `tous_les_jours` is an académie whose AAF also works at the week-end.
HORAIRES: dict[str, HoraireNuits] = {
    "jours_ouvres": HORAIRE_PAR_DEFAUT,
    "tous_les_jours": HORAIRE_PAR_DEFAUT.avec_reglages(
        {"aaf_integration": {"jours": range(7)}, "aaf_alimentation": {"jours": range(7)}}
    ),
}


def horaire(profil: ProfilAcademique) -> HoraireNuits:
    """Return the night timetable that the profile chooses (`nuits`, `delai.ent`, `calendrier`)."""
    choisi = HORAIRES[profil.nuits]
    if profil.delai_ent == "48-72h" and profil.nuits == "jours_ouvres":
        return _avec_feries(choisi, profil.calendrier)
    return choisi


@lru_cache(maxsize=8)
def _avec_feries(nuits: HoraireNuits, calendrier: Calendrier) -> HoraireNuits:
    return replace(nuits, feries=calendrier)


def prochain(nom: str, apres: datetime, fuseau: ZoneInfo) -> datetime:
    """Return `HORAIRE_PAR_DEFAUT.prochain(nom, apres, fuseau)`."""
    return HORAIRE_PAR_DEFAUT.prochain(nom, apres, fuseau)
