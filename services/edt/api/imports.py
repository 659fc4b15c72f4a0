"""Imports: what comes in from STS-Web and SIECLE (superviseur, SPR)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import File, Form, UploadFile

from services.edt.chemins import API
from services.edt.use_cases import annee_suivante, codifications, import_siecle, import_sts, netsynchro, pronote
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


@routeur.post(API + "/imports/codifications")
def mettre_a_jour_codifications(
    u: Ecriture, uai: str, annee: int, fichier: Annotated[UploadFile, File()]
) -> dict[str, int]:
    """Mettre à jour les codifications (Nomenclature of SIECLE)."""
    return codifications.mettre_a_jour(u, uai, annee, fichier.filename or "", fichier.file.read())


@routeur.post(API + "/imports/preparation")
def initialiser_pronote(
    u: Ecriture,
    uai: str,
    annee: int,
    fichier: Annotated[UploadFile | None, File()] = None,
    hebergee: Annotated[bool, Form()] = False,
    genres: Annotated[list[pronote.Genre] | None, Form()] = None,
) -> dict[str, Any]:
    """PRONOTE, Initialiser la base: from EDT's data, and what the previous year prepared."""
    source: annee_suivante.Source = (
        "hebergee" if hebergee else (fichier.filename or "", fichier.file.read()) if fichier else None
    )
    return annee_suivante.initialiser(u, uai, annee, source, genres or pronote.GENRES)
