"""SYSCA, EduConnect, the date butoir of the V.S., the DSI's certificates (REC-14, REC-18 to REC-20)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from services.rectorat.use_cases import dsi, remontee_vs, sysca
from shared.contracts import echanges as msg
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()


class DateButoir(BaseModel):
    annee: int = Field(ge=1990, le=2100)
    date_butoir: date


class Remontee(BaseModel):
    """What a base sent up last: complete fiches, legal responsables, fiches held back."""

    uai: str
    millesime: int
    recue_le: datetime
    eleves: int
    responsables: int
    retenues: int


@routeur.get("/sysca")
def lister_remontees(u: Lecture) -> list[Remontee]:
    """What each base of SIECLE sent up last."""
    return [Remontee.model_validate(r, from_attributes=True) for r in sysca.remontees(u)]


@routeur.get("/etablissements/{uai}/sysca/{millesime}")
def lire_sysca(u: Lecture, uai: str, millesime: int) -> msg.RemonteeSysca:
    """The fiches of a base: those that went up, those held back and why."""
    return sysca.fiches(u, uai, millesime)


@routeur.get("/etablissements/{uai}/educonnect/{millesime}")
def lire_comptes(u: Lecture, uai: str, millesime: int, q: str = "") -> list[sysca.CompteEduConnect]:
    """The EduConnect accounts made of these fiches."""
    return sysca.comptes(u, uai, millesime, q)


@routeur.get("/remontee-vs")
def lister_dates(u: Lecture) -> list[dict[str, Any]]:
    """The dates butoirs of the remontée des V.S., by STS year."""
    return [
        {"annee": d.annee, "date_butoir": d.date_butoir, "fixee_le": d.fixee_le} for d in remontee_vs.dates_butoirs(u)
    ]


@routeur.post("/remontee-vs", status_code=201)
def fixer_date(u: Ecriture, corps: DateButoir) -> DateButoir:
    """Fix the date butoir of a STS year."""
    remontee_vs.fixer_date_butoir(u, corps.annee, corps.date_butoir)
    return corps


@routeur.get("/certificats")
def lister_certificats(u: Lecture) -> list[dict[str, Any]]:
    """The NetSynchro certificates asked of the DSI."""
    return [
        {"uai": c.uai, "annee": c.annee, "demande_le": c.demande_le, "delivre_le": c.delivre_le}
        for c in dsi.certificats(u)
    ]


@routeur.post("/certificats/{uai}/{annee}/delivrance")
def delivrer(u: Ecriture, uai: str, annee: int) -> dict[str, str]:
    """The DSI delivers one at once."""
    dsi.delivrer(u, uai, annee)
    return {"etat": "delivre"}
