"""Schools, years, bascule, campagne."""

from __future__ import annotations

from fastapi import UploadFile

from services.sts_web.api.corps import ANNEE, BasculeCorps
from services.sts_web.use_cases import alertes, bascule, campagnes, etablissements, reprise
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()


@routeur.post("/reprise", status_code=201)
def post_reprise(u: Ecriture, fichier: UploadFile) -> reprise.RepriseFaite:
    """Load a school's year as it is, from a sts_emp file."""
    return reprise.reprendre(u, fichier.file, fichier.filename or "sts_emp.xml")


@routeur.get("/etablissements")
def get_etablissements(u: Lecture) -> list[etablissements.EtablissementVue]:
    """Every school and its years."""
    return etablissements.lister(u)


@routeur.get("/etablissements/{uai}")
def get_etablissement(u: Lecture, uai: str) -> etablissements.EtablissementVue:
    """One school and its years."""
    return etablissements.decrire(u, uai)


@routeur.post("/etablissements/{uai}/bascule", status_code=201)
def post_bascule(u: Ecriture, uai: str, corps: BasculeCorps) -> dict[str, int]:
    """Open the year in preparation."""
    return {"annee": bascule.basculer(u, uai, corps.reconduire)}


@routeur.get(ANNEE + "/campagne")
def get_campagne(u: Lecture, uai: str, annee: int) -> campagnes.CampagneVue:
    """The campagne « Rentrée » of a year, and a warning when the year may be the wrong one."""
    return campagnes.campagne(u, uai, annee)


@routeur.get(ANNEE + "/alertes")
def get_alertes(u: Lecture, uai: str, annee: int) -> list[alertes.Alerte]:
    """What deserves a look: the wrong year, exports out of date, groups without service, typing by hand."""
    return alertes.alertes(u, uai, annee)
