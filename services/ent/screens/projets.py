"""The ENT projects: opening one, its settings, taken from a known ENT or one by one."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Form, Request
from msgspec.structs import replace
from pydantic import BaseModel
from starlette.responses import Response

from services.ent import models
from services.ent.rules import DEGRES, modeles
from services.ent.rules.logins import PremiersPas, RegleLogin
from services.ent.screens.cadre import chiffres, page_de_projet
from services.ent.use_cases import cycle, projets
from shared.contracts.refus import Refus
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Message
from shared.screens.pages import rediriger

routeur = Routeur()

_CODE = r"^[A-Za-z0-9_-]{1,60}$"
_JOURS = r"^ *[0-9]{0,4} *$"


class Saisie(BaseModel):
    """The form of a project; `purge_jours` empty follows the profile."""

    aaf_projet: str = ""
    libelle: str = ""
    uais: str = ""
    purge_jours: str = ""

    def etablissements(self) -> list[str]:
        """The UAI, however they are separated."""
        return self.uais.replace(",", " ").replace(";", " ").upper().split()


def _jours(texte: str) -> int | None:
    return int(texte) if texte.strip() else None


@routeur.get("/projets")
def lister(request: Request, u: Lecture) -> Response:
    """The projects, and the form that opens one."""
    return _liste(request, u, {})


@routeur.post("/projets")
def ouvrir(
    request: Request,
    u: Ecriture,
    code: Annotated[str, Form(pattern=_CODE)],
    aaf_projet: Annotated[str, Form(pattern=_CODE)],
    libelle: Annotated[str, Form(min_length=1, max_length=200)],
    uais: Annotated[str, Form(min_length=8)],
    modele: Annotated[Literal["", "entmip", "ecollege31", "entcore", "laclasse"], Form()] = "",
    purge_jours: Annotated[str, Form(pattern=_JOURS)] = "",
) -> Response:
    """Open a project."""
    reglages = modeles.MODELES[modele].reglages if modele else modeles.Reglages()
    if purge_jours.strip():
        reglages = replace(reglages, purge_jours=_jours(purge_jours))
    saisie = Saisie(aaf_projet=aaf_projet, libelle=libelle, uais=uais, purge_jours=purge_jours)
    try:
        ouvert = projets.creer_projet(u, code, aaf_projet, libelle, saisie.etablissements(), reglages)
    except Refus as refus:
        u.session.rollback()
        return _liste(request, u, saisie.model_dump() | {"code": code, "modele": modele}, refus)
    return rediriger(
        request, f"/projets/{code}", f"Projet « {ouvert.code} » ouvert : il sera alimenté la nuit prochaine."
    )


def _liste(request: Request, u: Unite, saisie: dict[str, Any], refus: Refus | None = None) -> Response:
    return page_de_projet(
        request,
        "projets.html",
        "Projets d'ENT",
        refus.statut if refus else 200,
        lignes=[(p, cycle.delai_purge(u, p)) for p in projets.projets(u)],
        modeles=modeles.MODELES,
        choix=[(code, m.libelle) for code, m in modeles.MODELES.items()],
        saisie=Saisie().model_dump() | {"code": "", "modele": ""} | saisie,
        chiffres=chiffres,
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


@routeur.get("/projets/{code}")
def voir(request: Request, u: Lecture, code: str) -> Response:
    """A project: what it follows, and the form of its settings."""
    return _projet(request, u, projets.projet(u, code))


@routeur.post("/projets/{code}")
def modifier(
    request: Request,
    u: Ecriture,
    code: str,
    aaf_projet: Annotated[str, Form(pattern=_CODE)],
    libelle: Annotated[str, Form(min_length=1, max_length=200)],
    uais: Annotated[str, Form(min_length=8)],
    regle_login: Annotated[RegleLogin, Form()],
    premiers_pas: Annotated[PremiersPas, Form()],
    desactivation_jours: Annotated[str, Form(pattern=_JOURS)],
    suppressions_delta: Annotated[modeles.SuppressionsDelta, Form()],
    flux: Annotated[modeles.Flux, Form()],
    nommage: Annotated[modeles.Nommage, Form()],
    purge_jours: Annotated[str, Form(pattern=_JOURS)] = "",
    fusion_ine: Annotated[str, Form()] = "",
) -> Response:
    """Change a project, setting by setting."""
    reglages = modeles.Reglages(
        modele=projets.projet(u, code).modele,
        regle_login=regle_login,
        premiers_pas=premiers_pas,
        desactivation_jours=_jours(desactivation_jours) or 0,
        purge_jours=_jours(purge_jours),
        suppressions_delta=suppressions_delta,
        flux=flux,
        nommage=nommage,
        fusion_ine=bool(fusion_ine),
    )
    saisie = Saisie(aaf_projet=aaf_projet, libelle=libelle, uais=uais)
    try:
        projets.modifier_projet(u, code, aaf_projet, libelle, saisie.etablissements(), reglages)
    except Refus as refus:
        u.session.rollback()
        return _projet(request, u, projets.projet(u, code), reglages, saisie, refus)
    return rediriger(request, f"/projets/{code}", "Projet modifié.")


@routeur.post("/projets/{code}/modele")
def prendre_modele(
    request: Request,
    u: Ecriture,
    code: str,
    modele: Annotated[Literal["entmip", "ecollege31", "entcore", "laclasse"], Form()],
) -> Response:
    """Take the settings of a known ENT."""
    lu = projets.projet(u, code)
    projets.modifier_projet(u, code, lu.aaf_projet, lu.libelle, lu.uais, modeles.MODELES[modele].reglages)
    return rediriger(request, f"/projets/{code}", f"Réglages pris : {modeles.MODELES[modele].libelle}.")


def _projet(
    request: Request,
    u: Unite,
    lu: models.Projet,
    reglages: modeles.Reglages | None = None,
    saisie: Saisie | None = None,
    refus: Refus | None = None,
) -> Response:
    return page_de_projet(
        request,
        "projet.html",
        f"Projet {lu.code}",
        refus.statut if refus else 200,
        dans=("Projets d'ENT", "/projets"),
        projet=lu,
        purge=cycle.delai_purge(u, lu),
        modele=modeles.MODELES.get(lu.modele),
        connus=[(code, m.libelle) for code, m in modeles.MODELES.items()],
        r=reglages or projets.reglages_de(lu),
        saisie=saisie or Saisie(aaf_projet=lu.aaf_projet, libelle=lu.libelle, uais=" ".join(lu.uais)),
        m=modeles,
        degres=DEGRES,
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )
