"""Administration > Imports AAF: reports, import of a feed by hand."""

from __future__ import annotations

from typing import Annotated

from fastapi import File, Form, Request, UploadFile
from starlette.responses import Response

from services.ent.rules.modeles import LIBELLES_FLUX, LIBELLES_SUPPRESSIONS
from services.ent.screens.cadre import BASE, chemin, page
from services.ent.use_cases import cycle, imports, projets
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.screens.pages import rediriger

routeur = Routeur()


@routeur.get(BASE + "/imports")
def lister(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """The imports, latest first, and the form of an import by hand."""
    projet = projets.projet_de(u, uai)
    return page(
        request,
        u,
        uai,
        annee,
        "imports.html",
        "Imports AAF",
        fil=("Administration",),
        projet=projet,
        lignes=imports.imports(u, projet.code),
        purge=cycle.delai_purge(u, projet),
        suppressions=LIBELLES_SUPPRESSIONS,
        flux=LIBELLES_FLUX,
    )


@routeur.post(BASE + "/imports")
def importer(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    archive: Annotated[UploadFile, File()],
    numero: Annotated[str, Form(pattern=r"^ *[0-9]{0,8} *$")] = "",
) -> Response:
    """Import a feed by hand; its report is shown, applied or refused."""
    projet = projets.projet_de(u, uai)
    nom = archive.filename or "alimentation"
    fait = imports.importer_a_la_main(u, projet.code, archive.file, nom, int(numero) if numero.strip() else None)
    vers = chemin(uai, annee, f"imports/{fait.id}")
    if fait.etat == "refuse":
        return rediriger(request, vers, f"L'alimentation est refusée. {fait.phrase}", "erreur")
    return rediriger(request, vers, "L'alimentation est appliquée.")


@routeur.get(BASE + "/imports/{import_id:int}")
def un_import(request: Request, u: Lecture, uai: str, annee: int, import_id: int) -> Response:
    """The report of an import."""
    projet = projets.projet_de(u, uai)
    return page(
        request,
        u,
        uai,
        annee,
        "import.html",
        f"Import n° {import_id}",
        fil=("Administration", "Imports AAF"),
        projet=projet,
        fait=imports.un_import(u, projet.code, import_id),
        lignes=imports.lignes(u, projet.code, import_id),
    )
