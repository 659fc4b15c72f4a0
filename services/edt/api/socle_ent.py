"""The ENT as EDT and PRONOTE know it: the URL of the automatic export, the matching of identities (SPR)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import File, UploadFile
from pydantic import BaseModel

from services.edt import models as m
from services.edt import rules
from services.edt.chemins import API
from services.edt.use_cases import envoi_ent, identites_ent
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()
ICI = API + "/exports/ent/automatique"


class EnvoiDemande(BaseModel):
    """The URL that the authorised user of the ENT received (EDT-46)."""

    url: str
    socle: str = rules.SOCLE


class EnvoiVu(BaseModel):
    """Where the base sends by itself; `envois`: latest first, with the ENT's answers."""

    socle: str
    url: str
    enregistre_le: datetime
    envois: list[dict[str, Any]]


@routeur.put(ICI)
def enregistrer(u: Ecriture, uai: str, annee: int, corps: EnvoiDemande) -> EnvoiVu:
    """Put the URL into EDT: from then on it sends by itself, each morning."""
    return _vue(u, envoi_ent.enregistrer(u, uai, annee, corps.url, corps.socle))


@routeur.get(ICI)
def lire(u: Lecture, uai: str, annee: int) -> EnvoiVu | None:
    """Where the base sends, and what became of it; null when it does not."""
    fait = envoi_ent.socle(u, uai, annee)
    return None if fait is None else _vue(u, fait)


@routeur.post(ICI)
def envoyer(u: Ecriture, uai: str, annee: int) -> dict[str, int]:
    """Send at once, without waiting for the morning; the ENT's answer is then in `envois`."""
    return {"cours": envoi_ent.envoyer(u, uai, annee, immediat=True)}


@routeur.delete(ICI, status_code=204)
def arreter(u: Ecriture, uai: str, annee: int) -> None:
    """Send no more."""
    envoi_ent.arreter(u, uai, annee)


@routeur.post(API + "/imports/identites-ent")
def rapprocher(
    u: Ecriture, uai: str, annee: int, responsables: Annotated[UploadFile | None, File()] = None
) -> dict[str, Any]:
    """Match the base's people (and the responsables of SIECLE's export, when it is given) with the ENT's accounts."""
    fichier = (responsables.filename or "responsables.xml", responsables.file.read()) if responsables else None
    return identites_ent.rapprocher(u, uai, annee, fichier)


def _vue(u: Lecture, fait: m.SocleEnt) -> EnvoiVu:
    return EnvoiVu(
        socle=fait.socle,
        url=fait.url,
        enregistre_le=fait.enregistre_le,
        envois=envoi_ent.envois(u, fait.uai, fait.annee),
    )
