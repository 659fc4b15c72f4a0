"""Dossiers depuis logiciel privé: deposit, Suivi des échanges, compte rendu."""

from __future__ import annotations

from typing import Any

from fastapi import UploadFile
from msgspec.structs import asdict

from services.siecle_bee.api.bases import BASE
from services.siecle_bee.models import DepotDossiers
from services.siecle_bee.use_cases import bases, dossiers_prives
from services.siecle_bee.use_cases.jugement_dossiers import SECTIONS
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()


@routeur.post(BASE + "/importations/dossiers-prives", status_code=201)
def deposer(u: Ecriture, uai: str, millesime: int, fichier: UploadFile) -> dict[str, Any]:
    """Deposit the zip of a private school's dossiers: checked at once, treated in the night."""
    b = bases.base(u, uai, millesime)
    depot, message = dossiers_prives.deposer(u, b, fichier.filename or "", fichier.file.read())
    return {"message": message, "depot": depot.id, "fichier": depot.fichier, **depot.resume}


def _depot(d: DepotDossiers) -> dict[str, Any]:
    return {
        "id": d.id,
        "fichier": d.fichier,
        "logiciel": d.logiciel,
        "depose_le": d.depose_le,
        "traite_le": d.traite_le,
        "etat": d.etat,
        "erreur": d.erreur,
        **d.resume,
    }


@routeur.get(BASE + "/suivi/dossiers-prives")
def suivi(u: Lecture, uai: str, millesime: int) -> list[dict[str, Any]]:
    """Suivi des échanges > Logiciel privé - Dossiers: the deposits treated, the latest first."""
    return [_depot(d) for d in dossiers_prives.suivi(u, bases.base(u, uai, millesime))]


@routeur.get(BASE + "/suivi/dossiers")
def arrivees(u: Lecture, uai: str, millesime: int) -> list[dict[str, Any]]:
    """Every arrival of dossiers: affectation, other schools, private software; what waits, what was taken."""
    return [asdict(a) for a in dossiers_prives.arrivees(u, bases.base(u, uai, millesime))]


@routeur.get(BASE + "/suivi/dossiers-prives/{depot_id}")
def compte_rendu(u: Lecture, uai: str, millesime: int, depot_id: int) -> dict[str, Any]:
    """The report of a deposit: its counts, and its lines by section."""
    depot, sections = dossiers_prives.compte_rendu(u, bases.base(u, uai, millesime), depot_id)
    return _depot(depot) | {
        "sections": {
            code: [
                {"identifiant": li.identifiant, "id_prv": li.id_prv, "nom": li.nom, "regle": li.regle}
                | {"phrase": li.phrase}
                for li in sections.get(code, [])
            ]
            for code in SECTIONS
        }
    }
