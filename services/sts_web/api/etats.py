"""États des services, validation of the V.S., journal, dates of the campagne."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Query, Response

from services.sts_web.api.corps import ANNEE, CampagneCorps
from services.sts_web.api.echanges import fichier_joint
from services.sts_web.use_cases import campagnes, etats, journal, validation
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()


@routeur.get(ANNEE + "/etat-des-services")
def get_etat(u: Lecture, uai: str, annee: int) -> etats.EtatServices:
    """Apport, services, ARE, HSA, indemnités of every agent."""
    return etats.etat(u, uai, annee)


@routeur.get(ANNEE + "/etat-des-services/fichier", response_class=Response)
def get_etat_csv(u: Lecture, uai: str, annee: int) -> Response:
    """The same, for a spreadsheet (CSV)."""
    return fichier_joint(f"etat_des_services_{uai}_{annee}.csv", etats.en_csv(etats.etat(u, uai, annee)))


@routeur.get(ANNEE + "/services-discipline")
def get_disciplines(u: Lecture, uai: str, annee: int) -> list[etats.LigneDiscipline]:
    """The same, added up by discipline."""
    return etats.par_discipline(u, uai, annee)


@routeur.get(ANNEE + "/vs")
def get_vs(u: Lecture, uai: str, annee: int) -> validation.VsVue:
    """Where the V.S. stand, and what to look at before validating them."""
    return validation.lire(u, uai, annee)


@routeur.post(ANNEE + "/vs/validation")
def post_vs(u: Ecriture, uai: str, annee: int) -> validation.VsVue:
    """« Validation des V.S. »."""
    validation.valider(u, uai, annee)
    return validation.lire(u, uai, annee)


@routeur.delete(ANNEE + "/vs/validation", status_code=204)
def delete_vs(u: Ecriture, uai: str, annee: int) -> None:
    """Take the validation back, before the date butoir."""
    validation.annuler(u, uai, annee)


@routeur.get(ANNEE + "/vs/fichier", response_class=Response)
def get_vs_fichier(u: Lecture, uai: str, annee: int) -> Response:
    """The V.S. as they were validated."""
    return fichier_joint(f"vs_{uai}_{annee}.json", validation.fichier(u, uai, annee))


@routeur.put("/campagnes/{annee}")
def put_campagne(u: Ecriture, annee: int, corps: CampagneCorps) -> CampagneCorps:
    """Fix the dates of the campagne « Rentrée » of a year, for the whole académie."""
    campagnes.fixer(u, annee, corps.debut, corps.fin)
    return corps


@routeur.get("/etablissements/{uai}/journal")
def get_journal(
    u: Lecture,
    uai: str,
    annee: int | None = None,
    genre: str = "",
    acteur: str = "",
    du: date | None = None,
    au: date | None = None,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> journal.Journal:
    """« Edition journal »: what was done, by whom, when, latest first."""
    return journal.lire(u, uai, journal.Filtre(annee, genre, acteur, du, au), page)


@routeur.get("/etablissements/{uai}/journal/fichier", response_class=Response)
def get_journal_csv(
    u: Lecture,
    uai: str,
    annee: int | None = None,
    genre: str = "",
    acteur: str = "",
    du: date | None = None,
    au: date | None = None,
) -> Response:
    """The same whole, for a spreadsheet (CSV)."""
    return fichier_joint(f"journal_{uai}.csv", journal.en_csv(u, uai, journal.Filtre(annee, genre, acteur, du, au)))
