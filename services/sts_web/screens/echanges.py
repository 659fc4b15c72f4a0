"""« Imports » and « Exports » (STS-05, STS-40 to STS-68)."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Form, Request, UploadFile
from starlette.responses import HTMLResponse, Response

from services.sts_web.api.echanges import fichier_joint
from services.sts_web.screens.annees import ANNEE
from services.sts_web.screens.cadre import agir, ouvrir, page
from services.sts_web.use_cases import alertes, emploi_du_temps, exports, imports
from shared.contracts.refus import Refus
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite

routeur = Routeur()


@routeur.get(ANNEE + "/imports/emploi-du-temps", response_class=HTMLResponse)
def import_edt(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """« Imports »: « Emploi du temps : Import de l'emploi du temps », and the report of the last one."""
    c = ouvrir(u, uai, annee)
    return page(
        request,
        u,
        c,
        "import_edt.html",
        "Imports",
        question=imports.QUESTION,
        rapport=c.annee.edt_rapport,
        importe_le=c.annee.edt_importe_le,
        a_verifier=alertes.annee_a_verifier(u, c),
    )


@routeur.post(ANNEE + "/imports/emploi-du-temps")
def importer(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    fichier: UploadFile | None = None,
    conserver_services: Annotated[Literal["oui", "non", ""], Form()] = "",
) -> Response:
    """Deposit the file of the timetable software; « Non » replaces the services (STS-47)."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        if fichier is None or not fichier.filename:
            raise Refus(
                "Aucun fichier sélectionné.",
                code="FICHIER_ABSENT",
                remede="Indiquez le chemin du fichier .xml produit par le logiciel d'emploi du temps.",
            )
        if not conserver_services:
            raise Refus(
                f"Répondez à la question « {imports.QUESTION} ».",
                code="REPONSE_ABSENTE",
                remede="Cochez « Non » pour que les services du fichier remplacent ceux de STS-Web.",
            )
        rapport = imports.importer(
            u, uai, annee, fichier.file, fichier.filename, conserver_services=conserver_services == "oui"
        )
        return f"L'emploi du temps a été importé. {rapport.conseil}"

    return agir(request, u, c, "imports/emploi-du-temps", action)


@routeur.get(ANNEE + "/exports/emploi-du-temps", response_class=HTMLResponse)
def export_edt(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """« Exports » > « Emploi du temps »."""
    return _page(request, u, uai, annee, "export_edt.html", "Exports", "emploi_du_temps")


@routeur.post(ANNEE + "/exports/emploi-du-temps")
def exporter_edt(u: Ecriture, uai: str, annee: int) -> Response:
    """The sts_emp file, to save and never open (STS-43)."""
    fichier = emploi_du_temps.exporter(u, uai, annee)
    return fichier_joint(fichier.nom, fichier.contenu)


@routeur.get(ANNEE + "/exports/structure", response_class=HTMLResponse)
def export_structure(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """« Exports » > « Structure »."""
    return _page(request, u, uai, annee, "export_structure.html", "Exports", "structure")


@routeur.post(ANNEE + "/exports/structure")
def exporter_structure(request: Request, u: Ecriture, uai: str, annee: int) -> Response:
    """Send the structure; the page ends with the message (STS-58)."""
    c = ouvrir(u, uai, annee)
    return agir(request, u, c, "exports/structure", lambda: exports.exporter_structure(u, uai, annee).message)


@routeur.get(ANNEE + "/exports/services", response_class=HTMLResponse)
def export_services(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """« Export - Services »: « Souhaitez-vous : … » (STS-64)."""
    return _page(request, u, uai, annee, "export_services.html", "Export - Services", "services")


@routeur.post(ANNEE + "/exports/services")
def exporter_services(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    destination: Annotated[Literal["sconet", "editeur"], Form()] = "sconet",
) -> Response:
    """Send the services, or make the file of an editor (STS-65, STS-66)."""
    c = ouvrir(u, uai, annee)
    return agir(
        request,
        u,
        c,
        "exports/services",
        lambda: exports.exporter_services(u, uai, annee, destination).message,
    )


def _page(request: Request, u: Unite, uai: str, annee: int, gabarit: str, titre: str, genre: str) -> HTMLResponse:
    c = ouvrir(u, uai, annee)
    vues = {e.genre: e for e in exports.derniers(u, uai, annee)}
    return page(
        request,
        u,
        c,
        gabarit,
        titre,
        a_verifier=alertes.annee_a_verifier(u, c),
        dernier=vues.get(genre),
        editeur=vues.get("services_editeur"),
        api=f"{getattr(request.state, 'base', '')}/api/etablissements/{uai}/annees/{annee}/exports",
    )
