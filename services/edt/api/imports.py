"""Imports: what comes in from STS-Web and SIECLE (superviseur, SPR)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import File, Form, UploadFile

from services.edt.chemins import API
from services.edt.use_cases import import_siecle, import_sts, netsynchro
from shared.http.dependances import Ecriture
from shared.http.routes import Routeur

routeur = Routeur()


@routeur.post(API + "/imports/sts")
def importer_sts(
    u: Ecriture,
    uai: str,
    annee: int,
    fichier: Annotated[UploadFile, File()],
    structures: Annotated[bool | None, Form()] = None,
) -> dict[str, Any]:
    """Récupérer les données de STSWEB (sts_emp)."""
    return import_sts.importer_sts(u, uai, annee, fichier.filename or "", fichier.file.read(), structures=structures)


@routeur.post(API + "/imports/siecle")
def importer_siecle(
    u: Ecriture,
    uai: str,
    annee: int,
    fichiers: Annotated[list[UploadFile] | None, File()] = None,
    methode: Annotated[import_siecle.Methode, Form()] = "fichiers",
    nouveaux: Annotated[bool, Form()] = True,
    identite: Annotated[bool, Form()] = True,
    scolarite: Annotated[bool, Form()] = True,
    ignorer_sortis: Annotated[bool, Form()] = True,
    alimenter_groupes: Annotated[bool, Form()] = False,
) -> dict[str, Any]:
    """Récupérer les données des élèves (files of SIECLE)."""
    choix = import_siecle.ChoixDonnees(nouveaux, identite, scolarite, ignorer_sortis, alimenter_groupes)
    if methode == "netsynchro":
        return netsynchro.recuperer(u, uai, annee, choix)
    lus = [(f.filename or "", f.file.read()) for f in fichiers or ()]
    return import_siecle.importer_siecle(u, uai, annee, lus, choix)
