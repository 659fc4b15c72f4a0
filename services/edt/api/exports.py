"""Exports: the assistant's checks, what goes out to STS-Web, SIECLE and the ENT (superviseur, SPR)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from pydantic import BaseModel
from starlette.responses import Response

from services.edt import rules
from services.edt.chemins import API
from services.edt.use_cases import annee_suivante, bases, controles, exports, netsynchro
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()


class OptionsSts(BaseModel):
    """`assistant`: it stops on the points de contrôle that are not set aside (`mis_de_cote`, their codes)."""

    assistant: bool = False
    mis_de_cote: list[str] = []


class OptionsLiens(BaseModel):
    """`internet` False: the client is offline, and the millésime it writes is wrong (EDT-39)."""

    internet: bool = True
    exclusif: bool = True


class OptionsPreparation(BaseModel):
    """`hebergee`: the file stays on the school's hosted machine too."""

    destination: annee_suivante.Destination = "ordinateur"


class OptionsEnt(BaseModel):
    """`cle_publique`: the ENT's RSA key in PEM; without it the file is in clear."""

    socle: str = rules.SOCLE
    cle_publique: str | None = None


@routeur.get(API + "/controles")
def lire_controles(u: Lecture, uai: str, annee: int) -> list[controles.PointDeControle]:
    """The points de contrôle of the export to STS-Web."""
    return controles.controler(u, uai, annee)


@routeur.post(API + "/exports/sts", response_class=Response)
def exporter_sts(u: Ecriture, uai: str, annee: int, corps: OptionsSts | None = None) -> Response:
    """The file for STS-Web (emp_sts)."""
    options = corps or OptionsSts()
    mis_de_cote = options.mis_de_cote if options.assistant else None
    return repondre_fichier(exports.exporter_sts(u, uai, annee, mis_de_cote), "application/xml")


@routeur.post(API + "/exports/liens", response_class=Response)
def exporter_liens(u: Ecriture, uai: str, annee: int, corps: OptionsLiens | None = None) -> Response:
    """The liens élève-groupe zip for SIECLE."""
    options = corps or OptionsLiens()
    return repondre_fichier(
        exports.exporter_liens(u, uai, annee, internet=options.internet, exclusif=options.exclusif), "application/zip"
    )


@routeur.post(API + "/exports/ent", response_class=Response)
def exporter_ent(u: Ecriture, uai: str, annee: int, corps: OptionsEnt | None = None) -> Response:
    """The timetable for the ENT (ExportEmploiDuTemps)."""
    from services.edt.use_cases import export_ent  # its format is heavy, and few export

    options = corps or OptionsEnt()
    cle = options.cle_publique.encode() if options.cle_publique else None
    return repondre_fichier(export_ent.exporter_ent(u, uai, annee, options.socle, cle), "application/xml")


@routeur.post(API + "/exports/preparation", response_class=Response)
def preparer_annee_suivante(u: Ecriture, uai: str, annee: int, corps: OptionsPreparation | None = None) -> Response:
    """PRONOTE, Préparer l'année suivante: the file that the new base takes in."""
    options = corps or OptionsPreparation()
    return repondre_fichier(annee_suivante.preparer(u, uai, annee, options.destination), "application/zip")


@routeur.get(API + "/netsynchro")
def lire_certificat(u: Lecture, uai: str, annee: int) -> dict[str, str]:
    """Gestion du certificat NetSynchro: `absent`, `demande`, `installe`."""
    return {"certificat": netsynchro.etat_certificat(u, bases.trouver(u, uai, annee))}


@routeur.post(API + "/netsynchro/certificat")
def demander_certificat(u: Ecriture, uai: str, annee: int) -> dict[str, str]:
    """Ask the DSI for the certificate."""
    return {"certificat": netsynchro.demander_certificat(u, uai, annee)}


@routeur.post(API + "/netsynchro/liens", status_code=201)
def deposer_liens(u: Ecriture, uai: str, annee: int) -> dict[str, Any]:
    """Put the liens élèves/groupes in SIECLE, without carrying the zip."""
    return netsynchro.deposer_liens(u, uai, annee)


def repondre_fichier(fichier: exports.FichierExporte, genre: str) -> Response:
    """A file as a download; what the software says of it is in X-Rentree-Message, URL-encoded."""
    return Response(
        fichier.contenu,
        media_type=genre,
        headers={
            "Content-Disposition": f'attachment; filename="{fichier.nom}"',
            "X-Rentree-Message": quote(fichier.message),
            "X-Rentree-Avertissements": quote(" | ".join(fichier.avertissements)[:3000]),
        },
    )
