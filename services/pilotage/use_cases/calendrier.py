"""The calendar of a year for a school: what was done on which simulated day, what is late, how long the ENT takes.

Source: CAL-01 to CAL-06, CAL-11 to CAL-13; the applications' journals say what was done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from msgspec import Struct

from services.pilotage.rules.annee import CONSIGNES, fenetre, jalons
from services.pilotage.rules.calendrier import Dates, Etape, Jalon, dater
from services.pilotage.rules.chaine import Source
from services.pilotage.rules.lignes import Ligne
from services.pilotage.use_cases.poste import Poste
from services.pilotage.use_cases.voisins import Question, Voisins
from shared.contracts.refus import Refus
from shared.horloge.calendrier import CalendrierScolaire, calendrier_scolaire
from shared.horloge.delais import Delai, delai
from shared.horloge.profils import ProfilAcademique

LUES = 300
SANS_ECOLE = frozenset({"agents", "import_aaf", "nomenclatures"})
"""Lines that speak of the whole académie, and name no school."""
PREMIERE, DERNIERE = 1990, 2200


class CalendrierVu(Struct, frozen=True):
    """A school's year: `annee` is the STS year, `annees` those that may be looked at, `muets` who did not answer."""

    uai: str
    annee: int
    annees: tuple[int, ...]
    libelle: str
    scolaire: CalendrierScolaire
    campagne: tuple[date, date]
    etapes: tuple[Etape, ...]
    consignes: tuple[str, ...]
    delai: Delai
    muets: Mapping[str, str]

    @property
    def libelles(self) -> dict[str, str]:
        """What each step is, by its key."""
        return {e.jalon.cle: e.jalon.quoi for e in self.etapes}

    @property
    def en_retard(self) -> tuple[Etape, ...]:
        """The steps that are late today."""
        return tuple(e for e in self.etapes if e.etat == "en_retard")


def dresser(poste: Poste, voisins: Voisins, uai: str = "", annee: int | None = None) -> CalendrierVu:
    """The calendar of a school and year; by default the school that STS-Web lists first, and the year that is being
    prepared or has begun. Raises `Refus` ANNEE_HORS_CALENDRIER.
    """
    profil, jour = poste.profil, poste.horloge.aujourd_hui()
    choisie = annee or profil.annee_sts_preparation(jour) or profil.annee_sts(jour)
    if not PREMIERE <= choisie <= DERNIERE:
        raise Refus(
            f"L'année {choisie} n'a pas de calendrier.",
            code="ANNEE_HORS_CALENDRIER",
            remede=f"Choisissez une année de {PREMIERE} à {DERNIERE}.",
        )
    muets: dict[str, str] = {}
    ecole = uai or _premiere_ecole(poste.bac, voisins, muets)
    scolaire = calendrier_scolaire(choisie, profil.calendrier, profil.zone)
    dates = Dates(choisie, scolaire, _campagne(poste.bac, voisins, profil, ecole, choisie))
    prevus = jalons(profil, dates)
    lignes = _lignes(poste, voisins, ecole, dates, prevus, muets)
    arrivees = _arrivees(prevus, lignes, profil)
    return CalendrierVu(
        uai=ecole,
        annee=choisie,
        annees=tuple(sorted({choisie, profil.annee_sts(jour), profil.annee_sts(jour) + 1})),
        libelle=f"{choisie}-{choisie + 1}" if profil.calendrier == "nord" else str(choisie),
        scolaire=scolaire,
        campagne=dates.campagne,
        etapes=dater(prevus, lignes, poste.instant, poste.fuseau, arrivees),
        consignes=CONSIGNES,
        delai=delai(profil, poste.instant),
        muets=muets,
    )


def _premiere_ecole(bac: str, voisins: Voisins, muets: dict[str, str]) -> str:
    (reponse,) = voisins.demander(bac, [Question("sts_web", "/api/etablissements")])
    if reponse.cause is not None:
        muets["sts_web"] = reponse.cause
    lues: list[dict[str, Any]] = reponse.valeur or []
    ouvertes = [e["uai"] for e in lues if e["annees"]]
    return str((ouvertes or [e["uai"] for e in lues] or [""])[0])


def _campagne(bac: str, voisins: Voisins, profil: ProfilAcademique, uai: str, annee: int) -> tuple[date, date]:
    """The campagne « Rentrée » as STS-Web says it, else its usual dates."""
    if uai:
        chemin = f"/api/etablissements/{uai}/annees/{annee}/campagne"
        (reponse,) = voisins.demander(bac, [Question("sts_web", chemin)])
        if reponse.cause is None:
            return date.fromisoformat(reponse.valeur["debut"]), date.fromisoformat(reponse.valeur["fin"])
    if profil.calendrier == "sud":
        return date(annee, 3, 5), date(annee, 3, 19)
    return date(annee, 9, 1), date(annee, 10, 15)


def _lignes(
    poste: Poste, voisins: Voisins, uai: str, dates: Dates, prevus: Sequence[Jalon], muets: dict[str, str]
) -> dict[str, list[Ligne]]:
    """By step, the journal lines of that school (or of the académie) and year."""
    sources = sorted({s for j in prevus for s in j.sources}, key=lambda s: (s.service, s.genre, s.sens))
    questions = []
    for s in sources:
        parametres: list[tuple[str, str | int]] = [("genre", s.genre), ("sens", s.sens), ("limite", LUES)]
        if s.genre not in SANS_ECOLE:
            parametres.append(("uai", uai))
        questions.append(Question(s.service, "/_sim/journal", tuple(parametres)))
    premier, fin = (datetime.combine(j, time(), poste.fuseau) for j in fenetre(dates))
    admises = {None, dates.annee, poste.profil.millesime_de_l_annee(dates.annee)}
    lues: dict[Source, list[Ligne]] = {}
    for s, r in zip(sources, voisins.demander(poste.bac, questions), strict=True):
        if r.cause is not None:
            muets[s.service] = r.cause
            continue
        lignes = (Ligne.du_json(x) for x in r.valeur)
        lues[s] = [x for x in lignes if premier <= x.instant < fin and x.annee in admises]
    return {j.cle: [x for s in j.sources for x in lues.get(s, ())] for j in prevus}


def _arrivees(
    prevus: Sequence[Jalon], lignes: Mapping[str, Sequence[Ligne]], profil: ProfilAcademique
) -> dict[str, datetime]:
    """When what a step first sent reaches the ENT."""
    depuis = "remontee_sts" if profil.aaf_chemin_services == "sts_direct" else "remontee_bee"
    departs = {j.cle: min(x.instant for x in lignes[j.arrivee]) for j in prevus if j.arrivee and lignes.get(j.arrivee)}
    return {cle: delai(profil, depart, depuis).arrivee for cle, depart in departs.items()}
