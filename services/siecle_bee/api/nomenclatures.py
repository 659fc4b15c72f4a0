"""The module Nomenclatures, and the structures received from STS-Web."""

from __future__ import annotations

from typing import Any

from services.siecle_bee.api.bases import BASE
from services.siecle_bee.api.messages import (
    DemandeAjoutCorps,
    MatiereLocaleCorps,
    SelectionCorps,
    division_json,
    groupe_json,
)
from services.siecle_bee.use_cases import bases, matieres_locales, nomenclatures
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()


@routeur.get(BASE + "/nomenclatures")
def etat(u: Lecture, uai: str, millesime: int) -> dict[str, Any]:
    """What was received, selected and profiled."""
    b = bases.base(u, uai, millesime)
    return {
        "derniere_version": nomenclatures.derniere_version(u),
        "version_recue": b.version_recue,
        "version_profilee": b.version_profilee,
        "nouvelles": nomenclatures.nouvelles_nomenclatures(u, b),
        "mefs": [{"code": c, "libelle": li} for c, li in bases.mefs_profiles(u, b).items()],
        "matieres": [
            {"code": code, "code_gestion": gestion, "libelle": libelle}
            for code, (gestion, libelle) in nomenclatures.matieres_profilees(u, b).items()
        ],
    }


@routeur.post(BASE + "/nomenclatures/reception")
def reception(u: Ecriture, uai: str, millesime: int) -> dict[str, Any]:
    """« Réceptionner les nomenclatures de scolarité »."""
    return nomenclatures.receptionner(u, bases.base(u, uai, millesime))


@routeur.post(BASE + "/nomenclatures/selection")
def selection(u: Ecriture, uai: str, millesime: int, corps: SelectionCorps) -> dict[str, Any]:
    """« Sélectionner les nomenclatures propres à l'établissement »."""
    return nomenclatures.selectionner(u, bases.base(u, uai, millesime), corps.mefs, corps.matieres)


@routeur.post(BASE + "/nomenclatures/profilage")
def profilage(u: Ecriture, uai: str, millesime: int) -> dict[str, Any]:
    """« Lancer le profilage des nomenclatures »."""
    return matieres_locales.profiler(u, bases.base(u, uai, millesime))


@routeur.post(BASE + "/nomenclatures/demande", status_code=201)
def demande(u: Ecriture, uai: str, millesime: int, corps: DemandeAjoutCorps) -> dict[str, str]:
    """Ask the académie, by mail, for a nomenclature that is missing."""
    nomenclatures.demander_ajout(u, bases.base(u, uai, millesime), corps.genre, corps.code, corps.texte)
    return {"etat": "envoyee"}


@routeur.post(BASE + "/nomenclatures/matieres-locales", status_code=201)
def definir_matiere(u: Ecriture, uai: str, millesime: int, corps: MatiereLocaleCorps) -> dict[str, str]:
    """Define a matière of a lycée professionnel; usable after the next profilage."""
    matieres_locales.definir(u, bases.base(u, uai, millesime), corps.code, corps.code_gestion, corps.libelle)
    return {"etat": "a_profiler"}


@routeur.delete(BASE + "/nomenclatures/matieres-locales/{code}", status_code=204)
def supprimer_matiere(u: Ecriture, uai: str, millesime: int, code: str) -> None:
    """Take away a matière that the school defined and nobody follows."""
    matieres_locales.supprimer(u, bases.base(u, uai, millesime), code)


@routeur.get(BASE + "/structures")
def structures(u: Lecture, uai: str, millesime: int) -> dict[str, Any]:
    """Divisions and groups as last received from STS-Web."""
    b = bases.base(u, uai, millesime)
    return {
        "exportees_le": b.structures_exportees_le,
        "recues_le": b.structures_recues_le,
        "services_exportes_le": b.services_exportes_le,
        "divisions": [division_json(d) for d in bases.divisions(u, b)],
        "groupes": [groupe_json(g) for g in bases.groupes(u, b)],
    }
