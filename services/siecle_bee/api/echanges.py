"""Exportations en XML, deposit of group links, Suivi des échanges."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Form, UploadFile
from starlette.responses import Response

from services.siecle_bee.api.bases import BASE
from services.siecle_bee.use_cases import bases, depots, exports, suivi
from services.siecle_bee.use_cases.depots import LigneCompteRendu
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()


@routeur.post(BASE + "/exports-xml/{nom}", response_class=Response)
def exporter(u: Ecriture, uai: str, millesime: int, nom: str) -> Response:
    """Exportations > En XML: the zip of one entry (Nomenclature, ElevesSansAdresses…)."""
    fichier = exports.exporter(u, bases.base(u, uai, millesime), exports.export_nomme(nom))
    return Response(
        fichier.contenu,
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{fichier.nom}"'},
    )


@routeur.post(BASE + "/importations/liens-eleve-groupe", status_code=201)
def deposer(
    u: Ecriture, uai: str, millesime: int, fichier: UploadFile, confirmation: Annotated[str, Form()] = ""
) -> dict[str, Any]:
    """Deposit the zip of group links; `confirmation=ok` stands for the OK of the dialog. Treated in the night."""
    b = bases.base(u, uai, millesime)
    confirme = confirmation.lower() in ("ok", "oui")
    depot, message = depots.deposer(u, b, fichier.filename or "", fichier.file.read(), confirme=confirme)
    return {"message": message, "depot": depot.id, "fichier": depot.fichier, "eleves": depot.lus}


@routeur.get(BASE + "/suivi/liens-eleve-groupe")
def suivi_liens(u: Lecture, uai: str, millesime: int) -> list[dict[str, Any]]:
    """Suivi des échanges > Logiciel privé - Liens élève-groupe: the deposits treated, the latest first."""
    return [
        {
            "id": ligne.depot.id,
            "date_import": ligne.date,
            "depose_le": ligne.depot.depose_le,
            "traite_le": ligne.depot.traite_le,
            "fichier": ligne.depot.fichier,
            "eleves": ligne.depot.lus,
            "absents": ligne.depot.absents,
            "etat": ligne.depot.etat,
        }
        for ligne in depots.suivi(u, bases.base(u, uai, millesime))
    ]


@routeur.get(BASE + "/suivi/liens-eleve-groupe/{depot_id}")
def compte_rendu(u: Lecture, uai: str, millesime: int, depot_id: int) -> dict[str, Any]:
    """Compte-rendu d'import des liens élève-groupe."""
    cr = depots.compte_rendu(u, bases.base(u, uai, millesime), depot_id)
    d = cr.depot
    return {
        "id": d.id,
        "date_import": cr.date,
        "fichier": d.fichier,
        "etat": d.etat,
        "erreur": d.erreur,
        "lus": d.lus,
        "complets": d.complets,
        "partiels": d.partiels,
        "rejetes": d.rejetes,
        "absents": d.absents,
        "liens": d.liens,
        "section1_rejetes": [_ligne(ligne) for ligne in cr.rejetes],
        "section2_anomalies": [_ligne(ligne) for ligne in cr.anomalies],
    }


def _ligne(ligne: LigneCompteRendu) -> dict[str, Any]:
    return {
        "eleve": ligne.eleve,
        "identifiants": ligne.identifiants,
        "eleve_id": ligne.eleve_id,
        "anomalie": ligne.anomalie,
        "regle": ligne.regle,
        "details": [{"regle": a.regle, "code": a.code, "phrase": a.phrase, "groupe": a.groupe} for a in ligne.details],
    }


@routeur.get(BASE + "/suivi/structures")
def suivi_structures(u: Lecture, uai: str, millesime: int) -> list[dict[str, Any]]:
    """Suivi des échanges > STS Web - Structures: what came from STS-Web, the latest first."""
    return [
        {"genre": e.genre, "exporte_le": e.exporte_le, "recu_le": e.recu_le, "resume": e.resume}
        for e in suivi.echanges_sts(u, bases.base(u, uai, millesime))
    ]
