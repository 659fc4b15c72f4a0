"""Importations of dossiers (affectation, autre EPLE), and the origin school's export."""

from __future__ import annotations

from typing import Any

from services.siecle_bee.api.bases import BASE
from services.siecle_bee.api.messages import ClesCorps, ExportEpleCorps
from services.siecle_bee.models import Dossier
from services.siecle_bee.use_cases import bases, dossiers
from services.siecle_bee.use_cases.creation import Creation
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()


def _dossier(d: Dossier) -> dict[str, Any]:
    return {
        "cle": d.cle,
        "tour": d.tour,
        "ine": d.contenu.get("ine"),
        "nom": d.contenu["nom"],
        "prenoms": d.contenu["prenoms"],
        "date_naissance": d.contenu["date_naissance"],
        "mef": d.contenu["mef"],
        "uai_origine": d.uai_origine,
        "sortie_le": d.sortie_le,
        "recu_le": d.recu_le,
    }


def _creation(creation: Creation) -> dict[str, Any]:
    return {
        "eleves": [{"cle": cle, "eleve_id": eleve_id} for cle, eleve_id in sorted(creation.crees.items())],
        "revenus": [{"cle": cle, "eleve_id": eleve_id} for cle, eleve_id in sorted(creation.revenus.items())],
        "deja_presents": [{"cle": cle, "eleve_id": eleve_id} for cle, eleve_id in sorted(creation.deja.items())],
    }


@routeur.get(BASE + "/importations/affectation")
def affectation(u: Lecture, uai: str, millesime: int) -> list[dict[str, Any]]:
    """Importations > Dossiers depuis affectation: what waits."""
    return [_dossier(d) for d in dossiers.en_attente(u, bases.base(u, uai, millesime), dossiers.AFFECTATION)]


@routeur.post(BASE + "/importations/affectation")
def importer_affectation(u: Ecriture, uai: str, millesime: int, corps: ClesCorps) -> dict[str, Any]:
    """Make fiches of the dossiers chosen (all when `cles` is null)."""
    return _creation(dossiers.importer(u, bases.base(u, uai, millesime), dossiers.AFFECTATION, corps.cles))


@routeur.delete(BASE + "/importations/affectation")
def supprimer_affectation(u: Ecriture, uai: str, millesime: int, corps: ClesCorps) -> dict[str, int]:
    """Take dossiers away from the list."""
    b = bases.base(u, uai, millesime)
    return {"supprimes": dossiers.supprimer(u, b, dossiers.AFFECTATION, corps.cles or [])}


@routeur.get(BASE + "/importations/autre-eple")
def autre_eple(u: Lecture, uai: str, millesime: int) -> list[dict[str, Any]]:
    """Importations > Dossiers depuis autre EPLE: what other schools exported."""
    return [_dossier(d) for d in dossiers.en_attente(u, bases.base(u, uai, millesime), dossiers.EPLE)]


@routeur.post(BASE + "/importations/autre-eple")
def importer_autre_eple(u: Ecriture, uai: str, millesime: int, corps: ClesCorps) -> dict[str, Any]:
    """« IMPORTER » the dossiers chosen (all when `cles` is null)."""
    return _creation(dossiers.importer(u, bases.base(u, uai, millesime), dossiers.EPLE, corps.cles))


@routeur.delete(BASE + "/importations/autre-eple")
def supprimer_autre_eple(u: Ecriture, uai: str, millesime: int, corps: ClesCorps) -> dict[str, int]:
    """« SUPPRIMER » the lines that do not concern the school."""
    return {"supprimes": dossiers.supprimer(u, bases.base(u, uai, millesime), dossiers.EPLE, corps.cles or [])}


@routeur.post(BASE + "/exportations/dossiers-eple")
def exporter_eple(u: Ecriture, uai: str, millesime: int, corps: ExportEpleCorps) -> dict[str, Any]:
    """Record the exit of pupils and export their dossiers to another school."""
    return dossiers.exporter_vers_eple(
        u,
        bases.base(u, uai, millesime),
        corps.eleve_ids,
        corps.vers,
        corps.date_sortie,
        corps.motif,
        corps.millesime,
    )
