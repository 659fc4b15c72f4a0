"""Home, schools."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from sqlalchemy import func, select
from starlette.responses import Response

from services.rectorat import models, use_cases
from services.rectorat.screens.cadre import page, prochaine_diffusion
from shared import nomenclatures
from shared.contracts import echanges as msg
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Pagination
from shared.screens.pages import rediriger

routeur = Routeur()


@routeur.get("/")
def accueil(request: Request, u: Lecture) -> Response:
    """What the académie holds, what waits for somebody, when things go out."""
    return page(
        request,
        u,
        "accueil.html",
        "Accueil",
        comptes={
            "etablissements": _compter(u, models.Etablissement),
            "epp": _compter(u, models.Agent, models.Agent.source == "epp"),
            "gigc": _compter(u, models.Agent, models.Agent.source == "gigc"),
            "a_verifier": _compter(u, models.DemandeIne, models.DemandeIne.etat == "a_verifier"),
            "a_publier": _compter(u, models.DossierAffectation, models.DossierAffectation.publie_le.is_(None)),
            "dossiers": _compter(u, models.DossierAssistance, models.DossierAssistance.etat == "ouvert"),
            "demandes": _compter(u, models.DemandeNomenclature, models.DemandeNomenclature.etat == "recue"),
            "certificats": _compter(u, models.CertificatNetsynchro, models.CertificatNetsynchro.delivre_le.is_(None)),
            "a_diffuser": _compter(u, models.Etablissement, models.Etablissement.a_diffuser),
        },
        version=u.session.scalar(select(func.max(models.JeuNomenclatures.version))),
        diffusion=prochaine_diffusion(u),
    )


def _compter(u: Unite, table: type[models.Base], *conditions: object) -> int:
    requete = select(func.count()).select_from(table)
    for condition in conditions:
        requete = requete.where(condition)  # type: ignore[arg-type]
    return u.session.scalar(requete) or 0


@routeur.post("/academie")
def declarer_academie(
    request: Request, u: Ecriture, code: Annotated[str, Form()], nom: Annotated[str, Form()]
) -> Response:
    """Name the académie."""
    use_cases.declarer_academie(u, code.strip(), nom.strip())
    return rediriger(request, "/", "Académie enregistrée.")


@routeur.get("/etablissements")
def lister_etablissements(request: Request, u: Lecture) -> Response:
    """Every school, and the form for a new one."""
    total = _compter(u, models.Etablissement)
    pages = Pagination.depuis(request.query_params, total)
    lignes = u.session.scalars(
        select(models.Etablissement).order_by(models.Etablissement.uai).offset(pages.debut).limit(pages.taille)
    ).all()
    nombres = dict(
        u.session.execute(
            select(models.Affectation.uai, func.count(models.Affectation.agent_id.distinct()))
            .where(models.Affectation.uai.in_([e.uai for e in lignes]))
            .group_by(models.Affectation.uai)
        ).all()
    )
    return page(
        request,
        u,
        "etablissements.html",
        "Établissements",
        etablissements=lignes,
        nombres=nombres,
        pages=pages,
        natures=[(n.code, f"{n.code} {n.libelle_long}") for n in nomenclatures.natures()],
    )


@routeur.post("/etablissements")
def ajouter_etablissement(
    request: Request,
    u: Ecriture,
    uai: Annotated[str, Form()],
    nom: Annotated[str, Form()],
    denomination: Annotated[str, Form()] = "COLLEGE",
    sigle: Annotated[str, Form()] = "CLG",
    nature: Annotated[str, Form()] = "340",
    adresse: Annotated[str, Form()] = "",
    code_postal: Annotated[str, Form()] = "",
    commune: Annotated[str, Form()] = "",
) -> Response:
    """Register a school, or change it."""
    academie = u.session.scalar(select(models.Academie).limit(1))
    ecole = msg.EtablissementMsg(
        uai=uai.strip().upper(),
        sigle=sigle.strip().upper(),
        denomination=denomination.strip().upper(),
        nom=nom.strip().upper(),
        nature=nature,
        categorie=sigle.strip().upper(),
        adresse=adresse.strip(),
        code_postal=code_postal.strip(),
        commune=commune.strip().upper(),
        academie_code=academie.code if academie else "",
        academie_nom=academie.nom if academie else "",
    )
    use_cases.declarer_etablissements(u, [ecole])
    return rediriger(request, "/etablissements", f"Établissement {ecole.uai} enregistré.")
