"""What the superviseur (SPR) sends out (ACC-09).

« Exporter vers STSWEB », « Exporter les liens élèves/groupes », « Export de l'emploi du temps vers un socle »,
« Préparer l'année suivante », NetSynchro.
"""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import File, Form, Request, UploadFile
from starlette.responses import Response

from services.edt import models as m
from services.edt import rules
from services.edt.chemins import PAGES
from services.edt.screens.cadre import Coche, page
from services.edt.use_cases import annee_suivante, bases, controles, copies, exports, groupes, netsynchro, pronote
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.screens.pages import rediriger

routeur = Routeur()
BUREAU = "Bureau"
CLIENT = {"2013": "EDT VS 2013", "2018": "PRONOTE 2017"}
"""Who speaks in « Information - … »: the client of the guides, by look (EDT-38)."""
OU_REPARER = {
    "GROUPES_SANS_EFFECTIF": "groupes",
    "PARTIES_SANS_EFFECTIF": "groupes",
    "NOMS_DIFFERENTS": "correspondances?onglet=groupe",
    "NOMS_DE_GROUPES": "groupes",
    "COURS_PONDERES_A_ZERO": "services",
    "SERVICES_ECARTES": "correspondances",
    controles.MIS_DE_COTE: "services",
    "CONFORMITE_MATIERES": "correspondances",
    "SERVICES_SANS_COURS": "emploi-du-temps",
    "CONFLITS": "emploi-du-temps",
}
"""The page of a base where each point de contrôle is mended."""
TYPES = {
    "sts": "application/xml",
    "liens": "application/zip",
    "ent": "application/xml",
    "preparation": "application/zip",
}


@routeur.get(PAGES + "/exports/sts")
def page_sts(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """The assistant: points de contrôle, then the export."""
    base = bases.trouver(u, uai, annee)
    return page(
        request,
        u,
        base,
        "export_sts.html",
        "Exporter vers STSWEB",
        liens=OU_REPARER,
        a_refaire=copies.a_refaire(u, uai, annee),
        points=controles.controler(u, uai, annee),
        fait=u.session.get(m.ExportFait, (uai, annee, "sts")),
    )


@routeur.post(PAGES + "/exports/sts")
def exporter_sts(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    assistant: Coche = False,
    mis_de_cote: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Write the file for STS-Web, with the assistant or without."""
    fichier = exports.exporter_sts(u, uai, annee, (mis_de_cote or ()) if assistant else None)
    return rediriger(request, f"/{uai}/{annee}/exports/sts", f"{fichier.message}.")


@routeur.get(PAGES + "/exports/liens")
def page_liens(
    request: Request, u: Lecture, uai: str, annee: int, fait: bool = False, dossier: str = BUREAU
) -> Response:
    """The form, and what the software said of the last file (`fait`: it was just written, in `dossier`)."""
    base = bases.trouver(u, uai, annee)
    return page(
        request,
        u,
        base,
        "export_liens.html",
        "Exporter les liens élèves/groupes",
        nb=groupes.nombre_de_liens(u, uai, annee),
        export=u.session.get(m.ExportFait, (uai, annee, "liens")),
        informer=fait,
        dossier=dossier,
        client=CLIENT.get(u.profil.habillage, "EDT 2022"),
        millesime=base.millesime,
    )


@routeur.post(PAGES + "/exports/liens")
def exporter_liens(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    exclusif: Coche = False,
    hors_ligne: Coche = False,
    dossier: Annotated[str, Form()] = BUREAU,
) -> Response:
    """Write the zip for SIECLE."""
    exports.exporter_liens(u, uai, annee, internet=not hors_ligne, exclusif=exclusif)
    suite = urlencode({"fait": "true", "dossier": dossier.strip()[:80] or BUREAU})
    return rediriger(request, f"/{uai}/{annee}/exports/liens?{suite}")


@routeur.get(PAGES + "/exports/ent")
def page_ent(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """The « socle ENT », and the last file."""
    base = bases.trouver(u, uai, annee)
    return page(
        request,
        u,
        base,
        "export_ent.html",
        "Export de l'emploi du temps vers un socle",
        socles=[(s, s) for s in rules.SOCLES],
        socle=rules.SOCLE,
        fait=u.session.get(m.ExportFait, (uai, annee, "ent")),
    )


@routeur.post(PAGES + "/exports/ent")
def exporter_ent(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    socle: Annotated[str, Form()],
    cle_publique: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Write the timetable for the ENT, encrypted when its key is given."""
    from services.edt.use_cases import export_ent  # its format is heavy, and few export

    cle = cle_publique.file.read() if cle_publique else b""
    fichier = export_ent.exporter_ent(u, uai, annee, socle, cle or None)
    return rediriger(request, f"/{uai}/{annee}/exports/ent", f"{fichier.message}.")


@routeur.get(PAGES + "/exports/preparation")
def page_preparation(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """« Préparer l'année suivante »: where to put the file."""
    base = bases.trouver(u, uai, annee)
    destinations = [("ordinateur", "Sur mon ordinateur")]
    if base.hebergee:
        destinations.append(("hebergee", annee_suivante.SUR_MA_MACHINE))
    return page(
        request,
        u,
        base,
        "export_preparation.html",
        "Préparer l'année suivante",
        destinations=destinations,
        comptes=[(pronote.TITRES[g], len(lignes)) for g, lignes in pronote.lister(u, uai, annee).items()],
        fait=u.session.get(m.ExportFait, (uai, annee, "preparation")),
        hebergee=annee_suivante.hebergee(u, uai, annee + 1),
    )


@routeur.post(PAGES + "/exports/preparation")
def preparer(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    destination: Annotated[annee_suivante.Destination, Form()] = "ordinateur",
) -> Response:
    """Write the file."""
    fichier = annee_suivante.preparer(u, uai, annee, destination)
    return rediriger(request, f"/{uai}/{annee}/exports/preparation", f"{fichier.message}.")


@routeur.get(PAGES + "/netsynchro")
def page_netsynchro(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """Gestion du certificat NetSynchro, and the deposit that it allows."""
    base = bases.trouver(u, uai, annee)
    etat = netsynchro.etat_certificat(u, base)
    return page(request, u, base, "netsynchro.html", "Gestion du certificat NetSynchro", etat=etat)


@routeur.post(PAGES + "/netsynchro/certificat")
def demander_certificat(request: Request, u: Ecriture, uai: str, annee: int) -> Response:
    """Ask the DSI for it."""
    netsynchro.demander_certificat(u, uai, annee)
    return rediriger(request, f"/{uai}/{annee}/netsynchro", "Le certificat est demandé à la DSI.")


@routeur.post(PAGES + "/netsynchro/liens")
def deposer_liens(request: Request, u: Ecriture, uai: str, annee: int) -> Response:
    """Put the links in SIECLE."""
    depot = netsynchro.deposer_liens(u, uai, annee)
    message = f"Les liens élèves/groupes de {depot['eleves']} élèves sont déposés dans SIECLE."
    return rediriger(request, f"/{uai}/{annee}/netsynchro", message)


@routeur.get(PAGES + "/exports/{genre}/fichier")
def telecharger(u: Lecture, uai: str, annee: int, genre: Literal["sts", "liens", "ent", "preparation"]) -> Response:
    """The last file of that kind."""
    fichier = exports.dernier(u, uai, annee, genre)
    return Response(
        fichier.contenu,
        media_type=TYPES[genre],
        headers={"Content-Disposition": f'attachment; filename="{fichier.nom}"', "Cache-Control": "no-store"},
    )
