"""AFFELNET, bascule of SIECLE-BEE, INE registry."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from sqlalchemy import case, func, select, true
from starlette.responses import Response

from services.rectorat import models, use_cases
from services.rectorat.screens.cadre import choix_etablissements, page, prochaine_diffusion
from shared.http.acces import peut
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.screens.composants import Pagination, pluriel
from shared.screens.pages import rediriger

routeur = Routeur()

TOURS = {"post-3eme": "AFFELNET POST-3EME", "entree-1ere": "AFFELNET ENTREE EN 1ERE"}
"""Entry of the portal (ACC-03) → tour d'affectation. Inferred, as the names of the tours are."""
ETATS = {
    "recue": ("en attente de numéro", "info"),
    "a_verifier": ("à vérifier", "avertissement"),
    "attribuee": ("attribué", "succes"),
}
ORDRE = {"a_verifier": 0, "recue": 1, "attribuee": 2}


@routeur.get("/affectation")
def lire_affectations(request: Request, u: Lecture, uai: str | None = None, tour: str = "") -> Response:
    """Results by school and tour: waiting, published; the dossiers of one school. `tour`: an entry of the portal."""
    t = models.DossierAffectation
    vus = u.du_perimetre(t.uai) & (t.tour == TOURS[tour] if tour in TOURS else true())
    bilan = u.session.execute(
        select(
            t.uai,
            t.millesime,
            t.tour,
            func.count(),
            func.count(t.publie_le),
            func.max(t.publie_le),
        )
        .where(vus)
        .group_by(t.uai, t.millesime, t.tour)
        .order_by(t.uai, t.millesime, t.tour)
    ).all()
    total = u.session.scalar(select(func.count()).select_from(t).where(t.uai == uai, vus)) if uai else 0
    pages = Pagination.depuis(request.query_params, total or 0)
    dossiers = (
        u.session.scalars(
            select(t)
            .where(t.uai == uai, vus)
            .order_by(t.millesime, t.tour, t.cle)
            .offset(pages.debut)
            .limit(pages.taille)
        ).all()
        if uai
        else []
    )
    return page(
        request,
        u,
        "affectation.html",
        "Affectation (AFFELNET)",
        bilan=bilan,
        a_publier=sorted({ligne[0] for ligne in bilan if ligne[3] > ligne[4]}),
        noms=dict(choix_etablissements(u)),
        uai=uai,
        publie=peut(request, "rectorat"),
        dossiers=dossiers,
        pages=pages,
    )


@routeur.post("/affectation/publication")
def publier(request: Request, u: Ecriture, uai: Annotated[str, Form()]) -> Response:
    """Publish the results of a school."""
    nb = use_cases.publier_affectations(u, uai)
    message = f"{pluriel(nb, 'dossier')} : publiés pour {uai}, ils attendent dans SIECLE BEE > Importations."
    return rediriger(request, "/affectation", message)


@routeur.get("/bascule")
def lire_bascules(request: Request, u: Lecture) -> Response:
    """Bases opened in SIECLE-BEE, and the form to open another."""
    jour = u.horloge.aujourd_hui()
    table = models.BasculeBee
    return page(
        request,
        u,
        "bascule.html",
        "Bascule SIECLE-BEE",
        bascules=u.session.scalars(select(table).order_by(table.millesime.desc(), table.uai)).all(),
        etablissements=choix_etablissements(u),
        millesime=u.profil.millesime_bee_preparation(jour) or u.profil.millesime_bee(jour) + 1,
        periode=u.profil.bee_bascule,
    )


@routeur.post("/bascule")
def basculer(
    request: Request,
    u: Ecriture,
    uai: Annotated[str, Form()],
    millesime: Annotated[int, Form(ge=1990, le=2100)],
) -> Response:
    """Open a school's base."""
    use_cases.basculer_bee(u, uai, millesime)
    return rediriger(request, "/bascule", f"La base élèves {millesime}-{millesime + 1} de {uai} est ouverte.")


@routeur.get("/ine")
def lire_ine(request: Request, u: Lecture, etat: str | None = None, uai: str | None = None) -> Response:
    """Requests for an INE: those that wait for a person first."""
    t = models.DemandeIne
    requete = select(t)
    if etat:
        requete = requete.where(t.etat == etat)
    if uai:
        requete = requete.where(t.uai == uai)
    total = u.session.scalar(select(func.count()).select_from(requete.subquery())) or 0
    pages = Pagination.depuis(request.query_params, total)
    lignes = u.session.scalars(
        requete.order_by(case(ORDRE, value=t.etat), t.uai, t.millesime, t.cle).offset(pages.debut).limit(pages.taille)
    )
    return page(
        request,
        u,
        "ine.html",
        "INE",
        demandes=lignes.all(),
        pages=pages,
        etats=ETATS,
        etat=etat,
        uai=uai,
        choix_etats=[(code, libelle) for code, (libelle, _) in ETATS.items()],
        etablissements=choix_etablissements(u),
        diffusion=prochaine_diffusion(u),
    )


@routeur.post("/ine/validation")
def valider(
    request: Request,
    u: Ecriture,
    uai: Annotated[str, Form()],
    millesime: Annotated[int, Form()],
    cle: Annotated[str, Form()],
) -> Response:
    """« Valider l'identité »."""
    use_cases.valider_identite(u, uai, millesime, cle)
    return rediriger(request, "/ine", "Identité validée : l'INE est attribué à la prochaine diffusion.")
