"""Exports and imports."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Form, Response, UploadFile

from services.sts_web.api.corps import ANNEE, ExportServicesCorps
from services.sts_web.use_cases import emploi_du_temps, exports, imports
from shared.contracts.refus import Inconnu
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()
GENRES = {"json": "application/json", "xml": "application/xml", "csv": "text/csv; charset=utf-8"}


@routeur.get(ANNEE + "/exports")
def get_exports(u: Lecture, uai: str, annee: int) -> list[exports.ExportVue]:
    """The last export of each kind and what became of it."""
    return exports.derniers(u, uai, annee)


@routeur.get(ANNEE + "/exports/{genre}/fichier", response_class=Response)
def get_export(u: Lecture, uai: str, annee: int, genre: str) -> Response:
    """What the last export of that kind sent or wrote."""
    for e in exports.derniers(u, uai, annee):
        if e.genre == genre:
            nom = e.fichier or f"{genre}_{uai}_{annee}.json"
            return fichier_joint(nom, u.fichiers.lire(e.digest))
    raise Inconnu("Cet export n'a jamais été fait.", code="EXPORT_INCONNU", remede="Lancez-le d'abord.")


@routeur.post(ANNEE + "/exports/emploi-du-temps", response_class=Response)
def post_export_edt(u: Ecriture, uai: str, annee: int) -> Response:
    """The sts_emp file."""
    fichier = emploi_du_temps.exporter(u, uai, annee)
    return fichier_joint(fichier.nom, fichier.contenu)


@routeur.post(ANNEE + "/exports/structure")
def post_export_structure(u: Ecriture, uai: str, annee: int) -> exports.ExportFait:
    """Send the structure to BEE."""
    return exports.exporter_structure(u, uai, annee)


@routeur.post(ANNEE + "/exports/services")
def post_export_services(u: Ecriture, uai: str, annee: int, corps: ExportServicesCorps) -> exports.ExportFait:
    """Send the services to BEE, or make the file for a private editor."""
    return exports.exporter_services(u, uai, annee, corps.destination)


@routeur.post(ANNEE + "/imports/emploi-du-temps")
def post_import_edt(
    u: Ecriture,
    uai: str,
    annee: int,
    fichier: UploadFile,
    conserver_services: Annotated[Literal["oui", "non"], Form()],
) -> imports.RapportImport:
    """Import the remontée of the timetable software; the answer is the report."""
    return imports.importer(
        u,
        uai,
        annee,
        fichier.file,
        fichier.filename or "emp_sts.xml",
        conserver_services=conserver_services == "oui",
    )


@routeur.get(ANNEE + "/imports/emploi-du-temps")
def get_import_edt(u: Lecture, uai: str, annee: int) -> imports.RapportImport | None:
    """The report of the last import, null when there was none."""
    rapport = imports.dernier_rapport(u, uai, annee)
    return imports.RapportImport(**rapport) if rapport else None


def fichier_joint(nom: str, contenu: bytes) -> Response:
    """A file to save (STS-43: never to open)."""
    genre = GENRES.get(nom.rpartition(".")[2], "application/octet-stream")
    return Response(contenu, media_type=genre, headers={"Content-Disposition": f'attachment; filename="{nom}"'})
